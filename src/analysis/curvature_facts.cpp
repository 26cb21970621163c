#include "analysis/curvature_facts.hpp"

#include "ops/primitives.hpp"

#include <algorithm>
#include <cmath>

namespace downhill::analysis {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
using Bend = Shape1::Bend;
using Slope = Shape1::Slope;

Curve flipped(Curve curve) {
  if (curve == Curve::convex) return Curve::concave;
  return curve == Curve::concave ? Curve::convex : curve;
}

Curve sum_of(Curve a, Curve b) {
  if (a == Curve::constant) return b;
  if (b == Curve::constant) return a;
  if (a == Curve::affine) return b;
  if (b == Curve::affine) return a;
  return a == b ? a : Curve::unknown;
}

// Bounds of f for a rising f.
Bounds image(double (*f)(double), const Bounds& x) {
  const auto at = [f](double point, double otherwise) {
    const double value = f(point);
    return std::isnan(value) ? otherwise : value;
  };
  return {at(x.low, -infinity), at(x.high, infinity)};
}

// Convex on one side of zero, concave on the other.
Bend bend_by_sign(const Bounds& x, Bend below, Bend above) {
  if (x.low >= 0) return above;
  return x.high <= 0 ? below : Bend::unknown;
}

// An even function that is convex and falls, then rises.
Slope slope_of_valley(const Bounds& x) {
  if (x.low >= 0) return Slope::rising;
  return x.high <= 0 ? Slope::falling : Slope::unknown;
}

}  // namespace

Shape1 shape_on(const ir::Primitive& primitive, const Bounds& x) {
  const ir::Primitive* const p = &primitive;
  const Bend below_concave = bend_by_sign(x, Bend::concave, Bend::convex);
  const Bend below_convex = bend_by_sign(x, Bend::convex, Bend::concave);
  const double furthest = std::max(std::abs(x.low), std::abs(x.high));
  const bool spans_zero = x.low < 0 && x.high > 0;
  if (p == &primitives::exp) return {Bend::convex, Slope::rising, true, image(std::exp, x)};
  if (p == &primitives::exp2) return {Bend::convex, Slope::rising, true, image(std::exp2, x)};
  if (p == &primitives::expm1) return {Bend::convex, Slope::rising, true, image(std::expm1, x)};
  if (p == &primitives::log) return {Bend::concave, Slope::rising, true, image(std::log, x)};
  if (p == &primitives::log2) return {Bend::concave, Slope::rising, true, image(std::log2, x)};
  if (p == &primitives::log10) return {Bend::concave, Slope::rising, true, image(std::log10, x)};
  if (p == &primitives::log1p) return {Bend::concave, Slope::rising, true, image(std::log1p, x)};
  if (p == &primitives::sqrt) return {Bend::concave, Slope::rising, true, {std::sqrt(std::max(0.0, x.low)), infinity}};
  if (p == &primitives::cbrt) return {below_convex, Slope::rising, true, image(std::cbrt, x)};
  if (p == &primitives::softplus) return {Bend::convex, Slope::rising, true, {0, infinity}};
  if (p == &primitives::logistic) return {below_convex, Slope::rising, true, {0, 1}};
  if (p == &primitives::tanh) return {below_convex, Slope::rising, true, image(std::tanh, x)};
  if (p == &primitives::atan) return {below_convex, Slope::rising, true, image(std::atan, x)};
  if (p == &primitives::asinh) return {below_convex, Slope::rising, true, image(std::asinh, x)};
  if (p == &primitives::erf) return {below_convex, Slope::rising, true, image(std::erf, x)};
  if (p == &primitives::normal_cdf) return {below_convex, Slope::rising, true, {0, 1}};
  if (p == &primitives::sinh) return {below_concave, Slope::rising, true, image(std::sinh, x)};
  if (p == &primitives::erfc) {
    const Bounds values{x.high == infinity ? 0 : std::erfc(x.high), x.low == -infinity ? 2 : std::erfc(x.low)};
    return {below_concave, Slope::falling, true, values};
  }
  if (p == &primitives::cosh) return {Bend::convex, slope_of_valley(x), true, {1, infinity}};
  if (p == &primitives::abs) {
    const double nearest = spans_zero ? 0 : std::min(std::abs(x.low), std::abs(x.high));
    return {Bend::convex, slope_of_valley(x), false, {nearest, furthest}};
  }
  if (p == &primitives::entropy) return {Bend::concave, Slope::unknown, true, {-infinity, std::exp(-1.0)}};
  if (p == &primitives::lgamma && x.low > 0)
    return {Bend::convex, Slope::unknown, true, {-0.1214862905358497, infinity}};
  Shape1 unknown;
  const bool is_wave = p == &primitives::sin || p == &primitives::cos || p == &primitives::sign;
  if (is_wave) unknown.bounds = {-1, 1};
  if (p == &primitives::gaussian || p == &primitives::normal_pdf) unknown.bounds = {0, 1};
  return unknown;
}

