#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "formula/expression.hpp"

/// What to say about a name that means nothing.
namespace downhill::formula {

/// Throws at the name: used before it is assigned, assigned in terms of itself, a function without its arguments, or unknown.
[[noreturn]] void refuse_name(const Program& program, const Expression& expression,
                              const std::vector<std::string>& known);

/// Throws at the called name. `is_variable`: there is a variable or column of that name.
[[noreturn]] void refuse_function(const Program& program, const Expression& expression, bool is_variable);

}  // namespace downhill::formula
