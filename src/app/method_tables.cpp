#include "app/method_tables.hpp"

#include <fmt/format.h>
#include <downhill/method.hpp>
#include <downhill/stop.hpp>

#include <algorithm>

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

}  // namespace

std::string overview_of_methods() {
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

std::string table_of_method(std::string_view name) { return with_choices(Method::registry().declaration(name)); }

}  // namespace downhill::app
