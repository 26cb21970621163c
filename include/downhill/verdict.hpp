#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace downhill {

/// A bound that keeps a variable from moving on. See docs/guide/bounds.md.
struct ActiveBound {
  enum class Side : std::uint8_t { lower, upper, fixed } side = Side::lower;
  std::size_t variable = 0;  ///< its index in x
  double bound = 0;          ///< the value of x there
  /// How fast f would fall beyond the bound, a unit of x: the derivative at a lower bound, minus it at an upper one. Of a fixed
  /// variable the derivative, NaN where it is not known.
  double multiplier = 0;
};

/// What kind of point a run ended at, with the evidence. See docs/guide/verdicts.md.
struct Verdict {
  enum class Kind : std::uint8_t {
    strict_minimum,  ///< stationary, every curvature is positive beyond doubt
    saddle,          ///< stationary, at least one curvature is negative beyond doubt and not all are
    maximum,         ///< stationary, every curvature is negative beyond doubt
    undecided,       ///< stationary, second derivatives do not decide, and no lower point was found nearby
    unattained,      ///< f converges while x runs off, as exp(-x)
    unbounded,       ///< f falls without bound along `direction`
    not_stationary,  ///< the gradient is not small
  };

  static constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

  Kind kind = Kind::not_stationary;
  double gradient_norm = unknown;      ///< Euclidean norm of the gradient
  double gradient_rounding = unknown;  ///< norm of the estimated rounding error of the gradient
  double smallest_eigenvalue = unknown;
  double largest_eigenvalue = unknown;
  double eigenvalue_rounding = unknown;  ///< estimated rounding error of these eigenvalues
  /// Curvatures that are negative beyond doubt; empty when the Hessian is not known, a lower bound above `dense_limit` variables.
  std::optional<std::size_t> negative_directions;
  /// Saddle and maximum: a direction of negative curvature; unbounded and unattained: the way f falls. Unit length, or empty.
  std::vector<double> direction;
  std::vector<ActiveBound> active_bounds;  ///< ascending by variable; curvatures are those of the other variables
  bool global = false;                     ///< whether the point is proved to be a global minimum
  std::string explanation;                 ///< the reason in plain words
};

/// "lower", "upper", "fixed"
[[nodiscard]] std::string_view name(ActiveBound::Side side);

/// "strict_minimum", "saddle", …
[[nodiscard]] std::string_view name(Verdict::Kind kind);

}  // namespace downhill
