#include "app/server/export_python.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "app/cpp_text.hpp"
#include "support/numbers.hpp"

namespace downhill::server {
namespace {

constexpr std::size_t most_start = 20;  // numbers; more stay the text that they were written as

// JSON's texts are Python's; one of several lines stays so.
std::string literal(const std::string& text) {
  const bool is_plain = text.find_first_of("\\\"\r\t") == text.npos;
  if (is_plain && text.find('\n') != text.npos) return "\"\"\"" + text + "\"\"\"";
  return nlohmann::json(text).dump();
}

std::string number_text(double number) {
  const std::string text = shortest(number);
  return std::isfinite(number) ? text : fmt::format("float(\"{}\")", text);
}

std::string array_text(std::span<const double> numbers, std::span<const std::int64_t> shape) {
  if (shape.empty()) return number_text(numbers[0]);
  std::vector<std::string> items;
  const auto rows = static_cast<std::size_t>(shape[0]);
  for (std::size_t i = 0; i < rows; ++i) {
    const std::size_t length = numbers.size() / rows;
    items.push_back(array_text(numbers.subspan(i * length, length), shape.subspan(1)));
  }
  return fmt::format("[{}]", fmt::join(items, ", "));
}

std::string start_text(const Start& body, const app::FlatVariables& variables) {
  if (body.setup.from.empty()) return "";
  if (variables.size() > most_start) return literal(body.setup.from);
  std::vector<std::string> items;
  for (std::size_t i = 0; i < variables.count(); ++i) {
    items.push_back(fmt::format("{}: {}", literal(variables.name(i)),
                                array_text(variables.part(i, variables.start()), variables.shape(i).lengths())));
  }
  return fmt::format("{{{}}}", fmt::join(items, ", "));
}

std::string data_text(const app::Problem& problem) {
  std::size_t count = 0;
  for (const formula::Binding& column : problem.data) count += static_cast<std::size_t>(column.value.size());
  if (count > app::most_exported_data) return "\"FILE.csv\"";
  std::vector<std::string> columns;
  for (const formula::Binding& column : problem.data) {
    const std::vector<double> numbers = column.value.values();
    columns.push_back(
        fmt::format("    {}: {}", literal(column.name), array_text(numbers, column.value.shape().lengths())));
  }
  return fmt::format("{{\n{},\n}}", fmt::join(columns, ",\n"));
}

}  // namespace

std::string python_text(const Start& body, const app::Problem& problem) {
  const Setup& setup = body.setup;
  std::string text = "# Run with the module downhill; see \"From Python\" in the README.\nimport downhill\n\n";
  if (!problem.data.empty()) text += fmt::format("data = {}\n", data_text(problem));
  const bool is_fit = !setup.model.empty();
  const std::string loss = !setup.problem.empty() ? "problem:" + setup.problem : setup.formula;
  std::vector<std::string> arguments{literal(is_fit ? setup.model : loss)};
  if (const std::string start = start_text(body, problem.variables); !start.empty()) {
    arguments.push_back(start);
  } else if (problem.test != nullptr) {
    arguments.push_back(array_text(problem.variables.start(), problem.variables.shape(0).lengths()));
  }
  const auto option = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) arguments.push_back(fmt::format("{}={}", name, literal(value)));
  };
  option("method", body.method == "auto" ? "" : body.method);
  if (!problem.data.empty()) arguments.emplace_back("data=data");
  option("loss", setup.loss);
  option("bounds", setup.bounds);
  option("stop", body.stop);
  if (body.seed != 0) arguments.push_back(fmt::format("seed={}", body.seed));
  const char* function = is_fit ? "fit" : "minimize";
  return text + fmt::format("result = downhill.{}({})\nprint(result)\n", function, fmt::join(arguments, ", "));
}

}  // namespace downhill::server
