#include "ops/formula/logistic.hpp"
#include "ir/trace.hpp"
#include "ops/chain.hpp"
#include "ops/pointwise.hpp"
#include "ops/primitives.hpp"

#include <limits>

namespace downhill {
namespace {

using namespace ops;

const std::vector<double> some{-2.5, -0.5, 0.25, 1.0, 3.0};
const std::vector<double> others{1.5, -0.75, -2.0, 0.5, 0.25};

struct Logistic {
  static constexpr std::string_view name = "logistic";
  static constexpr std::string_view doc = "1 / (1 + exp(-x))";
  auto operator()(auto x) const { return scalar::logistic(x); }
  static Array d0(const Application& a, const Array& t) {
    return chain(t, 0.25 * ir::apply(primitives::tanh_slope, std::vector<Array>{0.5 * a.operands[0]}));
  }
  static std::vector<std::vector<double>> points() { return {some}; }
};

struct Softplus {
  static constexpr std::string_view name = "softplus";
  static constexpr std::string_view doc = "log(1 + exp x)";
  auto operator()(auto x) const { return scalar::softplus(x); }
  static Array d0(const Application& a, const Array& t) { return chain(t, downhill::logistic(a.operands[0])); }
  static std::vector<std::vector<double>> points() { return {some}; }
};

struct Logaddexp {
  static constexpr std::string_view name = "logaddexp";
  static constexpr std::string_view doc = "log(exp x + exp y)";
  auto operator()(auto x, auto y) const {
    using namespace scalar;
    using V = decltype(x);
    const V zero = constant<V>(0);
    const V larger = select(x > y, x, select(y > x, y, select(x == y, x, x + y)));
    const V distance = select(x == y, zero, abs(x - y));  // also for two infinities of one sign
    return larger + softplus(-distance);
  }
  static Array share(const Array& x, const Array& y) {
    const Array is_same_infinity = logical_and(equal(x, y), equal(abs(x), std::numeric_limits<double>::infinity()));
    return downhill::logistic(where(is_same_infinity, 0.0, x - y));
  }
  static Array d0(const Application& a, const Array& t) { return chain(t, share(a.operands[0], a.operands[1])); }
  static Array d1(const Application& a, const Array& t) { return chain(t, share(a.operands[1], a.operands[0])); }
  static std::vector<std::vector<double>> points() { return {some, others}; }
};

}  // namespace

const ir::Primitive primitives::logistic = real_unary<Logistic>();
const ir::Primitive primitives::softplus = real_unary<Softplus>();
const ir::Primitive primitives::logaddexp = real_binary<Logaddexp>();

}  // namespace downhill
