#include <fmt/format.h>
#include <downhill/method.hpp>

#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/method_tables.hpp"
#include "options/describe.hpp"
#include "options/registry.hpp"

namespace downhill::app {

int list_methods(const Arguments& arguments, const Terminal& terminal) {
  const auto& registry = Method::registry();
  if (arguments.format == Output::people) {
    fmt::print(terminal.out, "{}",
               arguments.problem.empty() ? overview_of_methods() : table_of_method(arguments.problem));
    return success;
  }
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  if (arguments.problem.empty()) {
    for (const options::Declaration* declaration : registry.declarations())
      json.push_back(nlohmann::ordered_json::parse(options::schema(*declaration)));
  } else {
    json = nlohmann::ordered_json::parse(options::schema(registry.declaration(arguments.problem)));
  }
  fmt::print(terminal.out, "{}\n", json.dump(2));
  return success;
}

}  // namespace downhill::app