Facts composed(const Shape1& f, const Facts& x) {
  Facts result;
  result.bounds = f.bounds;
  if (x.is_constant()) {
    result.curve = Curve::constant;
    return result;
  }
  const bool is_affine = x.curve == Curve::affine && !x.shift;
  const bool rises = f.slope == Slope::rising;
  const bool falls = f.slope == Slope::falling;
  if (f.bend == Bend::convex && (is_affine || (x.is_convex() && rises) || (x.is_concave() && falls))) {
    result.curve = Curve::convex;
    result.is_strict = f.is_strict && ((is_affine && x.is_injective) || (rises && x.is_strict));
  } else if (f.bend == Bend::concave && (is_affine || (x.is_concave() && rises) || (x.is_convex() && falls))) {
    result.curve = Curve::concave;
  }
  return result;
}

Facts negated(Facts x) {
  Facts result;
  result.curve = flipped(x.curve);
  result.bounds = {-x.bounds.high, -x.bounds.low};
  result.is_injective = x.is_injective;
  if (x.shift) result.curve = Curve::unknown;
  return result;
}

Facts added(const Facts& a, const View& a_view, const Facts& b, const View& b_view) {
  Facts result;
  result.bounds = {a.bounds.low + b.bounds.low, a.bounds.high + b.bounds.high};
  if (std::isnan(result.bounds.low)) result.bounds.low = -infinity;
  if (std::isnan(result.bounds.high)) result.bounds.high = infinity;
  // The shift comes back: log Σ exp(x - m) + m.
  if (a.shift && *a.shift == b_view && !b.shift) {
    result.curve = a.curve;
    result.is_strict = a.is_strict;
    return result;
  }
  if (b.shift && *b.shift == a_view && !a.shift) return added(b, b_view, a, a_view);
  if (a.shift && b.shift) {
    result.is_log_convex = a.is_log_convex && b.is_log_convex && *a.shift == *b.shift;
    if (result.is_log_convex) result.shift = a.shift;
    return result;
  }
  result.shift = a.shift ? a.shift : b.shift;
  result.curve = sum_of(a.curve, b.curve);
  result.is_injective =
      result.curve == Curve::affine && ((a.is_injective && b.is_constant()) || (b.is_injective && a.is_constant()));
  result.is_strict = result.curve == Curve::convex && (a.is_strict || b.is_strict);
  result.is_log_convex = !result.shift && (a.is_log_convex || (a.is_constant() && a.bounds.low > 0)) &&
                         (b.is_log_convex || (b.is_constant() && b.bounds.low > 0));
  return result;
}

