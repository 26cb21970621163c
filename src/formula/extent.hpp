#pragma once
#include <string_view>

#include "formula/expression.hpp"

namespace downhill::formula {

/// The part of the program's text that an expression was read from: `log(x[0] - 2)`.
[[nodiscard]] std::string_view text_of(const Program& program, ExpressionId expression);

}  // namespace downhill::formula
