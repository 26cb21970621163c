#pragma once
#include <string>

#include "app/problem.hpp"

namespace downhill::app {

/// Numbers of data that an exported program holds itself, at most.
constexpr std::size_t most_exported_data = 1000;

/// A problem as a C++ program that minimises it with downhill::downhill, with its stop and seed, and prints what was found. method: its
/// text form, or `auto`.
/// Throws InputError for what a formula can say and C++ cannot in one expression (`len`, `diff`, arguments by name, new axes), and for
/// data beyond 1000 numbers.
[[nodiscard]] std::string cpp_text(const Problem& problem, const std::string& method);

}  // namespace downhill::app
