#pragma once
#include "app/arguments.hpp"
#include "app/terminal.hpp"

/// The commands, one function each. They return the exit status and throw Error for wrong calls and bad input.
namespace downhill::app {

inline constexpr int success = 0;
inline constexpr int no_success = 1;
inline constexpr int bad_input = 2;
inline constexpr int internal_error = 3;

[[nodiscard]] int minimize_formula(const Arguments& arguments, const Terminal& terminal);
[[nodiscard]] int fit_model(const Arguments& arguments, const Terminal& terminal);
[[nodiscard]] int evaluate_formula(const Arguments& arguments, const Terminal& terminal);
[[nodiscard]] int check_formula(const Arguments& arguments, const Terminal& terminal);
[[nodiscard]] int compare_methods(const Arguments& arguments, const Terminal& terminal);
[[nodiscard]] int draw_landscape(const Arguments& arguments, const Terminal& terminal);
[[nodiscard]] int export_formula(const Arguments& arguments, const Terminal& terminal);
[[nodiscard]] int export_network(const Arguments& arguments, const Terminal& terminal);
[[nodiscard]] int list_methods(const Arguments& arguments, const Terminal& terminal);
[[nodiscard]] int train_network(const Arguments& arguments, const Terminal& terminal);
[[nodiscard]] int predict_with_network(const Arguments& arguments, const Terminal& terminal);
[[nodiscard]] int list_problems(const Arguments& arguments, const Terminal& terminal);
[[nodiscard]] int serve_page(const Arguments& arguments, const Terminal& terminal);

/// Prints a problem's warnings, unless asked to be quiet.
void warn(const std::vector<std::string>& warnings, const Arguments& arguments, const Terminal& terminal);

}  // namespace downhill::app
