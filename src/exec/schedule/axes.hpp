#pragma once
#include "ir/loops.hpp"

namespace downhill::exec::scheduling {

/// Puts a nest's axes in the order that ir/loops.hpp asks for (those of `reduced` last), drops axes of length 1, joins
/// axes that are walked as one, and chooses the lane.
void arrange_axes(ir::loops::Nest& nest, const std::vector<bool>& reduced);

/// Turns a product whose result lies transposed in memory into the transposed product, drops batch axes of length 1 and
/// joins those that are walked as one.
void arrange_product(ir::loops::Product& product);

}  // namespace downhill::exec::scheduling
