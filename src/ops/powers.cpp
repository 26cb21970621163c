#include "ops/chain.hpp"
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

}  // namespace

const ir::Primitive primitives::sqrt = real_unary<Sqrt>();

}  // namespace downhill
