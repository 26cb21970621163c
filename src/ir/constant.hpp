#pragma once
#include "ir/primitive.hpp"

namespace downhill::ir {

/// The numbers in attribute `value`.
extern const Primitive constant;

}  // namespace downhill::ir
