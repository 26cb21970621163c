#pragma once
#include <gtest/gtest.h>
#include <downhill/error.hpp>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

namespace downhill::learn {

/// Writes a file below the test's temporary folder and returns its path.
inline std::string temporary_file(const std::string& name, const std::string& bytes) {
  const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / name;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
  return path.string();
}

/// The message of the InputError that the call throws.
inline std::string input_error_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace downhill::learn
