#include "optimize/checked_assessment.hpp"

#include <downhill/bounds.hpp>

#include "optimize/doctor/doctor.hpp"
#include "optimize/face.hpp"

namespace downhill::optimize {

namespace {

// The values of `objective` alone, counted there.
Objective values_of(Objective& objective) {
  const auto value = [&objective](std::span<const double> x) { return objective.value(x); };
  Objective result = downhill::objective(objective.size(), {.value = value});
  return objective.bounds() == nullptr ? result : with_bounds(result, *objective.bounds());
}

}  // namespace

Assessment assess_checked(Walk& walk, const Question& question, const std::function<std::string(std::size_t)>& label,
                          std::optional<std::vector<Finding>>& wrong) {
  if (question.rate != Traits::Rate::values_alone) return assess(walk, question);
  const Stop unlimited;
  Walk checked = walk.without_limits(unlimited);
  wrong = check_supplied(checked, label);
  if (wrong->empty()) return assess(walk, question);
  Objective values = values_of(walk.objective());
  Walk by_values(values, walk, Face::whole_of(walk.size()));
  Assessment result = assess(by_values, question);
  walk.set_gradient(result.gradient);
  return result;
}

}  // namespace downhill::optimize
