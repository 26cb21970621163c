#include "app/theory.hpp"

#include <nlohmann/json.hpp>

#include "app/json.hpp"

namespace downhill::app {

nlohmann::ordered_json theory_json(const DescentTheory& theory) {
  nlohmann::ordered_json json;
  json["learning_rate"] = json_number(theory.learning_rate);
  json["L"] = json_number(theory.largest_curvature);
  json["mu"] = json_number(theory.smallest_curvature);
  json["measured_by"] = name(theory.measure);
  json["points"] = theory.points;
  json["convex"] = name(theory.convex);
  json["outlook"] = name(theory.outlook);
  json["bound"] = {{"kind", name(theory.bound)},
                   {"iteration", theory.iteration},
                   {"promised", json_number(theory.promised)},
                   {"observed", json_number(theory.observed)},
                   {"holds", theory.holds}};
  json["rate"] = {{"promised", json_number(theory.promised_rate)}, {"observed", json_number(theory.observed_rate)}};
  json["largest_rate"] = json_number(theory.largest_rate);
  json["rate_to_try"] = json_number(theory.rate_to_try);
  json["explanation"] = theory.explanation;
  return json;
}

}  // namespace downhill::app
