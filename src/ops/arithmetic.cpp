#include "ops/chain.hpp"
#include "ops/pointwise.hpp"
#include "ops/primitives.hpp"

#include <limits>

namespace downhill {
namespace {

using namespace ops;

/// True for recorded and plain 32-bit integers, whose arithmetic wraps.
template <class V>
constexpr bool is_integer = std::is_same_v<V, std::int32_t> || std::is_same_v<V, scalar::Recorded<std::int32_t>>;

const std::vector<double> some{-2.5, -1.25, 0.5, 1.0, 3.0, 7.0};
const std::vector<double> others{1.5, -0.75, 2.0, -1.0, 0.25, 6.0};

struct Add {
  static constexpr std::string_view name = "add";
  static constexpr std::string_view doc = "x + y";
  template <class V>
  V operator()(V x, V y) const {
    if constexpr (is_integer<V>) {
      return scalar::bits_add(x, y);
    } else {
      return x + y;
    }
  }
  static Array d0(const Application&, const Array& t) { return t; }
  static Array d1(const Application&, const Array& t) { return t; }
  static std::vector<std::vector<double>> points() { return {some, others}; }
};

struct Subtract {
  static constexpr std::string_view name = "sub";
  static constexpr std::string_view doc = "x - y";
  template <class V>
  V operator()(V x, V y) const {
    if constexpr (is_integer<V>) {
      return scalar::bits_subtract(x, y);
    } else {
      return x - y;
    }
  }
  static Array d0(const Application&, const Array& t) { return t; }
  static Array d1(const Application&, const Array& t) { return -t; }
  static std::vector<std::vector<double>> points() { return {some, others}; }
};

struct Multiply {
  static constexpr std::string_view name = "mul";
  static constexpr std::string_view doc = "x * y";
  template <class V>
  V operator()(V x, V y) const {
    if constexpr (is_integer<V>) {
      return scalar::multiply(x, y);
    } else {
      return x * y;
    }
  }
  static Array d0(const Application& a, const Array& t) { return chain(t, a.operands[1]); }
  static Array d1(const Application& a, const Array& t) { return chain(t, a.operands[0]); }
  static std::vector<std::vector<double>> points() { return {some, others}; }
};

struct Divide {
  static constexpr std::string_view name = "div";
  static constexpr std::string_view doc = "x / y for reals";
  auto operator()(auto x, auto y) const { return x / y; }
  static Array d0(const Application& a, const Array& t) { return chain(t, 1.0 / a.operands[1]); }
  static Array d1(const Application& a, const Array& t) { return chain(t, -(a.results[0] / a.operands[1])); }
  static std::vector<std::vector<double>> points() { return {some, others}; }
};

struct Negative {
  static constexpr std::string_view name = "neg";
  static constexpr std::string_view doc = "-x";
  template <class V>
  V operator()(V x) const {
    if constexpr (is_integer<V>) {
      return scalar::bits_subtract(V(0), x);
    } else {
      return -x;
    }
  }
  static Array d0(const Application&, const Array& t) { return -t; }
  static std::vector<std::vector<double>> points() { return {some}; }
};

struct Abs {
  static constexpr std::string_view name = "abs";
  static constexpr std::string_view doc = "|x|; slope 0 at 0";
  template <class V>
  V operator()(V x) const {
    if constexpr (is_integer<V>) {
      return scalar::select(scalar::less(x, V(0)), scalar::bits_subtract(V(0), x), x);
    } else {
      return scalar::abs(x);
    }
  }
  static Array d0(const Application& a, const Array& t) { return chain(t, downhill::sign(a.operands[0])); }
  static std::vector<std::vector<double>> points() { return {some}; }
};

struct Sign {
  static constexpr std::string_view name = "sign";
  static constexpr std::string_view doc = "-1, 0 or 1; NaN for NaN";
  template <class V>
  V operator()(V x) const {
    if constexpr (is_integer<V>) {
      return scalar::select(scalar::less(x, V(0)), V(-1), scalar::select(scalar::less(V(0), x), V(1), V(0)));
    } else {
      return scalar::select(x < V(0), V(-1), scalar::select(x > V(0), V(1), x));
    }
  }
  static std::vector<std::vector<double>> points() { return {some}; }
};

struct Floor {
  static constexpr std::string_view name = "floor";
  static constexpr std::string_view doc = "largest integer not above x";
  auto operator()(auto x) const { return scalar::floor(x); }
  static std::vector<std::vector<double>> points() { return {{-2.5, -0.75, 0.5, 1.75, 3.25}}; }
};

struct Ceil {
  static constexpr std::string_view name = "ceil";
  static constexpr std::string_view doc = "smallest integer not below x";
  auto operator()(auto x) const { return scalar::ceil(x); }
  static std::vector<std::vector<double>> points() { return {{-2.5, -0.75, 0.5, 1.75, 3.25}}; }
};

struct Round {
  static constexpr std::string_view name = "round";
  static constexpr std::string_view doc = "nearest integer, halves to even";
  auto operator()(auto x) const { return scalar::round_even(x); }
  static std::vector<std::vector<double>> points() { return {{-2.25, -0.75, 0.25, 1.75, 3.25}}; }
};

/// t where x beats y, half of it on a tie, 0 where y beats x, NaN where either is NaN.
Array share(const Array& x, const Array& y, const Array& t) {
  const Array tie = downhill::where(downhill::equal(x, y), 0.5, std::numeric_limits<double>::quiet_NaN());
  return downhill::where(downhill::less(y, x), t,
                         downhill::where(downhill::less(x, y), 0.0, chain(t, astype(tie, t.dtype()))));
}

struct Maximum {
  static constexpr std::string_view name = "maximum";
  static constexpr std::string_view doc = "the larger; NaN if either is; ties share the derivative equally";
  template <class V>
  V operator()(V x, V y) const {
    if constexpr (is_integer<V>) {
      return scalar::select(scalar::less(x, y), y, x);
    } else {
      using namespace scalar;
      // On a tie the sum of +0 and -0 is +0; NaN fails both comparisons and the sum is NaN.
      const V tie = from_bits<V>(bits(x) & bits(y));
      return select(x > y, x, select(y > x, y, select(x == y, tie, x + y)));
    }
  }
  static Array d0(const Application& a, const Array& t) { return share(a.operands[0], a.operands[1], t); }
  static Array d1(const Application& a, const Array& t) { return share(a.operands[1], a.operands[0], t); }
  static std::vector<std::vector<double>> points() { return {some, others}; }
};

struct Minimum {
  static constexpr std::string_view name = "minimum";
  static constexpr std::string_view doc = "the smaller; NaN if either is; ties share the derivative equally";
  template <class V>
  V operator()(V x, V y) const {
    if constexpr (is_integer<V>) {
      return scalar::select(scalar::less(y, x), y, x);
    } else {
      using namespace scalar;
      const V tie = from_bits<V>(bits(x) | bits(y));
      return select(x < y, x, select(y < x, y, select(x == y, tie, x + y)));
    }
  }
  static Array d0(const Application& a, const Array& t) { return share(a.operands[1], a.operands[0], t); }
  static Array d1(const Application& a, const Array& t) { return share(a.operands[0], a.operands[1], t); }
  static std::vector<std::vector<double>> points() { return {some, others}; }
};

template <class F>
ir::Primitive number_unary() {
  return pointwise<F, double(double), float(float), std::int32_t(std::int32_t)>();
}
template <class F>
ir::Primitive number_binary() {
  return pointwise<F, double(double, double), float(float, float), std::int32_t(std::int32_t, std::int32_t)>();
}

}  // namespace

const ir::Primitive primitives::add = number_binary<Add>();
const ir::Primitive primitives::sub = number_binary<Subtract>();
const ir::Primitive primitives::mul = number_binary<Multiply>();
const ir::Primitive primitives::div = real_binary<Divide>();
const ir::Primitive primitives::neg = number_unary<Negative>();
const ir::Primitive primitives::abs = number_unary<Abs>();
const ir::Primitive primitives::sign = number_unary<Sign>();
const ir::Primitive primitives::floor = real_unary<Floor>();
const ir::Primitive primitives::ceil = real_unary<Ceil>();
const ir::Primitive primitives::round = real_unary<Round>();
const ir::Primitive primitives::maximum = number_binary<Maximum>();
const ir::Primitive primitives::minimum = number_binary<Minimum>();

}  // namespace downhill
