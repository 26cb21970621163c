#include <fmt/format.h>
#include <downhill/line_search.hpp>
#include <downhill/method.hpp>
#include <downhill/stop.hpp>

#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/report.hpp"
#include "options/describe.hpp"
#include "options/fields.hpp"
#include "options/registry.hpp"

namespace downhill::app {
namespace {

using options::Declaration;

// The declaration and, after it, those of the structs that its options may hold.
std::string with_choices(const Declaration& declaration) {
  std::string text = options::table(declaration);
  for (const options::Field& field : declaration.fields) {
    if (options::is_recursive(field, declaration)) continue;
    for (const Declaration* choice : field.choices()) text += "\n" + with_choices(*choice);
  }
  return text;
}

std::string overview() {
  const auto& registry = Method::registry();
  std::size_t width = 0;
  for (const Declaration* declaration : registry.declarations()) width = std::max(width, declaration->name.size());
  std::string text = "methods:\n";
  for (const Declaration* declaration : registry.declarations()) {
    text += fmt::format("  {:<{}}  {}\n", declaration->name, width, declaration->doc);
  }
  return text + "\nA method is written name(option=value, ...); downhill methods NAME shows its options.\n\n" +
         with_choices(options::declaration<Stop>());
}

}  // namespace

int list_methods(const Arguments& arguments, const Terminal& terminal) {
  const auto& registry = Method::registry();
  if (arguments.format == Output::people) {
    fmt::print(terminal.out, "{}",
               arguments.problem.empty() ? overview() : with_choices(registry.declaration(arguments.problem)));
    return success;
  }
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  if (arguments.problem.empty()) {
    for (const Declaration* declaration : registry.declarations())
      json.push_back(nlohmann::ordered_json::parse(options::schema(*declaration)));
  } else {
    json = nlohmann::ordered_json::parse(options::schema(registry.declaration(arguments.problem)));
  }
  fmt::print(terminal.out, "{}\n", json.dump(2));
  return success;
}

}  // namespace downhill::app
