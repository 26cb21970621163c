#include <downhill/result.hpp>
#include <downhill/verdict.hpp>

namespace downhill {

std::string_view name(ActiveBound::Side side) {
  switch (side) {
    case ActiveBound::Side::lower: return "lower";
    case ActiveBound::Side::upper: return "upper";
    case ActiveBound::Side::fixed: return "fixed";
  }
  return {};
}

std::string_view name(Verdict::Kind kind) {
  switch (kind) {
    case Verdict::Kind::strict_minimum: return "strict_minimum";
    case Verdict::Kind::saddle: return "saddle";
    case Verdict::Kind::maximum: return "maximum";
    case Verdict::Kind::undecided: return "undecided";
    case Verdict::Kind::unattained: return "unattained";
    case Verdict::Kind::unbounded: return "unbounded";
    case Verdict::Kind::not_stationary: return "not_stationary";
  }
  return {};
}

std::string_view name(Reason reason) {
  switch (reason) {
    case Reason::gradient_small: return "gradient_small";
    case Reason::rounding_limit: return "rounding_limit";
    case Reason::lowest_value: return "lowest_value";
    case Reason::noise_limit: return "noise_limit";
    case Reason::solved: return "solved";
    case Reason::search_exhausted: return "search_exhausted";
    case Reason::value_reached: return "value_reached";
    case Reason::max_iterations: return "max_iterations";
    case Reason::max_evaluations: return "max_evaluations";
    case Reason::max_seconds: return "max_seconds";
    case Reason::no_lower_point: return "no_lower_point";
    case Reason::stationary_not_left: return "stationary_not_left";
    case Reason::unbounded: return "unbounded";
    case Reason::unattained: return "unattained";
    case Reason::diverged: return "diverged";
    case Reason::non_finite_gradient: return "non_finite_gradient";
    case Reason::bad_start: return "bad_start";
    case Reason::wrong_derivatives: return "wrong_derivatives";
    case Reason::stopped_by_callback: return "stopped_by_callback";
    case Reason::cancelled: return "cancelled";
  }
  return {};
}

std::string_view name(Finding::Kind kind) {
  switch (kind) {
    case Finding::Kind::wrong_gradient: return "wrong_gradient";
    case Finding::Kind::wrong_jacobian: return "wrong_jacobian";
    case Finding::Kind::wrong_hessian: return "wrong_hessian";
    case Finding::Kind::not_finite: return "not_finite";
    case Finding::Kind::noise: return "noise";
    case Finding::Kind::scale: return "scale";
    case Finding::Kind::constant: return "constant";
    case Finding::Kind::unused_variable: return "unused_variable";
    case Finding::Kind::kink: return "kink";
    case Finding::Kind::jump: return "jump";
    case Finding::Kind::limit: return "limit";
    case Finding::Kind::learning_rate: return "learning_rate";
  }
  return {};
}

}  // namespace downhill
