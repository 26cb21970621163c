#include "optimize/messages.hpp"

#include <fmt/format.h>

namespace downhill::optimize {

namespace {

std::string why(const Ending& ending, const Stop& stop, const Verdict& verdict) {
  const std::string gradient = fmt::format("{:.2g}", ending.relative_gradient);
  switch (ending.reason) {
    case Reason::gradient_small:
      return fmt::format("the gradient is small enough ({} <= {:.2g})", gradient, stop.gradient_tolerance);
    case Reason::rounding_limit:
      return fmt::format("the gradient is down to its rounding error ({:.2g} against {:.2g})", verdict.gradient_norm,
                         verdict.gradient_rounding);
    case Reason::lowest_value: return fmt::format("f is {:.6g}, below which its formula never is", ending.value);
    case Reason::noise_limit:
      return fmt::format("the gradient is lost in the noise of f ({:.2g} against {:.2g})", verdict.gradient_norm,
                         verdict.gradient_rounding);
    case Reason::solved: return fmt::format("the problem is solved (gradient {:.2g})", verdict.gradient_norm);
    case Reason::search_exhausted: return fmt::format("the search has used up its steps (f = {:.6g})", ending.value);
    case Reason::value_reached:
      return fmt::format("the value reached its target ({:.6g} <= {:.6g})", ending.value, stop.target_value);
    case Reason::max_iterations:
      return fmt::format("the iterations are used up ({} of {}) and the gradient is not small ({} > {:.2g})",
                         ending.iterations, stop.max_iterations, gradient, stop.gradient_tolerance);
    case Reason::max_evaluations:
      return fmt::format("the evaluations are used up ({} of {}) and the gradient is not small ({} > {:.2g})",
                         ending.evaluations, stop.max_evaluations, gradient, stop.gradient_tolerance);
    case Reason::max_seconds:
      return fmt::format("the time is used up ({:.3g} of {:.3g} seconds) and the gradient is not small ({} > {:.2g})",
                         ending.seconds, stop.max_seconds, gradient, stop.gradient_tolerance);
    case Reason::no_lower_point:
      if (ending.relative_gradient <= stop.gradient_tolerance) {
        return fmt::format("no step lowers f, and although the gradient is small ({}) the point is no stationary one",
                           gradient);
      }
      return fmt::format("no step lowers f although the gradient is not small ({} > {:.2g})", gradient,
                         stop.gradient_tolerance);
    case Reason::stationary_not_left:
      return fmt::format("the gradient is zero ({:.2g}), but the point is no minimum: {}", verdict.gradient_norm,
                         name(verdict.kind));
    case Reason::unbounded: return fmt::format("f falls without bound (last value {:.6g})", ending.value);
    case Reason::unattained: return fmt::format("f converges while x runs off (last value {:.6g})", ending.value);
    case Reason::diverged:
      return fmt::format("f grows without bound ({:.3g}, from {:.3g})\n  hint: use a smaller learning rate",
                         ending.value, ending.lowest_value);
    case Reason::non_finite_gradient: return "the gradient is not finite";
    case Reason::bad_start: return "f is not finite at the start";
    case Reason::wrong_derivatives: return "the supplied derivatives are not those of f";
    case Reason::stopped_by_callback: return fmt::format("the callback said stop (gradient {})", gradient);
    case Reason::cancelled: return fmt::format("cancelled (gradient {})", gradient);
  }
  return {};
}

}  // namespace

std::string still_to_gain(double gain) {
  return fmt::format("the gradient is small only beside the start's: the next step would lower f by about {:.3g}",
                     gain);
}

std::string message(const Ending& ending, const Stop& stop, const Verdict& verdict) {
  return fmt::format("{}: stopped after {} iteration{}: {}", ending.method, ending.iterations,
                     ending.iterations == 1 ? "" : "s", why(ending, stop, verdict));
}

}  // namespace downhill::optimize
