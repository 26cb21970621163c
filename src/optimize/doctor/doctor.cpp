#include "optimize/doctor/doctor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "optimize/doctor/line_shape.hpp"
#include "optimize/doctor/noise.hpp"
#include "optimize/doctor/supplied_gradient.hpp"
#include "optimize/doctor/supplied_matrix.hpp"
#include "optimize/doctor/surroundings.hpp"
#include "optimize/doctor/variables.hpp"
#include "optimize/draws.hpp"
#include "optimize/norms.hpp"

namespace downhill::optimize {

namespace {

constexpr std::size_t most_smoothed = 50;
constexpr double narrow = 1e4;
constexpr double indistinguishable = 8;  // units of the noise
constexpr std::uint64_t between_stream = 7;

// Where derivatives are compared: the start, the end, and a point between, off both, where nothing is zero by chance.
std::vector<std::vector<double>> places(Surroundings& around) {
  const std::vector<double>& start = around.walk().start().x;
  const std::vector<double>& end = around.walk().here().x;
  std::vector<std::vector<double>> result{start};
  for (const double reach : {0x1p-4, 0x1p-8, 0x1p-14}) {
    Draws draws(0, between_stream);
    std::vector<double> between(start);
    for (std::size_t i = 0; i < between.size(); ++i) {
      between[i] += 0.618 * (end[i] - start[i]) + reach * draws.symmetric() * around.lengths()[i];
    }
    if (!std::isfinite(around.value(between))) continue;
    result.push_back(std::move(between));
    break;
  }
  if (end != start) result.push_back(end);
  return result;
}

std::optional<Finding> noise_finding(const Noise& noise, const Case& run) {
  if (!(noise.level > 0)) return std::nullopt;
  const double value = run.walk.here().value;
  Finding finding{.kind = Finding::Kind::noise, .what = {}, .advice = {}};
  finding.evidence = {{"noise", noise.level}, {"value", value}};
  finding.what =
      fmt::format("f is noisy: neighbouring values scatter by about {:.2g} around {:.6g}", noise.level, value);
  finding.advice =
      noise.is_stationary
          ? "no method can tell points apart that differ by less: average the noise away, or accept the point"
          : "gradients of noise lead nowhere: try a method of values alone, such as nelder_mead or cma_es, or "
            "smooth the loss";
  return finding;
}

}  // namespace

std::vector<Finding> check_supplied(Walk& walk, const std::function<std::string(std::size_t)>& label) {
  const Capabilities& has = walk.objective().capabilities();
  if (!has.is_supplied || has.gradient != Derivatives::exact) return {};
  Surroundings around(walk, label);
  const auto all = places(around);
  std::vector<double> gradient(around.size());
  // Differences of noise prove nothing.
  const auto is_noisy = [&](const std::vector<double>& x) {
    return is_beyond_rounding(measured_noise(around, x), around.value(x));
  };
  for (const std::vector<double>& x : std::span(all).first(std::min<std::size_t>(all.size(), 2))) {
    if (auto finding = wrong_jacobian(around, x); finding && !is_noisy(x)) return {*std::move(finding)};
  }
  for (std::size_t k = 0; k < all.size(); ++k) {
    if (!around.gradient(all[k], gradient) || agrees_along(around, all[k], gradient, k)) continue;
    if (auto finding = wrong_gradient(around, all[k])) return {*std::move(finding)};
  }
  for (const std::vector<double>& x : std::span(all).first(std::min<std::size_t>(all.size(), 2))) {
    if (auto finding = wrong_hessian(around, x); finding && !is_noisy(x)) return {*std::move(finding)};
  }
  return {};
}

Noise look_for_noise(const Case& run) {
  Surroundings around(run.walk, run.label);
  const Point& here = run.walk.here();
  Noise result;
  const double level = measured_noise(around, here.x);
  if (!is_beyond_rounding(level, here.value)) return result;
  // At a kink values scatter as little as anywhere; their differences say otherwise.
  if (const auto found = break_nearby(around, here.x, run.last_step, here.gradient, 0);
      found && found->kind == Finding::Kind::kink)
    return result;
  result.level = level;
  if (here.x.size() > most_smoothed) return result;
  const SmoothedGradient smoothed = smoothed_gradient(around, here.x, level);
  result.gradient_norm = norm(smoothed.gradient);
  result.gradient_error = norm(smoothed.error);
  result.gain = smoothed.gain();
  result.is_stationary =
      smoothed.lowest >= here.value - indistinguishable * level && result.gain <= indistinguishable * level;
  return result;
}

bool is_suspiciously_narrow(const Walk& walk, const Curvature& curvature) {
  if (!curvature.is_known || curvature.unit.size() != walk.size()) return false;
  double bowl = 0;  // half the curvatures times the squares of the way come
  for (std::size_t i = 0; i < walk.size(); ++i) {
    if (curvature.unit[i] == 0) continue;  // held by a bound
    const double come = (walk.here().x[i] - walk.start().x[i]) / curvature.unit[i];
    bowl += 0.5 * come * come;
  }
  return bowl > narrow * std::abs(walk.start().value - walk.here().value);
}

std::vector<Finding> diagnose(const Case& run, const Noise& noise) {
  std::vector<Finding> result;
  if (!run.unused_derivatives) result = check_supplied(run.walk, run.label);
  if (!result.empty()) return result;
  Surroundings around(run.walk, run.label);
  const Point& here = run.walk.here();
  const auto add = [&](std::optional<Finding> finding) {
    if (finding) result.push_back(*std::move(finding));
  };
  const auto add_all = [&](std::vector<Finding> findings) {
    for (Finding& finding : findings) result.push_back(std::move(finding));
  };
  add(too_fast(run.reason, run.method, run.assessment.curvature.largest));
  const bool is_stall = run.reason == Reason::no_lower_point || run.reason == Reason::search_exhausted;
  if (is_stall && !run.walk.not_finite_at().empty()) {
    add(not_finite(around.objective(), run.walk.not_finite_at(), "f is not finite at a trial point"));
  }
  add(noise_finding(noise, run));
  if (is_stall && !(noise.level > 0)) {
    add(break_nearby(around, here.x, run.last_step, run.assessment.gradient, noise.level));
  }
  const bool is_without_end = run.reason == Reason::unbounded || run.reason == Reason::unattained;
  if (!is_without_end) {
    add_all(without_effect(around, run.walk.start(), here, run.assessment.curvature));
    add_all(scales_apart(around, run.assessment.curvature));
  }
  add(too_early(run.reason, run.before, run.now, run.stop));
  return result;
}

namespace {

bool is_wanted_end(Reason reason) {
  return reason == Reason::cancelled || reason == Reason::stopped_by_callback || reason == Reason::value_reached;
}

void withdraw(Result& result, Reason reason, std::string explanation) {
  result.success = false;
  result.reason = reason;
  result.verdict.kind = Verdict::Kind::not_stationary;
  result.verdict.global = false;
  result.verdict.explanation = std::move(explanation);
}

// The gradient is zero as far as the noise lets anybody tell.
void grant_within_noise(Result& result, const Noise& noise) {
  result.success = true;
  if (result.reason != Reason::search_exhausted) result.reason = Reason::noise_limit;
  Verdict& verdict = result.verdict;
  verdict.kind = Verdict::Kind::undecided;
  verdict.global = false;
  verdict.direction.clear();
  verdict.gradient_norm = noise.gradient_norm;
  verdict.gradient_rounding = noise.gradient_error;
  verdict.explanation = fmt::format(
      "f is noisy (about {:.2g}): over steps long enough for the noise the gradient is {:.2g} ± {:.2g}, and what it "
      "leaves to gain "
      "({:.2g}) is lost in the noise",
      noise.level, noise.gradient_norm, noise.gradient_error, noise.gain);
}

// A minimum beyond doubt but for the last digits of x, where what they would gain is lost in the noise of f.
bool is_settled_minimum(const Case& run, const Noise& noise) {
  const Curvature& curvature = run.assessment.curvature;
  if (!curvature.is_known || curvature.positive != run.walk.size() || run.assessment.gradient.empty()) return false;
  const std::vector<double> lengths = run.walk.lengths();
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    if (!(std::abs(curvature.newton_step[i]) <= 1e-3 * lengths[i])) return false;
  }
  return 0.5 * std::abs(dot(run.assessment.gradient, curvature.newton_step)) <= indistinguishable * noise.level;
}

}  // namespace

