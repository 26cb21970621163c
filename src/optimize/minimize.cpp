#include <fmt/format.h>
#include <downhill/choice.hpp>
#include <downhill/error.hpp>
#include <downhill/minimize.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "optimize/checkpoint.hpp"
#include "optimize/differences.hpp"
#include "optimize/doctor/doctor.hpp"
#include "optimize/driver.hpp"
#include "optimize/fixed_variables.hpp"
#include "optimize/kinks.hpp"
#include "optimize/method_model.hpp"
#include "optimize/norms.hpp"
#include "optimize/requirements.hpp"
#include "options/fields.hpp"

namespace downhill {

namespace {

using optimize::Point;

// Why no method can start here, or nothing.
std::string refusal(const Point& start, const std::string& failure, const RunOptions& run, Reason& reason) {
  reason = Reason::bad_start;
  if (!optimize::is_finite(start.x)) return "x is not finite at the start";
  if (std::isnan(start.value) && !failure.empty()) return failure;
  if (!std::isfinite(start.value))
    return fmt::format("f is {} at the start, where a finite value is needed", start.value);
  reason = Reason::non_finite_gradient;
  for (std::size_t i = 0; i < start.gradient.size(); ++i) {
    if (!std::isfinite(start.gradient[i])) {
      const std::string name = run.label ? run.label(i) : fmt::format("x[{}]", i);
      return fmt::format("the derivative by {} is {} at the start, although f is {:.6g}", name, start.gradient[i],
                         start.value);
    }
  }
  return {};
}

// Where a run that was kept is.
std::vector<double> place_of(const optimize::KeptRun& kept, const Method& method, const std::string& file,
                             std::size_t n) {
  const std::string text = method.text(options::Detail::all);
  if (kept.method != text) {
    throw InputError(
        fmt::format("checkpoint: '{}' is of another method: {} where {} is asked for", file, kept.method, text));
  }
  const optimize::Snapshot& here = optimize::part_of(optimize::part_of(kept.state, "walk"), "here");
  std::vector<double> x = here.reals.contains("x") ? here.reals.at("x") : std::vector<double>();
  if (x.size() != n) {
    throw InputError(
        fmt::format("checkpoint: '{}' is of another number of variables: {} where the loss has {}", file, x.size(), n));
  }
  return x;
}

void check_loss(const optimize::KeptRun& kept, const Point& start, const std::string& file) {
  const optimize::Snapshot& here = optimize::part_of(optimize::part_of(kept.state, "walk"), "here");
  const double value = here.reals.contains("value") ? here.reals.at("value").front() : start.value;
  if (value == start.value) return;
  throw InputError(fmt::format("checkpoint: '{}' is of another loss: f is {} there, where the checkpoint has {}", file,
                               start.value, value));
}

// Moves the start into the bounds, and says which variables were outside.
std::vector<std::string> put_within(const optimize::Box& box, std::vector<double>& x) {
  constexpr std::size_t most_named = 8;
  std::vector<std::string> warnings;
  std::size_t outside = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (std::isnan(x[i])) continue;
    const double nearest = box.nearest(i, x[i]);
    if (nearest == x[i]) continue;
    if (outside++ < most_named) {
      warnings.push_back(fmt::format("bounds: {} starts at {} instead of {}, which is outside [{}, {}]", box.name(i),
                                     nearest, x[i], box.lower(i), box.upper(i)));
    }
    x[i] = nearest;
  }
  if (outside > most_named) {
    warnings.push_back(fmt::format("bounds: {} more variables start outside and were moved", outside - most_named));
  }
  return warnings;
}

Result minimize_within(Objective& objective, std::span<const double> x0, const Method& method, const Stop& stop,
                       const RunOptions& run) {
  optimize::check_requirements(method, objective);
  const EvaluationCounts before = objective.counts();
  const auto began = std::chrono::steady_clock::now();
  const auto preparation = [&] { return objective.source()->trace_seconds() + objective.source()->compile_seconds(); };
  const double prepared_before = preparation();

  std::optional<optimize::KeptRun> kept;
  Point start{std::vector<double>(x0.begin(), x0.end()), 0, {}};
  if (!run.resume.empty()) {
    kept = optimize::read_checkpoint(run.resume);
    start.x = place_of(*kept, method, run.resume, x0.size());
    if (!optimize::Box(objective.bounds()).contains(start.x)) {
      throw InputError(fmt::format("checkpoint: '{}' is of other bounds: its x is outside those given", run.resume));
    }
  }
  const optimize::Needs needs = method.model().traits().needs;
  if (needs == optimize::Needs::residuals) {
    start = optimize::with_jacobian(objective, std::move(start.x));
  } else if (needs != optimize::Needs::values) {
    start.gradient.resize(start.x.size());
    start.value = optimize::value_and_subgradient(objective, start.x, start.gradient);
  } else {
    start.value = objective.value(start.x);
  }
  Result result;
  const std::string refused = refusal(start, objective.source()->failure(), run, result.reason);
  if (!refused.empty()) {
    result.value = start.value;
    result.gradient_norm = optimize::norm(start.gradient);
    result.message = fmt::format("{}: cannot start: {}", method.name(), refused);
    result.verdict.gradient_norm = result.gradient_norm;
    result.verdict.explanation = refused;
    result.diagnosis.push_back(optimize::not_finite(objective, start.x, refused));
    result.x = std::move(start.x);
  } else {
    if (kept) check_loss(*kept, start, run.resume);
    result = kept ? optimize::drive_on(objective, std::move(start), kept->state, method, stop, run)
                  : optimize::drive(objective, std::move(start), method, stop, run);
  }
  result.method = method.text();
  EvaluationCounts counts = objective.counts();
  const auto subtract = [](std::uint64_t& from, std::uint64_t what) { from -= what; };
  subtract(counts.value, before.value);
  subtract(counts.gradient, before.gradient);
  subtract(counts.hessian_vector, before.hessian_vector);
  subtract(counts.hessian, before.hessian);
  subtract(counts.residuals, before.residuals);
  subtract(counts.jacobian, before.jacobian);
  result.evaluations = optimize::with_inner_calls(counts, objective.capabilities(), objective.size());
  const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  result.seconds.run = std::max(0.0, wall - (preparation() - prepared_before));
  result.seconds.trace = objective.source()->trace_seconds();
  result.seconds.compile = objective.source()->compile_seconds();
  return result;
}

}  // namespace

Result minimize(Objective& objective, std::span<const double> x0, const Method& method, const Stop& stop,
                const RunOptions& run) {
  if (x0.size() != objective.size()) {
    throw ShapeError(fmt::format("minimize: the start has another size than the loss: {} numbers for {} variables",
                                 x0.size(), objective.size()));
  }
  options::validate(stop);
  if (objective.bounds() == nullptr) return minimize_within(objective, x0, method, stop, run);
  std::vector<double> start(x0.begin(), x0.end());
  std::vector<std::string> warnings = put_within(optimize::Box(objective.bounds()), start);
  const optimize::Face face = optimize::varying(objective);
  Result result = face.is_whole() ? minimize_within(objective, start, method, stop, run)
                                  : optimize::minimize_varying(objective, start, face, method, stop, run);
  result.warnings.insert(result.warnings.begin(), warnings.begin(), warnings.end());
  return result;
}

Result minimize(Objective& objective, std::span<const double> x0) {
  return minimize(objective, x0, choose_method(objective).method);
}

}  // namespace downhill
