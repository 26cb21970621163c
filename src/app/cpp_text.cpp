#include "app/cpp_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <downhill/error.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "formula/functions.hpp"
#include "formula/source.hpp"
#include "options/fields.hpp"
#include "options/value.hpp"
#include "support/numbers.hpp"

namespace downhill::app {
namespace {

using formula::Expression;
using formula::ExpressionId;
using formula::Operator;

std::string number_text(double number) {
  if (std::isnan(number)) return "std::numeric_limits<double>::quiet_NaN()";
  if (std::isinf(number))
    return number > 0 ? "std::numeric_limits<double>::infinity()" : "-std::numeric_limits<double>::infinity()";
  std::string text = shortest(number);
  if (text.find_first_of(".e") == text.npos) text += ".0";
  return text;
}

std::string numbers_text(std::span<const double> numbers) {
  std::vector<std::string> texts;
  texts.reserve(numbers.size());
  for (const double number : numbers) texts.push_back(number_text(number));
  return fmt::format("{{{}}}", fmt::join(texts, ", "));
}

// A name that hides no function of the library and is no word of C++.
std::string safe_name(const std::string& name) {
  constexpr std::array<std::string_view, 20> taken{"auto", "bool",   "case",   "char",  "class", "const", "default",
                                                   "do",   "double", "else",   "float", "for",   "if",    "int",
                                                   "long", "new",    "return", "this",  "true",  "flat"};
  const bool is_taken = formula::find_function(name) != nullptr || std::ranges::find(taken, name) != taken.end();
  return is_taken ? name + "_" : name;
}

// Functions of formulas that have no function of arrays of the same name and meaning.
constexpr std::array<std::string_view, 22> without_counterpart{
    "arange", "astype",  "broadcast_to", "clip",   "concatenate", "cross_entropy",   "diff", "expand_dims",
    "eye",    "flip",    "full",         "gather", "len",         "linspace",        "ones", "outer",
    "size",   "squeeze", "stack",        "std",    "zeros",       "multiclass_hinge"};

class Translation {
 public:
  explicit Translation(const formula::Program& program) : program_(program) {}

  [[nodiscard]] std::string at(ExpressionId id) const {
    const Expression& e = program_.expressions[id];
    switch (e.kind) {
      case Expression::Kind::number: return number_text(e.number);
      case Expression::Kind::name: return name(e);
      case Expression::Kind::list: {
        std::vector<std::string> items;
        for (const ExpressionId item : e.operands) items.push_back(fmt::format("Array({})", at(item)));
        return fmt::format("stack({{{}}})", fmt::join(items, ", "));
      }
      case Expression::Kind::unary:
        return e.operation == Operator::negate ? fmt::format("-({})", at(e.operands[0])) : at(e.operands[0]);
      case Expression::Kind::binary: return binary(e);
      case Expression::Kind::subscript: return subscript(e);
      case Expression::Kind::attribute:
        if (e.name == "T") return fmt::format("transpose({})", at(e.operands[0]));
        refuse(e, fmt::format("'.{}'", e.name));
      case Expression::Kind::call: return call(e);
    }
    return {};
  }

 private:
  [[noreturn]] void refuse(const Expression& e, const std::string& what) const {
    formula::fail(program_.source, e.position, fmt::format("{} has no form in C++ that could be written here", what));
  }

  [[nodiscard]] std::string name(const Expression& e) const {
    if (e.name == "pi") return "std::numbers::pi";
    if (e.name == "e") return "std::numbers::e";
    if (e.name == "inf" || e.name == "nan") return number_text(*read_number(e.name));
    if (e.name == "True" || e.name == "False" || e.name == "None") refuse(e, e.name);
    return safe_name(e.name);
  }

  [[nodiscard]] std::string binary(const Expression& e) const {
    const std::string left = at(e.operands[0]);
    const std::string right = at(e.operands[1]);
    const auto call = [&](std::string_view function) { return fmt::format("{}({}, {})", function, left, right); };
    switch (e.operation) {
      case Operator::add: return fmt::format("({} + {})", left, right);
      case Operator::subtract: return fmt::format("({} - {})", left, right);
      case Operator::multiply: return fmt::format("{} * {}", factor(e.operands[0], left), factor(e.operands[1], right));
      case Operator::divide: return fmt::format("{} / ({})", factor(e.operands[0], left), right);
      case Operator::power: return right == "2.0" ? fmt::format("square({})", left) : call("pow");
      case Operator::matmul: return call("matmul");
      case Operator::less: return call("less");
      case Operator::less_equal: return call("less_equal");
      case Operator::greater: return call("greater");
      case Operator::greater_equal: return call("greater_equal");
      case Operator::equal: return call("equal");
      case Operator::not_equal: return call("not_equal");
      case Operator::negate:
      case Operator::plus: break;
    }
    refuse(e, "this operator");
  }

