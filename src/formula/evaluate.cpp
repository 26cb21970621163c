#include "formula/evaluate.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <downhill/error.hpp>
#include <downhill/operations.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <optional>
#include <set>

#include "formula/extent.hpp"
#include "formula/functions.hpp"
#include "formula/names.hpp"
#include "formula/subscript.hpp"
#include "formula/value.hpp"

namespace downhill::formula {
namespace {

// Arithmetic of plain numbers is done here, so that the result is still a plain number: arange(2*n), x[n - 1].
std::optional<double> fold(Operator operation, double x, double y) {
  switch (operation) {
    case Operator::add: return x + y;
    case Operator::subtract: return x - y;
    case Operator::multiply: return x * y;
    case Operator::divide: return x / y;
    case Operator::power: return std::pow(x, y);
    default: return std::nullopt;
  }
}

Array apply(Operator operation, const Array& x, const Array& y) {
  switch (operation) {
    case Operator::add: return add(x, y);
    case Operator::subtract: return subtract(x, y);
    case Operator::multiply: return multiply(x, y);
    case Operator::divide: return divide(x, y);
    case Operator::power: return pow(x, y);
    case Operator::matmul: return matmul(x, y);
    case Operator::less: return less(x, y);
    case Operator::less_equal: return less_equal(x, y);
    case Operator::greater: return greater(x, y);
    case Operator::greater_equal: return greater_equal(x, y);
    case Operator::equal: return equal(x, y);
    case Operator::not_equal: return not_equal(x, y);
    case Operator::negate:
    case Operator::plus: break;
  }
  return x;
}

std::optional<Value> constant(std::string_view name) {
  if (name == "pi") return Value{std::numbers::pi};
  if (name == "e") return Value{std::numbers::e};
  if (name == "inf") return Value{std::numeric_limits<double>::infinity()};
  if (name == "nan") return Value{std::numeric_limits<double>::quiet_NaN()};
  if (name == "True") return Value{1.0};
  if (name == "False") return Value{0.0};
  if (name == "None") return Value{Nothing{}};
  if (name == "float64") return Value{DType::f64};
  if (name == "float32") return Value{DType::f32};
  if (name == "int32") return Value{DType::i32};
  if (name == "bool") return Value{DType::boolean};
  return std::nullopt;
}

// Inside a trace nothing is allocated, so that a shape can grow beyond what could ever be computed.
void check_size(const Array& array) {
  constexpr double most_elements = 1099511627776;  // 2^40
  double elements = 1;
  for (const std::int64_t length : array.shape()) elements *= static_cast<double>(length);
  if (elements > most_elements) {
    throw ShapeError(fmt::format("the array has too many elements: {} above 2^40", to_string(array.shape())));
  }
}

class Evaluator {
 public:
  Evaluator(const Program& program, std::span<const Binding> names)
      : program_(program), values_(program.expressions.size()) {
    for (const Binding& binding : names) names_.push_back({binding.name, Value{binding.value}});
    given_ = names_.size();
  }

  // Statement by statement: the expressions of one stand together, operands first.
  void run(const std::function<Value(const Statement&, Value)>& result) {
    ExpressionId next = 0;
    for (const Statement& statement : program_.statements) {
      for (; next <= statement.value; ++next) values_[next] = guarded(next);
      Value value = result(statement, values_[statement.value]);
      if (statement.name.empty()) continue;
      for (std::size_t i = 0; i < given_; ++i) {
        if (names_[i].first == statement.name) {
          fail(program_.source, statement.position,
               fmt::format("'{}' is given already: assign another name", statement.name));
        }
      }
      names_.emplace_back(statement.name, std::move(value));
    }
  }

  [[nodiscard]] const Value& value(ExpressionId id) const { return values_[id]; }

  // Runs `work` for the sake of what stands at `position`: what an array function throws is shown there.
  template <class Work>
  auto at(std::size_t position, const Work& work) const {
    try {
      return work();
    } catch (const InputError&) {
      throw;
    } catch (const Error& error) {
      std::string message = error.what();
      if (const auto place = message.find("\n  at "); place != message.npos) {
        const auto end = message.find('\n', place + 1);
        message.erase(place, end == message.npos ? message.npos : end - place);
      }
      constexpr std::string_view before_hint = "\n  hint: ";
      const auto hint = std::min(message.find(before_hint), message.size());
      fail(program_.source, position, message.substr(0, hint),
           hint < message.size() ? message.substr(hint + before_hint.size()) : std::string());
    }
  }

