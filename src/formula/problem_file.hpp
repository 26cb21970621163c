#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formula/evaluate.hpp"

/// Problems kept in TOML files; docs/guide/problem-files.md describes them.
namespace downhill::formula {

/// What a problem file says. Absent keys are empty.
struct ProblemFile {
  std::string name;  ///< the file's name as given
  std::optional<std::string> formula;
  std::optional<std::string> model;
  std::optional<std::vector<Binding>> start;  ///< `from`, evaluated
  std::optional<std::string> bounds;          ///< as after `--bounds`
  std::vector<Binding> data;                  ///< `[data]`
  std::optional<std::string> data_file;       ///< `data = "points.csv"`, relative to the problem file
  std::optional<std::string> method;
  std::optional<std::string> loss;  ///< of residuals
  std::optional<std::string> stop;  ///< as `option=value, …`
  std::optional<std::uint64_t> seed;
};

/// Reads a problem file's text. Throws InputError `<name>:<line>:<column>: …` for syntax errors, unknown keys (listing the known),
/// values of the wrong kind and ragged arrays.
[[nodiscard]] ProblemFile read_problem(std::string_view name, std::string_view text);

/// Whether a command line argument means a problem file and not a formula: it ends in `.toml`.
[[nodiscard]] bool is_problem_file(std::string_view argument);

}  // namespace downhill::formula
