#pragma once
#include <downhill/operations.hpp>

/// Products of derivatives, in which a zero tangent or cotangent annihilates (docs/derivatives.md).
namespace downhill::ops {

/// t · factor, and 0 where t is 0 even if the factor is infinite or NaN. t is a tangent or cotangent, factor a local
/// derivative.
[[nodiscard]] Array chain(const Array& t, const Operand& factor);
/// t · u for two derivatives, 0 where either is 0.
[[nodiscard]] Array chain_both(const Array& t, const Array& u);

}  // namespace downhill::ops
