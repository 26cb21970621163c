#include "ir/trace.hpp"
#include "ops/chain.hpp"
#include "ops/formula/inverse_trigonometric.hpp"
#include "ops/pointwise.hpp"
#include "ops/primitives.hpp"

#include <limits>

namespace downhill {
namespace {

using namespace ops;

const std::vector<double> inside{-0.75, -0.25, 0.125, 0.5, 0.875};
const std::vector<double> some{-2.5, -0.5, 0.25, 1.0, 3.0};
const std::vector<double> others{1.5, -0.75, -2.0, 0.5, 0.25};

Array apply_to(const ir::Primitive& primitive, const Application& a) { return ir::apply(primitive, a.operands); }

/// sqrt(1 - x²)
Array cosine_of_asin(const Application& a) { return downhill::sqrt(apply_to(primitives::one_minus_square, a)); }

struct Asin {
  static constexpr std::string_view name = "asin";
  static constexpr std::string_view doc = "angle whose sine is x, in [-pi/2, pi/2]";
  auto operator()(auto x) const { return scalar::asin(x); }
  static Array d0(const Application& a, const Array& t) { return chain(t, 1.0 / cosine_of_asin(a)); }
  static std::vector<std::vector<double>> points() { return {inside}; }
};

struct Acos {
  static constexpr std::string_view name = "acos";
  static constexpr std::string_view doc = "angle whose cosine is x, in [0, pi]";
  auto operator()(auto x) const { return scalar::acos(x); }
  static Array d0(const Application& a, const Array& t) { return chain(t, -1.0 / cosine_of_asin(a)); }
  static std::vector<std::vector<double>> points() { return {inside}; }
};

struct Atan {
  static constexpr std::string_view name = "atan";
  static constexpr std::string_view doc = "angle whose tangent is x, in [-pi/2, pi/2]";
  auto operator()(auto x) const { return scalar::atan(x); }
  static Array d0(const Application& a, const Array& t) { return chain(t, apply_to(primitives::atan_slope, a)); }
  static std::vector<std::vector<double>> points() { return {some}; }
};

/// Its derivative -2x/(1 + x²)² in an order in which nothing overflows.
struct AtanSlope {
  static constexpr std::string_view name = "atan_slope";
  static constexpr std::string_view doc = "1/(1 + x²), the derivative of atan";
  auto operator()(auto x) const { return scalar::atan_slope(x); }
  static Array d0(const Application& a, const Array& t) {
    return chain(t, -2.0 * (a.operands[0] * a.results[0]) * a.results[0]);
  }
  static std::vector<std::vector<double>> points() { return {some}; }
};

/// z / (x² + y²), with a power of two of the size of (x, y) divided out so that the squares neither overflow nor vanish.
Array over_squared_radius(const Array& z, const Application& a) {
  const Array size = stop_gradient(maximum(abs(a.operands[0]), abs(a.operands[1])));
  const Array is_usual = logical_and(greater(size, 0.0), less(size, std::numeric_limits<double>::infinity()));
  const Array scale = where(is_usual, exp2(floor(log2(where(is_usual, size, 1.0)))), 1.0);
  return z / scale / (square(a.operands[0] / scale) + square(a.operands[1] / scale)) / scale;
}

/// d/dy = x/r², d/dx = -y/r².
struct Atan2 {
  static constexpr std::string_view name = "atan2";
  static constexpr std::string_view doc = "angle of the point (x, y), in (-pi, pi]";
  auto operator()(auto y, auto x) const { return scalar::atan2(y, x); }
  static Array d0(const Application& a, const Array& t) { return chain(t, over_squared_radius(a.operands[1], a)); }
  static Array d1(const Application& a, const Array& t) { return chain(t, -over_squared_radius(a.operands[0], a)); }
  static std::vector<std::vector<double>> points() { return {some, others}; }
};

}  // namespace

const ir::Primitive primitives::asin = real_unary<Asin>();
const ir::Primitive primitives::acos = real_unary<Acos>();
const ir::Primitive primitives::atan = real_unary<Atan>();
const ir::Primitive primitives::atan_slope = real_unary<AtanSlope>();
const ir::Primitive primitives::atan2 = real_binary<Atan2>();

}  // namespace downhill
