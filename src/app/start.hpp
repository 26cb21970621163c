#pragma once
#include <string>
#include <vector>

#include "app/arguments.hpp"
#include "formula/problem_file.hpp"

/// Where a run starts.
namespace downhill::app {

/// The start that the command line or the problem file gives. A model without one starts at zero in all the names that are neither data
/// nor in `columns`, which only suits one that is linear in them.
/// Throws InputError that names the variables of a formula without a start, and for numbers that are not finite.
[[nodiscard]] std::vector<formula::Binding> start_of(const Arguments& arguments, const formula::ProblemFile& file,
                                                     const formula::Program& program,
                                                     const std::vector<std::string>& columns);

/// `--from "a=1, b=1"`, for a hint.
[[nodiscard]] std::string from_of(const std::vector<std::string>& names);

}  // namespace downhill::app