 private:
  Value guarded(ExpressionId id) {
    const Expression& expression = program_.expressions[id];
    return at(expression.position, [&] {
      Value value = evaluate(expression);
      if (const auto* array = std::get_if<Array>(&value.content)) check_size(*array);
      return value;
    });
  }

  Value evaluate(const Expression& expression) {
    switch (expression.kind) {
      case Expression::Kind::number: return {expression.number};
      case Expression::Kind::name: return look_up(expression);
      case Expression::Kind::list: return list(expression);
      case Expression::Kind::unary: return unary(expression);
      case Expression::Kind::binary: return binary(expression);
      case Expression::Kind::subscript: return subscript(values_[expression.operands[0]], resolved(expression));
      case Expression::Kind::attribute: return attribute(expression);
      case Expression::Kind::call: return call(expression);
    }
    return {};
  }

  const Value* find(std::string_view name) const {
    for (auto it = names_.rbegin(); it != names_.rend(); ++it) {
      if (it->first == name) return &it->second;
    }
    return nullptr;
  }

  [[nodiscard]] std::vector<std::string> known_names() const {
    std::vector<std::string> known;
    for (const auto& [name, value] : names_) known.push_back(name);
    return known;
  }

  Value look_up(const Expression& expression) const {
    if (const Value* value = find(expression.name)) return *value;
    if (auto value = constant(expression.name)) return *std::move(value);
    refuse_name(program_, expression, known_names());
  }

  Value list(const Expression& expression) const {
    List result;
    for (const ExpressionId operand : expression.operands) result.items.push_back(values_[operand]);
    return {std::move(result)};
  }

  Value unary(const Expression& expression) const {
    const Value& operand = values_[expression.operands[0]];
    const bool is_negative = expression.operation == Operator::negate;
    if (operand.is_number())
      return {is_negative ? -std::get<double>(operand.content) : std::get<double>(operand.content)};
    const Array array = to_array(operand);
    return {is_negative ? negative(array) : array};
  }

  Value binary(const Expression& expression) const {
    const Value& x = values_[expression.operands[0]];
    const Value& y = values_[expression.operands[1]];
    if (x.is_number() && y.is_number()) {
      const auto folded = fold(expression.operation, std::get<double>(x.content), std::get<double>(y.content));
      if (folded) return {*folded};
    }
    return {apply(expression.operation, to_array(x), to_array(y))};
  }

  std::vector<Index> resolved(const Expression& expression) const {
    std::vector<Index> result;
    const auto bound = [&](const std::optional<ExpressionId>& id, const char* what) -> std::optional<std::int64_t> {
      if (!id || values_[*id].is_nothing()) return std::nullopt;
      return to_integer(values_[*id], what);
    };
    for (const Subscript& item : expression.subscripts) {
      Index index;
      index.kind = item.kind;
      if (item.kind == Subscript::Kind::index) {
        index.value = values_[*item.start];
      } else if (item.kind == Subscript::Kind::slice) {
        index.start = bound(item.start, "slice: start");
        index.stop = bound(item.stop, "slice: stop");
        index.step = bound(item.step, "slice: step");
      }
      result.push_back(std::move(index));
    }
    return result;
  }

  Value attribute(const Expression& expression) const {
    const Array array = to_array(values_[expression.operands[0]]);
    if (expression.name == "T") return {transpose(array)};
    if (expression.name == "size") return {static_cast<double>(array.size())};
    if (expression.name == "ndim") return {static_cast<double>(array.rank())};
    if (expression.name == "shape") {
      List lengths;
      for (const std::int64_t length : array.shape()) lengths.items.push_back({static_cast<double>(length)});
      return {std::move(lengths)};
    }
    throw ShapeError(fmt::format("unknown attribute '{}' (known: T, shape, size, ndim)", expression.name));
  }

  Value call(const Expression& expression) const {
    const Function* function = find_function(expression.name);
    if (function == nullptr || find(expression.name) != nullptr)
      refuse_function(program_, expression, find(expression.name) != nullptr);
    std::vector<GivenArgument> arguments;
    for (const Argument& argument : expression.arguments) arguments.push_back({argument.name, values_[argument.value]});
    return formula::call(*function, std::move(arguments));
  }