  // Sums stand in brackets already; a quotient or a sign would bind otherwise than it does in the formula.
  [[nodiscard]] std::string factor(ExpressionId id, const std::string& text) const {
    const Expression& e = program_.expressions[id];
    const bool is_bare =
        e.kind == Expression::Kind::unary ||
        (e.kind == Expression::Kind::binary && (e.operation == Operator::multiply || e.operation == Operator::divide));
    return is_bare ? "(" + text + ")" : text;
  }

  // The whole number that an index is; formulas count with plain numbers.
  [[nodiscard]] std::int64_t whole(ExpressionId id) const {
    const Expression& e = program_.expressions[id];
    if (e.kind == Expression::Kind::unary && e.operation == Operator::negate) return -whole(e.operands[0]);
    if (e.kind != Expression::Kind::number || std::floor(e.number) != e.number) refuse(e, "an index that is computed");
    return static_cast<std::int64_t>(e.number);
  }

  [[nodiscard]] std::string subscript(const Expression& e) const {
    using Kind = formula::Subscript::Kind;
    std::string text = at(e.operands[0]);
    std::vector<std::string> ranges;
    bool has_slice = false;
    for (const formula::Subscript& part : e.subscripts) {
      if (part.kind == Kind::new_axis || part.kind == Kind::ellipsis) refuse(e, "'None' or '...' in a subscript");
      if (part.kind == Kind::index) {
        ranges.emplace_back("Range{}");
        continue;
      }
      has_slice = true;
      const auto end = [&](const std::optional<ExpressionId>& id) {
        return id ? std::to_string(whole(*id)) : std::string("std::nullopt");
      };
      ranges.push_back(
          fmt::format("Range{{{}, {}, {}}}", end(part.start), end(part.stop), part.step ? whole(*part.step) : 1));
    }
    if (has_slice) text = fmt::format("slice({}, {{{}}})", text, fmt::join(ranges, ", "));
    for (std::size_t k = e.subscripts.size(); k-- > 0;) {
      if (e.subscripts[k].kind != Kind::index) continue;
      text = k == 0 ? fmt::format("index({}, {})", text, whole(*e.subscripts[k].start))
                    : fmt::format("index({}, {}, {})", text, whole(*e.subscripts[k].start), k);
    }
    return text;
  }

  [[nodiscard]] std::string call(const Expression& e) const {
    if (std::ranges::find(without_counterpart, e.name) != without_counterpart.end())
      refuse(e, fmt::format("'{}'", e.name));
    std::vector<std::string> arguments;
    const formula::Function* function = formula::find_function(e.name);
    for (const formula::Argument& argument : e.arguments) {
      const bool is_by_name = !argument.name.empty();
      const bool is_option =
          function != nullptr && !arguments.empty() && function->parameters.find('=') != std::string_view::npos;
      if (is_by_name || is_option) refuse(e, fmt::format("an option of '{}'", e.name));
      arguments.push_back(at(argument.value));
    }
    // Of numbers alone the functions of arrays are meant as well, not those of the C library.
    if (!arguments.empty()) arguments[0] = fmt::format("Array({})", arguments[0]);
    return fmt::format("{}({})", e.name == "sigmoid" ? "logistic" : e.name, fmt::join(arguments, ", "));
  }

