#include <fmt/format.h>
#include <downhill/derivatives.hpp>
#include <downhill/program.hpp>

#include <cctype>
#include <filesystem>

#include "app/commands.hpp"
#include "app/export_name.hpp"
#include "app/problem.hpp"
#include "support/files.hpp"

namespace downhill::app {

std::string function_name(const std::filesystem::path& object) {
  std::string name = object.stem().string();
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  if (name.empty() || std::isdigit(static_cast<unsigned char>(name.front())) != 0) name.insert(0, 1, '_');
  return name;
}

int export_formula(const Arguments& arguments, const Terminal& terminal) {
  const Problem problem = read_problem(arguments);
  warn(problem.warnings, arguments, terminal);
  const ArrayFunction loss = loss_of(problem);
  const ArrayFunction both = [loss](std::span<const Array> x) -> std::vector<Array> {
    const ValueAndGradient at = value_and_gradient_at(loss, x);
    return {at.value, at.gradient};
  };
  const std::vector<Type> inputs{Type{DType::f64, Shape{static_cast<std::int64_t>(problem.variables.size())}}};
  const std::filesystem::path object(arguments.output.value());
  std::filesystem::path header = object;
  header.replace_extension(".h");
  const std::string name = function_name(object);
  const Program::Exported exported = Program::compile(both, inputs).export_object(name);
  write_atomically("export", object.string(), exported.object);
  write_atomically("export", header.string(), exported.header);
  if (arguments.format == Output::people && arguments.noise == Noise::usual) {
    fmt::print(terminal.out, "{}: value and gradient of {} variable{} as the C function {}, declared in {}\n",
               object.string(), problem.variables.size(), problem.variables.size() == 1 ? "" : "s", name,
               header.string());
  }
  return success;
}

}  // namespace downhill::app
