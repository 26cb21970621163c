#include "optimize/doctor/pace.hpp"

#include <fmt/format.h>

#include <cmath>
#include <string>

namespace downhill::optimize {

namespace {

const char* limit_of(Reason reason) {
  switch (reason) {
    case Reason::max_iterations: return "max_iterations";
    case Reason::max_evaluations: return "max_evaluations";
    case Reason::max_seconds: return "max_seconds";
    default: return nullptr;
  }
}

}  // namespace

std::optional<Finding> too_early(Reason reason, const Mark& before, const Mark& now, const Stop& stop) {
  const char* limit = limit_of(reason);
  if (limit == nullptr || now.iteration <= before.iteration) return std::nullopt;
  const auto steps = static_cast<double>(now.iteration - before.iteration);
  const double digits = std::log10(before.relative_gradient / now.relative_gradient);
  const double missing = std::log10(now.relative_gradient / stop.gradient_tolerance);
  Finding finding{.kind = Finding::Kind::limit, .what = {}, .advice = {}};
  finding.evidence = {{"value_before", before.value}, {"value", now.value}};
  if (digits > 1e-3 * missing && std::isfinite(missing)) {
    const double left = std::ceil(steps * std::max(missing, 0.0) / digits);
    finding.evidence.push_back({"iterations_left", left});
    finding.what = fmt::format(
        "{} ended the run while it was converging: over the last {:.0f} iterations the gradient fell by a factor of "
        "{:.3g}",
        limit, steps, std::pow(10, digits));
    finding.advice = fmt::format(
        "at this pace it takes about {:.0f} more iterations: raise {}, or choose a method that converges faster", left,
        limit);
    return finding;
  }
  if (!(now.value < before.value)) return std::nullopt;
  finding.what =
      fmt::format("{} ended the run while f was still falling: from {:.6g} to {:.6g} over the last {:.0f} iterations",
                  limit, before.value, now.value, steps);
  finding.advice = fmt::format("raise {}, or choose a method that converges faster", limit);
  return finding;
}

std::optional<Finding> too_fast(Reason reason, const std::string& method, double steepest) {
  const bool has_rate = method.find("learning_rate") != std::string::npos || method.find("fixed") != std::string::npos;
  if (reason != Reason::diverged || !has_rate) return std::nullopt;
  Finding finding{.kind = Finding::Kind::learning_rate, .what = {}, .advice = {}};
  finding.what = "the steps are too long: f grows from one to the next";
  finding.advice = "use a smaller learning rate";
  if (steepest > 0 && std::isfinite(steepest)) {
    finding.evidence = {{"largest_curvature", steepest}, {"longest_rate", 2 / steepest}};
    finding.advice = fmt::format(
        "use a learning rate below {:.2g}: with curvatures up to {:.2g}, longer steps overshoot more every time",
        2 / steepest, steepest);
  }
  return finding;
}

}  // namespace downhill::optimize
