#include "ir/trace.hpp"
#include "ops/chain.hpp"
#include "ops/formula/error_function.hpp"
#include "ops/formula/gamma.hpp"
#include "ops/pointwise.hpp"
#include "ops/primitives.hpp"

#include <numbers>

namespace downhill {
namespace {

using namespace ops;

const std::vector<double> some{-2.5, -0.5, 0.25, 1.0, 3.0};

Array apply_to(const ir::Primitive& primitive, const Application& a) { return ir::apply(primitive, a.operands); }

struct Gaussian {
  static constexpr std::string_view name = "gaussian";
  static constexpr std::string_view doc = "exp(-x²) without the rounding of x²";
  auto operator()(auto x) const { return scalar::gaussian(x); }
  static Array d0(const Application& a, const Array& t) { return chain(t, -2.0 * a.operands[0] * a.results[0]); }
  static std::vector<std::vector<double>> points() { return {some}; }
};

struct Erf {
  static constexpr std::string_view name = "erf";
  static constexpr std::string_view doc = "error function";
  auto operator()(auto x) const { return scalar::erf(x); }
  static Array d0(const Application& a, const Array& t) {
    return chain(t, apply_to(primitives::gaussian, a) * (2 * std::numbers::inv_sqrtpi));
  }
  static std::vector<std::vector<double>> points() { return {some}; }
};

struct Erfc {
  static constexpr std::string_view name = "erfc";
  static constexpr std::string_view doc = "1 - erf(x) without cancellation";
  auto operator()(auto x) const { return scalar::erfc(x); }
  static Array d0(const Application& a, const Array& t) {
    return chain(t, apply_to(primitives::gaussian, a) * (-2 * std::numbers::inv_sqrtpi));
  }
  static std::vector<std::vector<double>> points() { return {some}; }
};

struct NormalPdf {
  static constexpr std::string_view name = "normal_pdf";
  static constexpr std::string_view doc = "density of the standard normal distribution";
  auto operator()(auto x) const { return scalar::normal_pdf(x); }
  static Array d0(const Application& a, const Array& t) { return chain(t, -a.operands[0] * a.results[0]); }
  static std::vector<std::vector<double>> points() { return {some}; }
};

struct NormalCdf {
  static constexpr std::string_view name = "normal_cdf";
  static constexpr std::string_view doc = "distribution function of the standard normal distribution";
  auto operator()(auto x) const { return scalar::normal_cdf(x); }
  static Array d0(const Application& a, const Array& t) { return chain(t, apply_to(primitives::normal_pdf, a)); }
  static std::vector<std::vector<double>> points() { return {some}; }
};

struct Lgamma {
  static constexpr std::string_view name = "lgamma";
  static constexpr std::string_view doc = "log |gamma(x)|";
  auto operator()(auto x) const { return scalar::lgamma(x); }
  static Array d0(const Application& a, const Array& t) { return chain(t, downhill::digamma(a.operands[0])); }
  static std::vector<std::vector<double>> points() { return {{-1.5, 0.25, 1.25, 3.0, 8.5}}; }
};

struct Digamma {
  static constexpr std::string_view name = "digamma";
  static constexpr std::string_view doc = "derivative of lgamma";
  auto operator()(auto x) const { return scalar::digamma(x); }
  static Array d0(const Application& a, const Array& t) { return chain(t, downhill::polygamma(1, a.operands[0])); }
  static std::vector<std::vector<double>> points() { return {{-1.5, 0.25, 1.25, 3.0, 8.5}}; }
};

struct Polygamma {
  static constexpr std::string_view name = "polygamma";
  static constexpr std::string_view doc = "derivative of digamma of the given order";
  explicit Polygamma(const Attributes& attributes) : order(static_cast<int>(attributes.get<std::int64_t>("order"))) {}
  auto operator()(auto x) const { return scalar::polygamma(order, x); }
  static Array d0(const Application& a, const Array& t) {
    return chain(t, downhill::polygamma(static_cast<int>(a.attributes.get<std::int64_t>("order")) + 1, a.operands[0]));
  }
  static std::vector<std::vector<double>> points() { return {{-1.5, 1.25, 3.0, 8.5}}; }
  static Attributes example_attributes() { return {{"order", std::int64_t{1}}}; }
  int order;
};

}  // namespace

const ir::Primitive primitives::gaussian = real_unary<Gaussian>();
const ir::Primitive primitives::erf = real_unary<Erf>();
const ir::Primitive primitives::erfc = real_unary<Erfc>();
const ir::Primitive primitives::normal_pdf = real_unary<NormalPdf>();
const ir::Primitive primitives::normal_cdf = real_unary<NormalCdf>();
const ir::Primitive primitives::lgamma = real_unary<Lgamma>();
const ir::Primitive primitives::digamma = real_unary<Digamma>();
const ir::Primitive primitives::polygamma = real_unary<Polygamma>();

}  // namespace downhill
