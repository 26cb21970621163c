#pragma once
#include <downhill/array.hpp>

#include <span>
#include <string>
#include <vector>

#include "formula/expression.hpp"

/// Runs a Program on arrays by calling the array functions: at once on numbers, or into a graph inside a trace.
namespace downhill::formula {

/// A name and what it stands for: a variable, a column of data.
struct Binding {
  std::string name;
  Array value;
};

/// The value of the last statement. `names` are what the program may use besides its own assignments and the constants
/// pi, e, inf, nan, True, False, None, float64, float32, int32 and bool; an assignment to one of them is refused.
/// Throws InputError that points at the formula for unknown names, wrong shapes and failures of the functions.
[[nodiscard]] Array evaluate(const Program& program, std::span<const Binding> names);

/// Both sides of a model.
struct Sides {
  Array left;
  Array right;
};
[[nodiscard]] Sides evaluate_model(const Program& model, std::span<const Binding> names);

/// The values of a start, each as f64; later ones may use earlier ones. Throws InputError also for empty arrays.
[[nodiscard]] std::vector<Binding> evaluate_start(const Program& start);

/// The text of the expression that makes the value of a program, or a side of a model, NaN or infinite: the first on the way to it whose
/// operands are all finite: `log(x[0] - 2)`. Empty if all is finite.
[[nodiscard]] std::string first_not_finite(const Program& program, std::span<const Binding> names);

/// The names that the program uses and does not assign itself, each once, in order of appearance.
/// Constants such as `pi`, which a variable or a column may shadow, are among them if they are `kept`.
enum class Constants { left_out, kept };
[[nodiscard]] std::vector<std::string> free_names(const Program& program, Constants constants = Constants::left_out);
/// The names on the left of a model that no statement defines, constants left out.
[[nodiscard]] std::vector<std::string> names_on_the_left(const Program& model);
[[nodiscard]] bool is_constant(std::string_view name);

}  // namespace downhill::formula
