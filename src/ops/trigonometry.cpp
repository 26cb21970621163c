#include "ops/chain.hpp"
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

}  // namespace

const ir::Primitive primitives::sin = real_unary<Sin>();
const ir::Primitive primitives::cos = real_unary<Cos>();
const ir::Primitive primitives::tan = real_unary<Tan>();

}  // namespace downhill
