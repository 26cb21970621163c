#pragma once
#include <downhill/gradient_check.hpp>

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "app/problem.hpp"
#include "app/terminal.hpp"

/// What a gradient check found.
namespace downhill::app {

/// agrees, message, and name, gradient, differences, error and agrees of every coordinate.
[[nodiscard]] nlohmann::ordered_json check_json(const FlatVariables& variables, const GradientCheck& check);
/// The message, then a table of the coordinates.
[[nodiscard]] std::string check_text(const FlatVariables& variables, const GradientCheck& check,
                                     const Terminal& terminal);

}  // namespace downhill::app
