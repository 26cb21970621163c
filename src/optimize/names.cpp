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
    case Reason::stopped_by_callback: return "stopped_by_callback";
    case Reason::cancelled: return "cancelled";
  }
  return {};
}

}  // namespace downhill
