#pragma once
#include "ir/graph.hpp"

#include <limits>
#include <optional>
#include <vector>

/// What the convexity rules know of one value of a graph.
namespace downhill::analysis {

/// Of every element as a function of the variables. `constant` and `affine` are convex and concave too.
enum class Curve { constant, affine, convex, concave, unknown };

/// Bounds of all elements; NaNs apart.
struct Bounds {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();

  [[nodiscard]] bool is_nonnegative() const { return low >= 0; }
  [[nodiscard]] bool is_nonpositive() const { return high <= 0; }
};

/// A value seen through reshapes that only add or drop axes of length 1, transposes and broadcasts: for each axis of the view
/// the axis of the origin, or -1 where it repeats.
struct View {
  ir::ValueId origin = 0;
  std::vector<int> axes;
  friend bool operator==(const View&, const View&) = default;
};

struct Facts {
  Curve curve = Curve::unknown;
  Bounds bounds;
  /// The elements together move whenever the variables do: an affine map that forgets none of them.
  bool is_injective = false;
  /// The sum of all elements is strictly convex.
  bool is_strict = false;
  /// Positive, and its logarithm is convex.
  bool is_log_convex = false;
  /// If set, `curve` (and `is_log_convex`, with a factor exp(shift)) holds for the value plus this one, not for the value itself:
  /// how the shift that keeps exponentials from overflowing is followed until it is added again.
  std::optional<View> shift;
  /// The value is the `exponent`-th power of value `base`; exponent 1 is the value itself.
  ir::ValueId base = 0;
  int exponent = 1;

  [[nodiscard]] bool is_convex() const {
    return !shift && (curve == Curve::constant || curve == Curve::affine || curve == Curve::convex);
  }
  [[nodiscard]] bool is_concave() const {
    return !shift && (curve == Curve::constant || curve == Curve::affine || curve == Curve::concave);
  }
  [[nodiscard]] bool is_constant() const { return curve == Curve::constant; }
};

/// How a function of one number behaves on an interval.
struct Shape1 {
  enum class Bend { convex, concave, unknown } bend = Bend::unknown;
  enum class Slope { rising, falling, unknown } slope = Slope::unknown;
  bool is_strict = false;  ///< strictly convex, and strictly rising or falling where slope says so
  Bounds bounds = {};      ///< of its values
};

/// Of a primitive of one operand for operands within `x`; all unknown for a primitive the table does not have.
[[nodiscard]] Shape1 shape_on(const ir::Primitive& primitive, const Bounds& x);

/// f(x) from what is known of x and of f on its range.
[[nodiscard]] Facts composed(const Shape1& f, const Facts& x);
[[nodiscard]] Facts negated(Facts x);
/// a + b; `b_view` and `a_view` say which values these are.
[[nodiscard]] Facts added(const Facts& a, const View& a_view, const Facts& b, const View& b_view);
[[nodiscard]] Facts multiplied(const Facts& a, const Facts& b);
/// 1 / x, where x does not change its sign.
[[nodiscard]] Facts reciprocal(const Facts& x);
/// a^b for constant exponents of what is not negative, and for affine exponents of a positive constant.
[[nodiscard]] Facts to_power(const Facts& a, const Facts& b);
[[nodiscard]] Facts larger(const Facts& a, const Facts& b);

}  // namespace downhill::analysis
