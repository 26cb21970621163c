#include "optimize/fixed_variables.hpp"

#include <fmt/format.h>
#include <downhill/bounds.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "optimize/norms.hpp"

namespace downhill::optimize {

namespace {

constexpr std::size_t most_explained = 4;

// There is one point.
Result only_point(Objective& objective, std::span<const double> x0, const Method& method) {
  const auto began = std::chrono::steady_clock::now();
  Result result;
  result.x.assign(x0.begin(), x0.end());
  result.value = objective.value(x0);
  result.method = method.text();
  result.success = std::isfinite(result.value);
  if (result.success) {
    result.reason = Reason::solved;
    result.gradient_norm = 0;
    result.message = fmt::format("{}: stopped after 0 iterations: every variable is fixed", method.name());
    result.verdict.kind = Verdict::Kind::strict_minimum;
    result.verdict.gradient_norm = 0;
    result.verdict.negative_directions = 0;
    result.verdict.global = true;
    result.verdict.explanation = "every variable is fixed, so there is no other point";
  } else {
    result.message =
        fmt::format("{}: cannot start: f is {} at the only point that the bounds leave", method.name(), result.value);
    result.verdict.explanation = "f is not finite at the only point that the bounds leave";
  }
  result.seconds.run = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return result;
}

// Adds the fixed variables to the bounds that hold, and says so.
void add_fixed(Verdict& verdict, Objective& objective, std::span<const double> x, const Face& face) {
  std::vector<double> gradient(x.size(), Verdict::unknown);
  if (objective.capabilities().gradient != Derivatives::none) objective.value_and_gradient(x, gradient);
  std::vector<bool> is_varying(x.size(), false);
  for (const std::size_t i : face.variables()) is_varying[i] = true;
  std::string names;
  std::size_t count = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (is_varying[i]) continue;
    verdict.active_bounds.push_back({ActiveBound::Side::fixed, i, x[i], gradient[i]});
    if (count++ < most_explained) names += fmt::format("; {} fixed at {:.6g}", objective.bounds()->name(i), x[i]);
  }
  if (count > most_explained) names += fmt::format("; {} more fixed", count - most_explained);
  std::ranges::stable_sort(verdict.active_bounds, {}, &ActiveBound::variable);
  if (face.size() > 0) verdict.explanation += names;
}

}  // namespace

Face varying(const Objective& objective) {
  std::vector<std::size_t> variables;
  const Bounds* bounds = objective.bounds();
  for (std::size_t i = 0; i < objective.size(); ++i) {
    if (bounds == nullptr || bounds->lower[i] != bounds->upper[i]) variables.push_back(i);
  }
  return {objective.size(), std::move(variables)};
}

Result minimize_varying(Objective& objective, std::span<const double> x0, const Face& face, const Method& method,
                        const Stop& stop, const RunOptions& run) {
  Result result;
  if (face.size() == 0) {
    result = only_point(objective, x0, method);
  } else {
    const std::vector<double> fixed(x0.begin(), x0.end());
    const auto whole = [&](std::span<const double> part) {
      std::vector<double> x = fixed;
      for (std::size_t k = 0; k < part.size(); ++k) x[face.variables()[k]] = part[k];
      return x;
    };
    RunOptions inner = run;
    if (run.callback) {
      inner.callback = [&](const Progress& progress) {
        const std::vector<double> x = whole(progress.x);
        Progress told = progress;
        told.x = x;
        return run.callback(told);
      };
    }
    inner.label = [&](std::size_t k) {
      const std::size_t i = face.variables()[k];
      return run.label ? run.label(i) : objective.bounds()->name(i);
    };
    Objective part = on_face(objective, x0, face);
    result = minimize(part, face.part(x0), method, stop, inner);
    objective.add(part.counts());
    result.x = whole(result.x);
    for (TracePoint& point : result.trace) {
      if (!point.x.empty()) point.x = whole(point.x);
    }
    for (Finding& finding : result.diagnosis) {
      for (std::size_t& i : finding.coordinates) i = face.variables()[i];
      if (!finding.point.empty()) finding.point = whole(finding.point);
    }
    if (!result.verdict.direction.empty()) result.verdict.direction = face.whole(result.verdict.direction, 0);
    for (ActiveBound& bound : result.verdict.active_bounds) bound.variable = face.variables()[bound.variable];
  }
  add_fixed(result.verdict, objective, result.x, face);
  return result;
}

}  // namespace downhill::optimize