void see_doctor(Result& result, const Case& run) {
  if (is_wanted_end(result.reason)) return;
  if (run.unused_derivatives && !run.unused_derivatives->empty()) {
    result.diagnosis = *run.unused_derivatives;
    return;
  }
  Noise noise;
  if (result.success) {
    std::vector<Finding> wrong;
    if (!run.unused_derivatives) wrong = check_supplied(run.walk, run.label);
    if (!wrong.empty()) {
      withdraw(result, Reason::wrong_derivatives, "the derivatives that were supplied are not those of f");
      result.diagnosis = std::move(wrong);
      return;
    }
    if (run.walk.size() <= most_smoothed && is_suspiciously_narrow(run.walk, run.assessment.curvature))
      noise = look_for_noise(run);
    if (noise.level > 0 && noise.is_stationary) {
      grant_within_noise(result, noise);
    } else if (noise.level > 0 &&
               std::isfinite(noise.gradient_norm)) {  // not where bounds leave no room for longer steps
      withdraw(result, Reason::no_lower_point,
               fmt::format(
                   "the gradient is zero in a ripple of the noise of f (about {:.2g}); over longer steps it is {:.2g}",
                   noise.level, noise.gradient_norm));
    }
  } else if (result.verdict.kind == Verdict::Kind::not_stationary) {
    noise = look_for_noise(run);
    // An exact gradient that is not zero says more than noisy values do.
    const bool is_exact = run.walk.objective().capabilities().gradient == Derivatives::exact;
    if (noise.level > 0 && noise.is_stationary && !is_exact) grant_within_noise(result, noise);
    if (noise.level > 0 && is_exact && is_settled_minimum(run, noise)) {
      result.success = true;
      result.reason = Reason::noise_limit;
      result.verdict.kind = Verdict::Kind::strict_minimum;
      result.verdict.explanation = fmt::format(
          "f curves up in every direction, and what the gradient leaves to gain is lost in the noise of f ({:.2g})",
          noise.level);
    }
  }
  if (!result.success) {
    Case again = run;
    again.reason = result.reason;
    result.diagnosis = diagnose(again, noise);
  } else if (!run.walk.start().gradient.empty()) {
    Surroundings around(run.walk, run.label);
    result.diagnosis = without_effect(around, run.walk.start(), run.walk.here(), run.assessment.curvature);
  }
}

Finding not_finite(Objective& objective, std::span<const double> x, const std::string& what) {
  const std::string operation = objective.source()->first_not_finite(x);
  Finding finding{.kind = Finding::Kind::not_finite, .what = {}, .advice = {}};
  finding.what = operation.empty() ? what : fmt::format("{}: {}", what, operation);
  finding.advice = "start where the loss is finite, or bound the variables to where it is";
  finding.point.assign(x.begin(), x.end());
  return finding;
}

}  // namespace downhill::optimize
