#include "app/gradient_report.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/json.hpp"
#include "app/report.hpp"
#include "support/numbers.hpp"

namespace downhill::app {

nlohmann::ordered_json check_json(const FlatVariables& variables, const GradientCheck& check) {
  nlohmann::ordered_json coordinates = nlohmann::ordered_json::array();
  for (const CoordinateCheck& coordinate : check.coordinates) {
    coordinates.push_back({{"name", variables.label(coordinate.index)},
                           {"gradient", json_number(coordinate.gradient)},
                           {"differences", json_number(coordinate.differences)},
                           {"error", json_number(coordinate.error)},
                           {"agrees", coordinate.agrees && coordinate.unjudged.empty()},
                           {"unjudged", coordinate.unjudged}});
  }
  return {{"agrees", check.agrees && check.unjudged == 0}, {"message", check.message}, {"coordinates", coordinates}};
}

std::string check_text(const FlatVariables& variables, const GradientCheck& check, const Terminal& terminal) {
  std::vector<std::vector<std::string>> rows{{"coordinate", "derivative", "differences", "their error", ""}};
  for (const CoordinateCheck& coordinate : check.coordinates) {
    rows.push_back({variables.label(coordinate.index), rounded(coordinate.gradient, 12),
                    rounded(coordinate.differences, 12), rounded(coordinate.error, 2),
                    !coordinate.unjudged.empty() ? coordinate.unjudged
                    : coordinate.agrees          ? "agrees"
                                                 : "DIFFERS"});
  }
  const std::string message =
      terminal.paint(check.agrees && check.unjudged == 0 ? Color::green : Color::red, check.message);
  return fmt::format("{}\n\n{}", message, columns(rows));
}

}  // namespace downhill::app