Facts multiplied(const Facts& a, const Facts& b) {
  Facts result;
  const double corners[] = {a.bounds.low * b.bounds.low, a.bounds.low * b.bounds.high, a.bounds.high * b.bounds.low,
                            a.bounds.high * b.bounds.high};
  const bool is_known = std::ranges::none_of(corners, [](double corner) { return std::isnan(corner); });
  const bool same_sign = (a.bounds.is_nonnegative() && b.bounds.is_nonnegative()) ||
                         (a.bounds.is_nonpositive() && b.bounds.is_nonpositive());
  const bool other_sign = (a.bounds.is_nonnegative() && b.bounds.is_nonpositive()) ||
                          (a.bounds.is_nonpositive() && b.bounds.is_nonnegative());
  if (is_known) {
    result.bounds = {*std::ranges::min_element(corners), *std::ranges::max_element(corners)};
  } else if (same_sign) {
    result.bounds.low = 0;
  } else if (other_sign) {
    result.bounds.high = 0;
  }
  const auto is_positive = [](const Facts& f) { return f.is_log_convex || (f.is_constant() && f.bounds.low > 0); };
  result.is_log_convex = is_positive(a) && is_positive(b) && !(a.shift && b.shift);
  if (result.is_log_convex && (a.shift || b.shift)) result.shift = a.shift ? a.shift : b.shift;
  if (!a.is_constant() && !b.is_constant()) {
    // A product of log-convex values is convex; anything else is not followed here.
    if (result.is_log_convex && !result.shift) result.curve = Curve::convex;
    return result;
  }
  const Facts& factor = a.is_constant() ? a : b;
  const Facts& x = a.is_constant() ? b : a;
  if (x.is_constant()) {
    result.curve = Curve::constant;
    return result;
  }
  if (x.shift) {
    // Only the logarithm of the value is known relative to a shift; a value minus a shift, times a factor, is minus another.
    return result;
  }
  const bool is_zero_free = factor.bounds.low > 0 || factor.bounds.high < 0;
  if (factor.bounds.is_nonnegative()) {
    result.curve = x.curve;
    result.is_strict = x.is_strict && factor.bounds.low > 0;
  } else if (factor.bounds.is_nonpositive()) {
    result.curve = flipped(x.curve);
  } else {
    result.curve = x.curve == Curve::affine ? Curve::affine : Curve::unknown;
  }
  result.is_injective = result.curve == Curve::affine && x.is_injective && is_zero_free;
  return result;
}

Facts larger(const Facts& a, const Facts& b) {
  Facts result;
  result.bounds = {std::max(a.bounds.low, b.bounds.low), std::max(a.bounds.high, b.bounds.high)};
  if (a.is_constant() && b.is_constant()) {
    result.curve = Curve::constant;
  } else if (a.is_convex() && b.is_convex()) {
    result.curve = Curve::convex;
  }
  return result;
}

Facts reciprocal(const Facts& x) {
  Shape1 f;
  if (x.bounds.low >= 0) f = {Shape1::Bend::convex, Shape1::Slope::falling, true, {0, infinity}};
  if (x.bounds.high <= 0) f = {Shape1::Bend::concave, Shape1::Slope::falling, true, {-infinity, 0}};
  if (x.bounds.low > 0) f.bounds = {1 / x.bounds.high, 1 / x.bounds.low};
  if (x.bounds.high < 0) f.bounds = {1 / x.bounds.high, 1 / x.bounds.low};
  return composed(f, x);
}

Facts to_power(const Facts& a, const Facts& b) {
  Facts result;
  if (b.is_constant() && b.bounds.low == b.bounds.high) {
    const double p = b.bounds.low;
    const double low = std::max(0.0, a.bounds.low);
    Shape1 f{Shape1::Bend::unknown, Shape1::Slope::unknown, p != 0 && p != 1, {0, infinity}};
    if (a.bounds.low < 0) return result;
    if (p >= 1) f = {Shape1::Bend::convex, Shape1::Slope::rising, p > 1, {std::pow(low, p), infinity}};
    if (p > 0 && p < 1) f = {Shape1::Bend::concave, Shape1::Slope::rising, true, {std::pow(low, p), infinity}};
    if (p < 0) f = {Shape1::Bend::convex, Shape1::Slope::falling, true, {0, infinity}};
    return composed(f, a);
  }
  if (a.is_constant() && a.bounds.low > 0 && b.curve == Curve::affine && !b.shift) {  // exp(b log a)
    result.curve = Curve::convex;
    result.bounds.low = 0;
    result.is_log_convex = true;
  }
  return result;
}

}  // namespace downhill::analysis
