#include "ir/trace.hpp"
#include "ops/chain.hpp"
#include "ops/formula/hyperbolic.hpp"
#include "ops/formula/logistic.hpp"
#include "ops/pointwise.hpp"
#include "ops/primitives.hpp"

namespace downhill {
namespace {

using namespace ops;

const std::vector<double> some{-2.5, -0.5, 0.25, 1.0, 3.0};

struct Sinh {
  static constexpr std::string_view name = "sinh";
  static constexpr std::string_view doc = "hyperbolic sine";
  auto operator()(auto x) const { return scalar::sinh(x); }
  static Array d0(const Application& a, const Array& t) { return chain(t, downhill::cosh(a.operands[0])); }
  static std::vector<std::vector<double>> points() { return {some}; }
};

struct Cosh {
  static constexpr std::string_view name = "cosh";
  static constexpr std::string_view doc = "hyperbolic cosine";
  auto operator()(auto x) const { return scalar::cosh(x); }
  static Array d0(const Application& a, const Array& t) { return chain(t, downhill::sinh(a.operands[0])); }
  static std::vector<std::vector<double>> points() { return {some}; }
};

Array apply_to(const ir::Primitive& primitive, const Array& x) { return ir::apply(primitive, std::vector<Array>{x}); }

struct Tanh {
  static constexpr std::string_view name = "tanh";
  static constexpr std::string_view doc = "hyperbolic tangent";
  auto operator()(auto x) const { return scalar::tanh(x); }
  static Array d0(const Application& a, const Array& t) {
    return chain(t, apply_to(primitives::tanh_slope, a.operands[0]));
  }
  static std::vector<std::vector<double>> points() { return {some}; }
};

/// 1 - tanh² cancels where tanh saturates, and the derivative of any product of two factors cancels near 0.
struct TanhSlope {
  static constexpr std::string_view name = "tanh_slope";
  static constexpr std::string_view doc = "1/cosh(x)², the derivative of tanh";
  auto operator()(auto x) const { return scalar::tanh_slope(x); }
  static Array d0(const Application& a, const Array& t) {
    return chain(t, -2.0 * a.results[0] * downhill::tanh(a.operands[0]));
  }
  static std::vector<std::vector<double>> points() { return {some}; }
};

/// 1/hypot(x, 1), which does not overflow.
struct Asinh {
  static constexpr std::string_view name = "asinh";
  static constexpr std::string_view doc = "inverse hyperbolic sine";
  auto operator()(auto x) const { return scalar::asinh(x); }
  static Array d0(const Application& a, const Array& t) { return chain(t, 1.0 / hypot(a.operands[0], 1.0)); }
  static std::vector<std::vector<double>> points() { return {some}; }
};

/// The two factors of x² - 1 are exact near 1 and their roots do not overflow.
struct Acosh {
  static constexpr std::string_view name = "acosh";
  static constexpr std::string_view doc = "inverse hyperbolic cosine";
  auto operator()(auto x) const { return scalar::acosh(x); }
  static Array d0(const Application& a, const Array& t) {
    return chain(t, 1.0 / (downhill::sqrt(a.operands[0] - 1.0) * downhill::sqrt(a.operands[0] + 1.0)));
  }
  static std::vector<std::vector<double>> points() { return {{1.25, 1.5, 2.0, 3.0, 7.5}}; }
};

struct Atanh {
  static constexpr std::string_view name = "atanh";
  static constexpr std::string_view doc = "inverse hyperbolic tangent";
  auto operator()(auto x) const { return scalar::atanh(x); }
  static Array d0(const Application& a, const Array& t) {
    return chain(t, 1.0 / apply_to(primitives::one_minus_square, a.operands[0]));
  }
  static std::vector<std::vector<double>> points() { return {{-0.75, -0.25, 0.125, 0.5, 0.875}}; }
};

}  // namespace

const ir::Primitive primitives::sinh = real_unary<Sinh>();
const ir::Primitive primitives::cosh = real_unary<Cosh>();
const ir::Primitive primitives::tanh = real_unary<Tanh>();
const ir::Primitive primitives::tanh_slope = real_unary<TanhSlope>();
const ir::Primitive primitives::asinh = real_unary<Asinh>();
const ir::Primitive primitives::acosh = real_unary<Acosh>();
const ir::Primitive primitives::atanh = real_unary<Atanh>();

}  // namespace downhill
