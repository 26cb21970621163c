#include "ops/chain.hpp"

#include "ir/trace.hpp"
#include "ops/pointwise.hpp"
#include "ops/primitives.hpp"

namespace downhill {
namespace {

using namespace ops;

struct ChainMultiply {
  static constexpr std::string_view name = "chain_mul";
  static constexpr std::string_view doc =
      "t * f of the chain rule: 0 where the tangent t is 0 and f is infinite or NaN";
  auto operator()(auto t, auto f) const {
    using V = decltype(t);
    const V product = t * f;
    return scalar::select(scalar::both(product != product, t == V(0)), V(0), product);
  }
  static Array d0(const Application& a, const Array& t) { return chain(t, a.operands[1]); }
  static Array d1(const Application& a, const Array& t) { return chain_both(t, a.operands[0]); }
  static std::vector<std::vector<double>> points() { return {{-2.5, 0.5, 3.0}, {1.5, -2.0, 0.25}}; }
};

struct ChainBoth {
  static constexpr std::string_view name = "chain_both";
  static constexpr std::string_view doc =
      "t * u for two derivatives: 0 where either is 0 and the other infinite or NaN";
  auto operator()(auto t, auto u) const {
    using V = decltype(t);
    const V product = t * u;
    const auto zero = scalar::either(t == V(0), u == V(0));
    return scalar::select(scalar::both(product != product, zero), V(0), product);
  }
  static Array d0(const Application& a, const Array& t) { return chain_both(t, a.operands[1]); }
  static Array d1(const Application& a, const Array& t) { return chain_both(t, a.operands[0]); }
  static std::vector<std::vector<double>> points() { return {{-2.5, 0.5, 3.0}, {1.5, -2.0, 0.25}}; }
};

}  // namespace

const ir::Primitive primitives::chain_mul = real_binary<ChainMultiply>();
const ir::Primitive primitives::chain_both = real_binary<ChainBoth>();

namespace ops {

Array chain(const Array& t, const Operand& factor) {
  const Array f = broadcast_to(astype(factor, t.dtype()), t.shape());
  return ir::apply(primitives::chain_mul, std::vector<Array>{t, f}, {}, factor.where);
}

Array chain_both(const Array& t, const Array& u) { return ir::apply(primitives::chain_both, std::vector<Array>{t, u}); }

}  // namespace ops
}  // namespace downhill
