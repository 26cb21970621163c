#include "ir/trace.hpp"
#include "ops/chain.hpp"
#include "ops/formula/exponential.hpp"
#include "ops/formula/logarithm.hpp"
#include "ops/pointwise.hpp"
#include "ops/primitives.hpp"

#include <numbers>

namespace downhill {
namespace {

using namespace ops;
constexpr double ln2 = std::numbers::ln2;
constexpr double ln10 = std::numbers::ln10;

struct Exp {
  static constexpr std::string_view name = "exp";
  static constexpr std::string_view doc = "e to the power x";
  auto operator()(auto x) const { return scalar::exp(x); }
  static Array d0(const Application& a, const Array& t) { return chain(t, a.results[0]); }
  static std::vector<std::vector<double>> points() { return {{-2.5, -0.5, 0.25, 1.0, 3.0}}; }
};

struct Expm1 {
  static constexpr std::string_view name = "expm1";
  static constexpr std::string_view doc = "exp(x) - 1 without cancellation";
  auto operator()(auto x) const { return scalar::expm1(x); }
  static Array d0(const Application& a, const Array& t) { return chain(t, downhill::exp(a.operands[0])); }
  static std::vector<std::vector<double>> points() { return {{-2.5, -0.001, 0.25, 1.0, 3.0}}; }
};

struct Exp2 {
  static constexpr std::string_view name = "exp2";
  static constexpr std::string_view doc = "2 to the power x";
  auto operator()(auto x) const { return scalar::exp2(x); }
  static Array d0(const Application& a, const Array& t) { return chain(t, a.results[0] * ln2); }
  static std::vector<std::vector<double>> points() { return {{-2.5, -0.5, 0.25, 1.0, 3.0}}; }
};

Array log_slope(const Array& x) { return ir::apply(primitives::log_slope, std::vector<Array>{x}); }

const std::vector<double> positive{0.125, 0.5, 1.0, 2.5, 7.0};

struct Log {
  static constexpr std::string_view name = "log";
  static constexpr std::string_view doc = "natural logarithm";
  auto operator()(auto x) const { return scalar::log(x); }
  static Array d0(const Application& a, const Array& t) { return chain(t, log_slope(a.operands[0])); }
  static std::vector<std::vector<double>> points() { return {positive}; }
};

struct LogSlope {
  static constexpr std::string_view name = "log_slope";
  static constexpr std::string_view doc = "1/x, the derivative of log; NaN for x < 0, as log is";
  auto operator()(auto x) const { return scalar::log_slope(x); }
  static Array d0(const Application& a, const Array& t) { return chain(t, -(a.results[0] * a.results[0])); }
  static std::vector<std::vector<double>> points() { return {positive}; }
};

struct Log1p {
  static constexpr std::string_view name = "log1p";
  static constexpr std::string_view doc = "log(1 + x) without cancellation";
  auto operator()(auto x) const { return scalar::log1p(x); }
  static Array d0(const Application& a, const Array& t) { return chain(t, log_slope(1.0 + a.operands[0])); }
  static std::vector<std::vector<double>> points() { return {{-0.5, -0.001, 0.25, 1.0, 3.0}}; }
};

struct Log2 {
  static constexpr std::string_view name = "log2";
  static constexpr std::string_view doc = "logarithm to base 2";
  auto operator()(auto x) const { return scalar::log2(x); }
  static Array d0(const Application& a, const Array& t) { return chain(t, log_slope(a.operands[0]) * (1 / ln2)); }
  static std::vector<std::vector<double>> points() { return {positive}; }
};

struct Log10 {
  static constexpr std::string_view name = "log10";
  static constexpr std::string_view doc = "logarithm to base 10";
  auto operator()(auto x) const { return scalar::log10(x); }
  static Array d0(const Application& a, const Array& t) { return chain(t, log_slope(a.operands[0]) * (1 / ln10)); }
  static std::vector<std::vector<double>> points() { return {positive}; }
};

struct Xlogy {
  static constexpr std::string_view name = "xlogy";
  static constexpr std::string_view doc = "x log y; 0 for x = 0 unless y is NaN";
  auto operator()(auto x, auto y) const { return scalar::xlogy(x, y); }
  static Array d0(const Application& a, const Array& t) { return chain(t, downhill::log(a.operands[1])); }
  static Array d1(const Application& a, const Array& t) { return chain(t, a.operands[0] / a.operands[1]); }
  static std::vector<std::vector<double>> points() { return {{-2.5, -0.5, 0.25, 1.0, 3.0}, positive}; }
};

struct Entropy {
  static constexpr std::string_view name = "entropy";
  static constexpr std::string_view doc = "-x log x; 0 for x = 0, NaN for x < 0";
  auto operator()(auto x) const { return scalar::entropy(x); }
  static Array d0(const Application& a, const Array& t) { return chain(t, -1.0 - downhill::log(a.operands[0])); }
  static std::vector<std::vector<double>> points() { return {positive}; }
};

}  // namespace

const ir::Primitive primitives::exp = real_unary<Exp>();
const ir::Primitive primitives::expm1 = real_unary<Expm1>();
const ir::Primitive primitives::exp2 = real_unary<Exp2>();
const ir::Primitive primitives::log = real_unary<Log>();
const ir::Primitive primitives::log_slope = real_unary<LogSlope>();
const ir::Primitive primitives::log1p = real_unary<Log1p>();
const ir::Primitive primitives::log2 = real_unary<Log2>();
const ir::Primitive primitives::log10 = real_unary<Log10>();
const ir::Primitive primitives::xlogy = real_binary<Xlogy>();
const ir::Primitive primitives::entropy = real_unary<Entropy>();

}  // namespace downhill
