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

/// d/dx is 0 where y is 0, and d/dy is 0 where x is 0 and y positive, whatever the other factor is there.
struct Pow {
  static constexpr std::string_view name = "pow";
  static constexpr std::string_view doc = "x to the power y, as IEEE 754 pow";
  auto operator()(auto x, auto y) const { return scalar::pow(x, y); }
  static Array d0(const Application& a, const Array& t) {
    const Array& y = a.operands[1];
    return chain(t, where(equal(y, 0.0), 0.0, y * downhill::pow(a.operands[0], y - 1.0)));
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

/// d/dx is x/r, 0 at the origin.
struct Hypot {
  static constexpr std::string_view name = "hypot";
  static constexpr std::string_view doc = "sqrt(x² + y²) without overflow; gradient 0 at the origin";
  auto operator()(auto x, auto y) const { return scalar::hypot(x, y); }
  static Array d0(const Application& a, const Array& t) { return chain(t, ratio(a.operands[0], a.results[0])); }
  static Array d1(const Application& a, const Array& t) { return chain(t, ratio(a.operands[1], a.results[0])); }
  static std::vector<std::vector<double>> points() {
    return {{-2.5, -0.5, 0.25, 1.0, 3.0}, {1.5, 0.75, -2.0, 0.5, 0.25}};
  }

 private:
  static Array ratio(const Array& x, const Array& r) { return x / where(equal(r, 0.0), 1.0, r); }
};

}  // namespace

const ir::Primitive primitives::sqrt = real_unary<Sqrt>();
const ir::Primitive primitives::cbrt = real_unary<Cbrt>();
const ir::Primitive primitives::pow = real_binary<Pow>();
const ir::Primitive primitives::hypot = real_binary<Hypot>();

}  // namespace downhill
