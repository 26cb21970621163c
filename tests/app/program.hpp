#pragma once
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

/// Runs the built program as a user does.
namespace downhill::app {

struct Outcome {
  int status = -1;  ///< exit status; -1 when a signal ended it
  std::string out;
  std::string err;

  [[nodiscard]] nlohmann::json json() const { return nlohmann::json::parse(out); }
};

/// The program named by the environment variable DOWNHILL_PROGRAM with these words; not in a shell.
[[nodiscard]] Outcome run_program(const std::vector<std::string>& words);

/// Any program, found as a shell finds it, with these words; `started` is told its process.
[[nodiscard]] Outcome run_command(const std::vector<std::string>& words, const std::function<void(int)>& started = {});

/// Writes a file below the test's temporary folder and returns its path.
[[nodiscard]] std::string temporary_file(const std::string& name, const std::string& content);

}  // namespace downhill::app
