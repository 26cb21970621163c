#include "ir/trace.hpp"
#include "ops/chain.hpp"
#include "ops/formula/sinc.hpp"
#include "ops/formula/trigonometric.hpp"
#include "ops/pointwise.hpp"
#include "ops/primitives.hpp"

namespace downhill {
namespace {

using namespace ops;

const std::vector<double> angles{-2.5, -0.5, 0.25, 1.0, 3.0};

struct Sin {
  static constexpr std::string_view name = "sin";
  static constexpr std::string_view doc = "sine of an angle in radians";
  auto operator()(auto x) const { return scalar::sin(x); }
  static Array d0(const Application& a, const Array& t) { return chain(t, downhill::cos(a.operands[0])); }
  static std::vector<std::vector<double>> points() { return {angles}; }
};

struct Cos {
  static constexpr std::string_view name = "cos";
  static constexpr std::string_view doc = "cosine of an angle in radians";
  auto operator()(auto x) const { return scalar::cos(x); }
  static Array d0(const Application& a, const Array& t) { return chain(t, -downhill::sin(a.operands[0])); }
  static std::vector<std::vector<double>> points() { return {angles}; }
};

struct Tan {
  static constexpr std::string_view name = "tan";
  static constexpr std::string_view doc = "tangent of an angle in radians";
  auto operator()(auto x) const { return scalar::tan(x); }
  static Array d0(const Application& a, const Array& t) { return chain(t, 1.0 + square(a.results[0])); }
  static std::vector<std::vector<double>> points() { return {angles}; }
};

/// Derivative number `order` of sin(x)/x: one formula for each, because quotients of differences cancel near 0.
struct Sinc {
  static constexpr std::string_view name = "sinc";
  static constexpr std::string_view doc = "sin(x)/x, 1 at 0, or its derivative of the given order";
  explicit Sinc(const Attributes& attributes) : order(static_cast<int>(attributes.get<std::int64_t>("order"))) {}
  auto operator()(auto x) const { return scalar::sinc_derivative(order, x); }
  static Array d0(const Application& a, const Array& t) {
    return chain(t, ir::apply(primitives::sinc, a.operands, {{"order", a.attributes.get<std::int64_t>("order") + 1}}));
  }
  static std::vector<std::vector<double>> points() { return {angles}; }
  static Attributes example_attributes() { return {{"order", std::int64_t{0}}}; }
  int order;
};

}  // namespace

const ir::Primitive primitives::sin = real_unary<Sin>();
const ir::Primitive primitives::cos = real_unary<Cos>();
const ir::Primitive primitives::tan = real_unary<Tan>();
const ir::Primitive primitives::sinc = real_unary<Sinc>();

}  // namespace downhill
