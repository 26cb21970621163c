#include "ir/trace.hpp"
#include "ops/chain.hpp"
#include "ops/formula/power.hpp"
#include "ops/pointwise.hpp"
#include "ops/primitives.hpp"

namespace downhill {
namespace {

using namespace ops;

struct Sqrt {
  static constexpr std::string_view name = "sqrt";
  static constexpr std::string_view doc = "square root";
  auto operator()(auto x) const { return scalar::sqrt(x); }
  static Array d0(const Application& a, const Array& t) { return chain(t, 0.5 / a.results[0]); }
  static std::vector<std::vector<double>> points() { return {{0.125, 0.5, 1.0, 2.5, 7.0}}; }
};

struct Cbrt {
  static constexpr std::string_view name = "cbrt";
  static constexpr std::string_view doc = "cube root";
  auto operator()(auto x) const { return scalar::cbrt(x); }
  static Array d0(const Application& a, const Array& t) { return chain(t, 1.0 / (3.0 * square(a.results[0]))); }
  static std::vector<std::vector<double>> points() { return {{-2.5, -0.5, 0.25, 1.0, 3.0}}; }
};

/// d/dx is 0 where y is 0, whatever the other factor is there, yet its derivative by y is not; d/dy is 0 where x is 0 and
/// y positive.
struct Pow {
  static constexpr std::string_view name = "pow";
  static constexpr std::string_view doc = "x to the power y, as IEEE 754 pow";
  auto operator()(auto x, auto y) const { return scalar::pow(x, y); }
  static Array d0(const Application& a, const Array& t) {
    const Array& y = a.operands[1];
    return chain(t, chain_both(y, downhill::pow(a.operands[0], y - 1.0)));
  }
  static Array d1(const Application& a, const Array& t) {
    const Array& x = a.operands[0];
    const Array is_flat = logical_and(equal(x, 0.0), greater(a.operands[1], 0.0));
    return chain(t, where(is_flat, 0.0, a.results[0] * downhill::log(where(is_flat, 1.0, x))));
  }
  static std::vector<std::vector<double>> points() {
    return {{0.125, 0.5, 1.5, 2.5, 7.0}, {-1.5, 2.0, 0.5, -0.25, 1.25}};
  }
};

Array hypot_slope(const Application& a, std::int64_t by) {
  return ir::apply(primitives::hypot_slope, a.operands, {{"by", by}});
}

struct Hypot {
  static constexpr std::string_view name = "hypot";
  static constexpr std::string_view doc = "sqrt(x² + y²) without overflow; gradient 0 at the origin";
  auto operator()(auto x, auto y) const { return scalar::hypot(x, y); }
  static Array d0(const Application& a, const Array& t) { return chain(t, hypot_slope(a, 0)); }
  static Array d1(const Application& a, const Array& t) { return chain(t, hypot_slope(a, 1)); }
  static std::vector<std::vector<double>> points() {
    return {{-2.5, -0.5, 0.25, 1.0, 3.0}, {1.5, 0.75, -2.0, 0.5, 0.25}};
  }
};

/// With (u, v) = (x, y)/r, du/dx is v²/r and du/dy is -uv/r: the derivative of a quotient by r would cancel in the first.
struct HypotSlope {
  static constexpr std::string_view name = "hypot_slope";
  static constexpr std::string_view doc = "derivative of hypot(x, y) by operand number `by`; 0 at the origin";
  explicit HypotSlope(const Attributes& attributes) : by(attributes.get<std::int64_t>("by")) {}
  auto operator()(auto x, auto y) const { return scalar::hypot_slope(x, y, by == 0 ? x : y); }
  static Array derivative(const Application& a, const Array& t, std::int64_t operand) {
    const std::int64_t by = a.attributes.get<std::int64_t>("by");
    const Array radius = downhill::hypot(a.operands[0], a.operands[1]);
    const Array other = hypot_slope(a, 1 - by);
    const Array turn = other / where(equal(radius, 0.0), 1.0, radius);
    return chain(t, operand == by ? other * turn : -(a.results[0] * turn));
  }
  static Array d0(const Application& a, const Array& t) { return derivative(a, t, 0); }
  static Array d1(const Application& a, const Array& t) { return derivative(a, t, 1); }
  static std::vector<std::vector<double>> points() { return Hypot::points(); }
  static Attributes example_attributes() { return {{"by", std::int64_t{0}}}; }
  std::int64_t by;
};

struct OneMinusSquare {
  static constexpr std::string_view name = "one_minus_square";
  static constexpr std::string_view doc =
      "1 - x² = (1 - x)(1 + x) as one function: the derivative of the product cancels";
  auto operator()(auto x) const { return scalar::one_minus_square(x); }
  static Array d0(const Application& a, const Array& t) { return chain(t, -2.0 * a.operands[0]); }
  static std::vector<std::vector<double>> points() { return {{-2.5, -0.5, 0.25, 1.0, 3.0}}; }
};

}  // namespace

const ir::Primitive primitives::sqrt = real_unary<Sqrt>();
const ir::Primitive primitives::cbrt = real_unary<Cbrt>();
const ir::Primitive primitives::pow = real_binary<Pow>();
const ir::Primitive primitives::hypot = real_binary<Hypot>();
const ir::Primitive primitives::hypot_slope = real_binary<HypotSlope>();
const ir::Primitive primitives::one_minus_square = real_unary<OneMinusSquare>();

}  // namespace downhill
