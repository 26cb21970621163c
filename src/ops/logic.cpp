#include "ops/pointwise.hpp"
#include "ops/primitives.hpp"

#include <downhill/operations.hpp>

namespace downhill {
namespace {

using namespace ops;

template <class V>
constexpr bool is_integer = std::is_same_v<V, std::int32_t> || std::is_same_v<V, scalar::Recorded<std::int32_t>>;

const std::vector<double> some{-2.0, -1.0, 0.0, 1.0, 3.0, 7.0};
const std::vector<double> others{1.5, -1.0, 2.0, -1.0, 3.0, 6.0};
const std::vector<double> truths{0, 0, 1, 1};
const std::vector<double> other_truths{0, 1, 0, 1};

struct Equal {
  static constexpr std::string_view name = "equal";
  static constexpr std::string_view doc = "x == y; false for NaN";
  template <class V>
  auto operator()(V x, V y) const {
    if constexpr (is_integer<V>) {
      return scalar::equal(x, y);
    } else {
      return x == y;
    }
  }
  static std::vector<std::vector<double>> points() { return {some, others}; }
};

struct NotEqual {
  static constexpr std::string_view name = "not_equal";
  static constexpr std::string_view doc = "x != y; true for NaN";
  template <class V>
  auto operator()(V x, V y) const {
    if constexpr (is_integer<V>) {
      return scalar::negate(scalar::equal(x, y));
    } else {
      return x != y;
    }
  }
  static std::vector<std::vector<double>> points() { return {some, others}; }
};

struct Less {
  static constexpr std::string_view name = "less";
  static constexpr std::string_view doc = "x < y; false for NaN";
  template <class V>
  auto operator()(V x, V y) const {
    if constexpr (is_integer<V>) {
      return scalar::less(x, y);
    } else {
      return x < y;
    }
  }
  static std::vector<std::vector<double>> points() { return {some, others}; }
};

struct LessEqual {
  static constexpr std::string_view name = "less_equal";
  static constexpr std::string_view doc = "x <= y; false for NaN";
  template <class V>
  auto operator()(V x, V y) const {
    if constexpr (is_integer<V>) {
      return scalar::negate(scalar::less(y, x));
    } else {
      return x <= y;
    }
  }
  static std::vector<std::vector<double>> points() { return {some, others}; }
};

struct And {
  static constexpr std::string_view name = "logical_and";
  static constexpr std::string_view doc = "x and y";
  auto operator()(auto x, auto y) const { return scalar::both(x, y); }
  static std::vector<std::vector<double>> points() { return {truths, other_truths}; }
};

struct Or {
  static constexpr std::string_view name = "logical_or";
  static constexpr std::string_view doc = "x or y";
  auto operator()(auto x, auto y) const { return scalar::either(x, y); }
  static std::vector<std::vector<double>> points() { return {truths, other_truths}; }
};

struct Not {
  static constexpr std::string_view name = "logical_not";
  static constexpr std::string_view doc = "not x";
  auto operator()(auto x) const { return scalar::negate(x); }
  static std::vector<std::vector<double>> points() { return {truths}; }
};

struct Where {
  static constexpr std::string_view name = "where";
  static constexpr std::string_view doc = "x where the condition holds, else y; the other side contributes exactly 0";
  auto operator()(auto condition, auto x, auto y) const {
    if constexpr (std::is_same_v<decltype(condition), decltype(x)>) {  // truth values throughout
      return scalar::either(scalar::both(condition, x), scalar::both(scalar::negate(condition), y));
    } else {
      return scalar::select(condition, x, y);
    }
  }
  static Array d1(const Application& a, const Array& t) { return downhill::where(a.operands[0], t, 0.0); }
  static Array d2(const Application& a, const Array& t) { return downhill::where(a.operands[0], 0.0, t); }
  static std::vector<std::vector<double>> points() { return {truths, {1.5, -2, 3, 0.5}, {-1, 4, 0.25, 2}}; }
};

struct StopGradient {
  static constexpr std::string_view name = "stop_gradient";
  static constexpr std::string_view doc = "x, whose derivative counts as zero";
  auto operator()(auto x) const { return x; }
  static std::vector<std::vector<double>> points() { return {some}; }
};

template <class F>
ir::Primitive comparison() {
  return pointwise<F, bool(double, double), bool(float, float), bool(std::int32_t, std::int32_t)>();
}

}  // namespace

const ir::Primitive primitives::equal = comparison<Equal>();
const ir::Primitive primitives::not_equal = comparison<NotEqual>();
const ir::Primitive primitives::less = comparison<Less>();
const ir::Primitive primitives::less_equal = comparison<LessEqual>();
const ir::Primitive primitives::logical_and = pointwise<And, bool(bool, bool)>();
const ir::Primitive primitives::logical_or = pointwise<Or, bool(bool, bool)>();
const ir::Primitive primitives::logical_not = pointwise<Not, bool(bool)>();
const ir::Primitive primitives::where =
    pointwise<Where, double(bool, double, double), float(bool, float, float),
              std::int32_t(bool, std::int32_t, std::int32_t), bool(bool, bool, bool)>();
const ir::Primitive primitives::stop_gradient =
    pointwise<StopGradient, double(double), float(float), std::int32_t(std::int32_t), bool(bool)>();

}  // namespace downhill
