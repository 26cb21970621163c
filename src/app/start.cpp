#include "app/start.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <downhill/error.hpp>

#include <algorithm>

#include "formula/evaluate.hpp"
#include "formula/functions.hpp"
#include "formula/read.hpp"

namespace downhill::app {
namespace {

using formula::Binding;

std::vector<std::string> unknown_names(const formula::Program& program, const std::vector<Binding>& data,
                                       const std::vector<std::string>& columns) {
  std::vector<std::string> names = formula::free_names(program);
  std::erase_if(names, [&](const std::string& name) {
    return formula::find_function(name) != nullptr || std::ranges::count(columns, name) > 0 ||
           std::ranges::count(data, name, &Binding::name) > 0;
  });
  return names;
}

}  // namespace

std::string from_of(const std::vector<std::string>& names) {
  return fmt::format("--from \"{}{}\"", fmt::join(names, "=1, "), names.empty() ? "x=[-1.2, 1]" : "=1");
}

std::vector<Binding> start_of(const Arguments& arguments, const formula::ProblemFile& file,
                              const formula::Program& program, const std::vector<std::string>& columns) {
  std::vector<Binding> start;
  if (arguments.start) {
    start = *arguments.start;
  } else if (arguments.from) {
    start = formula::evaluate_start(formula::read_start(*arguments.from));
  } else if (file.start) {
    start = *file.start;
  } else {
    std::vector<Binding> data = file.data;
    data.insert(data.end(), arguments.arrays.begin(), arguments.arrays.end());
    const std::vector<std::string> names = unknown_names(program, data, columns);
    if (!program.left || names.empty()) {
      throw InputError(fmt::format("{}: there is no start: give {}", command_name(arguments.command), from_of(names)));
    }
    // What is measured is data: on the left a name that no column has is a mistake in writing.
    const std::vector<std::string> left = formula::names_on_the_left(program);
    const bool is_unknown = !left.empty() && std::ranges::all_of(left, [&](const std::string& n) {
      return std::ranges::count(names, n) > 0;
    });
    if (is_unknown) {
      throw InputError(fmt::format("fit: unknown name '{}' on the left of the model (columns: {})", left.front(),
                                   fmt::join(columns, ", ")));
    }
    for (const std::string& name : names) start.push_back({name, Array(0.0)});
  }
  for (const Binding& binding : start) {
    for (const double number : binding.value.values()) {
      if (!(number - number == 0)) {
        throw InputError(fmt::format("from: {} is not finite: {}", binding.name, to_string(binding.value)));
      }
    }
  }
  return start;
}

}  // namespace downhill::app
