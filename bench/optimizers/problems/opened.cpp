#include "problems/opened.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

namespace downhill::bench {

namespace {

// Non-finite numbers as texts, for JSON has none.
nlohmann::json number(double value) {
  if (std::isfinite(value)) return value;
  if (std::isnan(value)) return "nan";
  return value > 0 ? "inf" : "-inf";
}

nlohmann::json counts_json(const EvaluationCounts& counts) {
  return {{"value", counts.value},     {"gradient", counts.gradient},   {"hessian_vector", counts.hessian_vector},
          {"hessian", counts.hessian}, {"residuals", counts.residuals}, {"jacobian", counts.jacobian}};
}

}  // namespace

Opened::Opened(std::string_view key) {
  const Instance one = instance(key);
  // Compiled once and well: what is measured is the optimizers.
  const Objective objective = one.problem->objective(one.n, {.threads = 1, .first_code = FirstCode::optimised});
  const Fault fault = one.hard != nullptr ? one.hard->fault : Fault::none;
  recorder_ = std::make_shared<Recorder>(with_fault(objective.source(), fault));
  recorder_->watch(targets(one));
  start_ = one.start();
}

nlohmann::json instances_json(const std::vector<Instance>& instances) {
  nlohmann::json list = nlohmann::json::array();
  for (const Instance& one : instances) {
    nlohmann::json known = nlohmann::json::array();
    for (const KnownPoint& point : one.problem->known_points(one.n)) {
      known.push_back({{"kind", name(point.kind)}, {"value", number(point.value)}, {"x", point.x}});
    }
    list.push_back({{"key", one.key()},
                    {"set", one.set},
                    {"name", one.problem->name},
                    {"n", one.n},
                    {"least_squares", static_cast<bool>(one.problem->residuals)},
                    {"smooth", one.problem->is_smooth()},
                    {"noisy", one.problem->family == TestProblem::Family::noisy},
                    {"wanted", name(one.hard != nullptr ? one.hard->wanted : Wanted::minimum)},
                    {"supplied", one.hard != nullptr && one.hard->fault != Fault::none},
                    {"unit", one.unit},
                    {"units", one.units},
                    {"lowest", number(lowest_known(one))},
                    {"known", known}});
    for (const double target : targets(one)) list.back()["targets"].push_back(number(target));
  }
  return list;
}

nlohmann::json report_json(const Recorder& recorder) {
  nlohmann::json reached = nlohmann::json::array();
  for (const Reached& one : recorder.reached()) {
    reached.push_back(one.is_reached ? nlohmann::json{{"seconds", one.seconds}, {"counts", counts_json(one.counts)}}
                                     : nlohmann::json());
  }
  return {{"seconds", recorder.seconds()},
          {"counts", counts_json(recorder.counts())},
          {"least", number(recorder.least())},
          {"reached", reached}};
}

}  // namespace downhill::bench