  const Program& program_;
  std::vector<Value> values_;
  std::vector<std::pair<std::string, Value>> names_;
  std::size_t given_ = 0;
};

Value unchanged(const Statement&, Value value) { return value; }

bool is_finite(const Value& value) {
  if (const auto* number = std::get_if<double>(&value.content)) return std::isfinite(*number);
  if (const auto* list = std::get_if<List>(&value.content)) {
    return std::ranges::all_of(list->items, [](const Value& item) { return is_finite(item); });
  }
  const auto* array = std::get_if<Array>(&value.content);
  if (array == nullptr) return true;
  if (array->dtype() != DType::f64 && array->dtype() != DType::f32) return true;
  return std::ranges::all_of(astype(*array, DType::f64).values(), [](double x) { return std::isfinite(x); });
}

std::vector<ExpressionId> operands_of(const Program& program, const Expression& expression) {
  std::vector<ExpressionId> result = expression.operands;
  for (const Argument& argument : expression.arguments) result.push_back(argument.value);
  if (expression.kind == Expression::Kind::name) {  // of the last assignment before it
    for (const Statement& statement : program.statements) {
      const bool is_before = &program.expressions[statement.value] < &expression;
      if (statement.name == expression.name && is_before) result = {statement.value};
    }
  }
  return result;
}

}  // namespace

Array evaluate(const Program& program, std::span<const Binding> names) {
  Evaluator evaluator(program, names);
  evaluator.run(unchanged);
  const Statement& last = program.statements.back();
  return evaluator.at(program.expressions[last.value].position, [&] { return to_array(evaluator.value(last.value)); });
}

Sides evaluate_model(const Program& model, std::span<const Binding> names) {
  Evaluator evaluator(model, names);
  evaluator.run(unchanged);
  const auto side = [&](ExpressionId id) {
    return evaluator.at(model.expressions[id].position, [&] { return to_array(evaluator.value(id)); });
  };
  return {side(model.left.value()), side(model.statements.back().value)};
}

std::string first_not_finite(const Program& program, std::span<const Binding> names) {
  Evaluator evaluator(program, names);
  evaluator.run(unchanged);
  ExpressionId here = program.statements.back().value;
  if (is_finite(evaluator.value(here)) && program.left) here = *program.left;
  if (is_finite(evaluator.value(here))) return {};
  for (bool is_found = false; !is_found;) {
    is_found = true;
    for (const ExpressionId operand : operands_of(program, program.expressions[here])) {
      if (is_finite(evaluator.value(operand))) continue;
      here = operand;
      is_found = false;
    }
  }
  return std::string(text_of(program, here));
}

std::vector<Binding> evaluate_start(const Program& start) {
  std::vector<Binding> result;
  Evaluator evaluator(start, {});
  evaluator.run([&](const Statement& statement, const Value& value) {
    return evaluator.at(start.expressions[statement.value].position, [&] {
      Array array = astype(to_array(value), DType::f64);
      if (array.is_weak()) array = full({}, array.item());
      if (array.size() == 0) throw ShapeError(fmt::format("{} is empty: {}", statement.name, to_string(array.type())));
      result.push_back({statement.name, array});
      return value;
    });
  });
  return result;
}

bool is_constant(std::string_view name) { return constant(name).has_value(); }

std::vector<std::string> free_names(const Program& program, Constants constants) {
  std::vector<std::string> result;
  std::set<std::string> seen;
  std::size_t next = 0;
  for (const Statement& statement : program.statements) {
    for (; next <= statement.value; ++next) {
      const Expression& expression = program.expressions[next];
      if (expression.kind == Expression::Kind::name && seen.insert(expression.name).second)
        result.push_back(expression.name);
    }
    if (!statement.name.empty()) seen.insert(statement.name);
  }
  if (constants == Constants::left_out) std::erase_if(result, is_constant);
  return result;
}

std::vector<std::string> names_on_the_left(const Program& model) {
  std::vector<std::string> result;
  if (!model.left) return result;
  std::set<std::string> defined;
  std::size_t first = 0;
  for (std::size_t k = 0; k + 1 < model.statements.size(); ++k) {
    defined.insert(model.statements[k].name);
    first = model.statements[k].value + 1;
  }
  for (std::size_t k = first; k <= *model.left; ++k) {
    const Expression& expression = model.expressions[k];
    const bool is_free = expression.kind == Expression::Kind::name && !defined.contains(expression.name);
    if (is_free && !is_constant(expression.name)) result.push_back(expression.name);
  }
  return result;
}

}  // namespace downhill::formula