  const formula::Program& program_;
};

std::string shape_text(const Shape& shape) { return fmt::format("Shape{{{}}}", fmt::join(shape.lengths(), ", ")); }

// The variables cut out of the flat array.
std::string variables_text(const FlatVariables& variables) {
  std::string text;
  std::int64_t offset = 0;
  for (std::size_t i = 0; i < variables.count(); ++i) {
    const Shape& shape = variables.shape(i);
    const std::string name = safe_name(variables.name(i));
    if (shape.rank() == 0) {
      text += fmt::format("    const Array {} = index(flat, {});\n", name, offset);
    } else if (variables.count() == 1 && shape.rank() == 1) {
      text += fmt::format("    const Array& {} = flat;\n", name);
    } else {
      text += fmt::format("    const Array {} = reshape(slice(flat, {{Range{{{}, {}, 1}}}}), {});\n", name, offset,
                          offset + shape.size(), shape_text(shape));
    }
    offset += shape.size();
  }
  return text;
}

std::string body_text(const Problem& problem) {
  const Translation translation(problem.program);
  std::string text = variables_text(problem.variables);
  const auto& statements = problem.program.statements;
  for (const formula::Statement& statement : statements) {
    if (!statement.name.empty()) {
      text += fmt::format("    const Array {} = {};\n", safe_name(statement.name), translation.at(statement.value));
    } else if (!problem.program.left) {
      text += fmt::format("    return Array({});\n", translation.at(statement.value));
    }
  }
  if (problem.program.left) {
    text += fmt::format("    return Array({} - ({}));\n", translation.at(*problem.program.left),
                        translation.at(statements.back().value));
  }
  return text;
}

std::string data_text(const Problem& problem) {
  std::string text;
  std::size_t count = 0;
  for (const formula::Binding& column : problem.data) {
    const std::vector<double> values = column.value.values();
    count += values.size();
    if (count > most_exported_data)
      throw InputError(fmt::format("export: more than {} numbers of data: read them from a file", most_exported_data));
    text += fmt::format("  const Array {}({}, {});\n", safe_name(column.name), numbers_text(values),
                        shape_text(column.value.shape()));
  }
  return text;
}

std::string objective_text(const Problem& problem) {
  if (problem.test != nullptr) {
    return fmt::format("  Objective f = test_problem(\"{}\").objective({});\n", problem.test->name,
                       problem.variables.size());
  }
  const char* kind = problem.program.left ? "residuals" : "loss";
  const std::string type = fmt::format("Type{{DType::f64, Shape{{{}}}}}", problem.variables.size());
  std::string text = data_text(problem);
  text += fmt::format("  const auto {} = [{}](const Array& flat) {{\n{}  }};\n", kind, problem.data.empty() ? "" : "&",
                      body_text(problem));
  if (!problem.program.left)
    return text + fmt::format("  Objective f = traced_objective(as_array_function(loss), {});\n", type);
  if (is_squared(problem.loss))
    return text + fmt::format("  Objective f = traced_least_squares(as_array_function(residuals), {});\n", type);
  throw InputError(fmt::format("export: a robust loss is not written as C++ here: {}", problem.loss.text()));
}

std::string bounds_text(const Bounds& bounds) {
  return fmt::format("  f = with_bounds(f, {{{}, {}}});\n", numbers_text(bounds.lower), numbers_text(bounds.upper));
}

// `, {.max_iterations = 5}, {.seed = 7}`: stop and run options, as far as they are not the usual ones.
std::string settings_text(const Problem& problem) {
  std::vector<std::string> members;
  for (const options::Value& item : options::read_value(options::print(problem.stop)).items) {
    const std::optional<double> number = read_number(item.text);
    members.push_back(
        fmt::format(".{} = {}", item.key, number && std::isinf(*number) ? number_text(*number) : item.text));
  }
  if (members.empty() && problem.seed == 0) return "";
  std::string text = fmt::format(", {{{}}}", fmt::join(members, ", "));
  if (problem.seed != 0) text += fmt::format(", {{.seed = {}}}", problem.seed);
  return text;
}

}  // namespace

std::string cpp_text(const Problem& problem, const std::string& method) {
  const std::string objective = objective_text(problem);
  std::string text = "// Built with downhill::downhill; see \"From C++\" in the README.\n";
  if (problem.bounds) text += "#include <downhill/bounds.hpp>\n";
  text += "#include <downhill/choice.hpp>\n#include <downhill/loss.hpp>\n#include <downhill/operations.hpp>\n";
  if (problem.test != nullptr) text += "#include <downhill/problems.hpp>\n";
  text += "\n#include <cstdio>\n";
  if (objective.find("std::numeric_limits") != objective.npos || problem.bounds) text += "#include <limits>\n";
  if (objective.find("std::numbers") != objective.npos) text += "#include <numbers>\n";
  text += "#include <vector>\n\nint main() {\n  using namespace downhill;\n" + objective;
  if (problem.bounds) text += bounds_text(*problem.bounds);
  text += fmt::format("  const std::vector<double> start{};\n", numbers_text(problem.variables.start()));
  const bool is_chosen = method == "auto" || method.empty();
  const std::string chosen = is_chosen ? "choose_method(f).method" : fmt::format("parse_method(R\"({})\")", method);
  const std::string settings = settings_text(problem);
  if (is_chosen && settings.empty()) {
    text += "  const Result result = minimize(f, start);\n";
  } else {
    text += fmt::format("  const Result result = minimize(f, start, {}{});\n", chosen, settings);
  }
  text +=
      "  for (const double x : result.x) std::printf(\"%.17g \", x);\n"
      "  std::printf(\"\\nf = %.17g\\n%s\\n%s\\n\", result.value, result.message.c_str(), "
      "result.verdict.explanation.c_str());\n"
      "  return result.success ? 0 : 1;\n}\n";
  return text;
}

}  // namespace downhill::app
