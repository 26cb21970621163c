#include "formula/builder.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>

#include <array>
#include <cctype>
#include <utility>

#include "support/numbers.hpp"
#include "support/source_text.hpp"

namespace downhill::formula {
namespace {

struct BinaryOperator {
  std::string_view symbol;
  Operator operation;
  int precedence;
};

constexpr int comparison_precedence = 1;
constexpr int sign_precedence = 4;
constexpr int power_precedence = 5;
constexpr std::array<BinaryOperator, 12> binary_operators{{{"**", Operator::power, power_precedence},
                                                           {"*", Operator::multiply, 3},
                                                           {"/", Operator::divide, 3},
                                                           {"@", Operator::matmul, 3},
                                                           {"+", Operator::add, 2},
                                                           {"-", Operator::subtract, 2},
                                                           {"<=", Operator::less_equal, comparison_precedence},
                                                           {"<", Operator::less, comparison_precedence},
                                                           {">=", Operator::greater_equal, comparison_precedence},
                                                           {">", Operator::greater, comparison_precedence},
                                                           {"==", Operator::equal, comparison_precedence},
                                                           {"!=", Operator::not_equal, comparison_precedence}}};

struct Word {
  std::string_view word;
  std::string_view hint;
};

// Words of Python that have no meaning here, each with what to write instead.
constexpr std::array<Word, 9> python_words{{{"not", "write logical_not(a)"},
                                            {"and", "write logical_and(a, b)"},
                                            {"or", "write logical_or(a, b)"},
                                            {"if", "write where(condition, a, b)"},
                                            {"else", "write where(condition, a, b)"},
                                            {"for", "write sum(...) over an array such as arange(n)"},
                                            {"in", "compare with == or < instead"},
                                            {"lambda", "write the expression itself"},
                                            {"return", "the last expression is the value"}}};

// Characters that begin something the language lacks.
std::string_view hint_for(std::string_view rest) {
  constexpr std::array<Word, 8> symbols{{{"^", "write ** for a power"},
                                         {"//", "write floor(a / b)"},
                                         {"%", "write a - b*floor(a / b)"},
                                         {"&", "write logical_and(a, b)"},
                                         {"|", "write logical_or(a, b)"},
                                         {"~", "a model y ~ f(x) belongs to fit"},
                                         {"=", "write == to compare, or name = value at the beginning of a line"},
                                         {"!", "write != or logical_not(a)"}}};
  for (const auto& [symbol, hint] : symbols) {
    if (rest.substr(0, symbol.size()) == symbol) return hint;
  }
  for (const auto& [word, hint] : python_words) {
    const bool ends = rest.size() == word.size() ||
                      (rest.size() > word.size() && std::isalnum(static_cast<unsigned char>(rest[word.size()])) == 0);
    if (rest.substr(0, word.size()) == word && ends) return hint;
  }
  return {};
}

// What stands at `position`, for "found ...": a whole word or number, a character, or the end.
std::string found_at(std::string_view text, std::size_t position) {
  if (position >= text.size()) return "the end";
  const char c = text[position];
  if (c == '\n') return "the end of the line";
  std::size_t length = 1;
  const auto is_word = [](char w) { return std::isalnum(static_cast<unsigned char>(w)) != 0 || w == '_'; };
  if (is_word(c)) {
    while (length < 30 && position + length < text.size() && is_word(text[position + length])) ++length;
  } else {
    while (length < 4 && position + length < text.size() &&
           (static_cast<unsigned char>(text[position + length]) & 0xC0U) == 0x80U)
      ++length;
  }
  if (static_cast<unsigned char>(c) < 0x20U) return fmt::format("the character with code {}", static_cast<int>(c));
  return fmt::format("'{}'", text.substr(position, length));
}

}  // namespace

void Builder::expected(std::string_view what, std::size_t position) const {
  const std::string_view text = program_.source.text;
  const std::string_view rest = text.substr(std::min(position, text.size()));
  fail(program_.source, position, fmt::format("expected {}, found {}", what, found_at(text, position)), hint_for(rest));
}

ExpressionId Builder::add(Expression expression) {
  program_.expressions.push_back(std::move(expression));
  return static_cast<ExpressionId>(program_.expressions.size() - 1);
}

ExpressionId Builder::pop() {
  const ExpressionId id = operands_.back();
  operands_.pop_back();
  return id;
}

void Builder::begin_expression() { marks_.push_back(operators_.size()); }

void Builder::end_expression() {
  while (operators_.size() > marks_.back()) reduce();
  marks_.pop_back();
}

void Builder::reduce() {
  const Pending pending = operators_.back();
  operators_.pop_back();
  Expression expression;
  expression.kind = pending.is_unary ? Expression::Kind::unary : Expression::Kind::binary;
  expression.operation = pending.operation;
  expression.position = pending.position;
  const ExpressionId last = pop();
  if (pending.is_unary) {
    expression.operands = {last};
  } else {
    expression.operands = {pop(), last};
  }
  operands_.push_back(add(std::move(expression)));
}

void Builder::number(std::string_view spelling, std::size_t position) {
  const auto number = read_number(spelling);
  if (!number) {
    const auto letter = spelling.find_first_not_of("0123456789._");
    std::string hint;
    if (letter != spelling.npos && read_number(spelling.substr(0, letter)) &&
        spelling.find_first_of("+-.", letter) == spelling.npos) {
      hint = fmt::format("write {}*{}", spelling.substr(0, letter), spelling.substr(letter));
    }
    fail(program_.source, position, fmt::format("'{}' is not a number", spelling), hint);
  }
  Expression expression;
  expression.position = position;
  expression.number = *number;
  operands_.push_back(add(std::move(expression)));
}

void Builder::name(std::string_view spelling, std::size_t position) {
  for (const auto& [word, hint] : python_words) {
    if (spelling == word) fail(program_.source, position, fmt::format("'{}' is not part of the language", word), hint);
  }
  Expression expression;
  expression.kind = Expression::Kind::name;
  expression.position = position;
  expression.name = spelling;
  operands_.push_back(add(std::move(expression)));
}

void Builder::unary(std::string_view symbol, std::size_t position) {
  operators_.push_back({symbol == "-" ? Operator::negate : Operator::plus, position, sign_precedence, true});
}

void Builder::binary(std::string_view symbol, std::size_t position) {
  const BinaryOperator* incoming = nullptr;
  for (const BinaryOperator& candidate : binary_operators) {
    if (candidate.symbol == symbol) incoming = &candidate;
  }
  while (operators_.size() > marks_.back()) {
    const Pending& top = operators_.back();
    if (top.precedence == comparison_precedence && incoming->precedence == comparison_precedence) {
      fail(program_.source, position, fmt::format("comparisons do not chain: found a second one, '{}'", symbol),
           "write logical_and(a < b, b < c)");
    }
    const bool is_right = incoming->precedence == power_precedence;
    if (is_right || top.precedence < incoming->precedence) break;
    reduce();
  }
  operators_.push_back({incoming->operation, position, incoming->precedence, false});
}

void Builder::attribute(std::string_view name, std::size_t position) {
  Expression expression;
  expression.kind = Expression::Kind::attribute;
  expression.position = position;
  expression.name = name;
  expression.operands = {pop()};
  operands_.push_back(add(std::move(expression)));
}

void Builder::open(Bracket::Kind kind, std::size_t position) {
  Bracket bracket{};
  bracket.kind = kind;
  bracket.position = position;
  bracket.first_operand = operands_.size();
  brackets_.push_back(std::move(bracket));
}

void Builder::open_group(std::size_t position) { open(Bracket::Kind::group, position); }

void Builder::open_list(std::size_t position) { open(Bracket::Kind::list, position); }

void Builder::open_call(std::size_t position) {
  // The name just read is the function's: it is no operand of its own.
  operands_.pop_back();
  const Expression name = std::move(program_.expressions.back());
  program_.expressions.pop_back();
  open(Bracket::Kind::call, position);
  brackets_.back().name = name.name;
  brackets_.back().name_position = name.position;
}

void Builder::open_subscripts(std::size_t position) {
  const ExpressionId object = pop();
  open(Bracket::Kind::subscripts, position);
  brackets_.back().object = object;
}

void Builder::comma() { brackets_.back().has_comma = true; }

void Builder::begin_item(std::size_t position) {
  Bracket& bracket = brackets_.back();
  bracket.next_argument = {{}, 0, position};
  bracket.next_subscript = {};
  bracket.next_subscript.position = position;
  bracket.colons = 0;
}

void Builder::keyword(std::string_view name, std::size_t position) {
  brackets_.back().next_argument = {std::string(name), 0, position};
}

void Builder::ellipsis(std::size_t position) {
  brackets_.back().next_subscript.kind = Subscript::Kind::ellipsis;
  brackets_.back().next_subscript.position = position;
}

void Builder::colon() {
  Bracket& bracket = brackets_.back();
  Subscript& subscript = bracket.next_subscript;
  subscript.kind = Subscript::Kind::slice;
  if (operands_.size() > bracket.first_operand) (bracket.colons == 0 ? subscript.start : subscript.stop) = pop();
  ++bracket.colons;
}

void Builder::end_subscript(Bracket& bracket) {
  Subscript& subscript = bracket.next_subscript;
  const bool has_operand = operands_.size() > bracket.first_operand;
  if (subscript.kind == Subscript::Kind::slice) {
    if (has_operand) (bracket.colons == 1 ? subscript.stop : subscript.step) = pop();
  } else if (has_operand) {
    const ExpressionId value = pop();
    const Expression& expression = program_.expressions[value];
    if (expression.kind == Expression::Kind::name && (expression.name == "None" || expression.name == "newaxis")) {
      program_.expressions.pop_back();
      subscript.kind = Subscript::Kind::new_axis;
    } else {
      subscript.start = value;
    }
  }
  bracket.subscripts.push_back(subscript);
}

void Builder::end_argument(Bracket& bracket) {
  bracket.next_argument.value = pop();
  for (const Argument& earlier : bracket.arguments) {
    if (!bracket.next_argument.name.empty() && earlier.name == bracket.next_argument.name) {
      fail(program_.source, bracket.next_argument.position,
           fmt::format("{}: '{}' is given twice", bracket.name, earlier.name));
    }
    if (bracket.next_argument.name.empty() && !earlier.name.empty()) {
      fail(program_.source, bracket.next_argument.position,
           fmt::format("{}: a positional argument after '{}='", bracket.name, earlier.name));
    }
  }
  bracket.arguments.push_back(std::move(bracket.next_argument));
}

void Builder::end_item() {
  Bracket& bracket = brackets_.back();
  if (bracket.kind == Bracket::Kind::call) end_argument(bracket);
  if (bracket.kind == Bracket::Kind::subscripts) end_subscript(bracket);
}

void Builder::close() {
  Bracket bracket = std::move(brackets_.back());
  brackets_.pop_back();
  const std::size_t count = operands_.size() - bracket.first_operand;
  if (bracket.kind == Bracket::Kind::group && count == 1 && !bracket.has_comma) return;
  Expression expression;
  expression.position = bracket.position;
  switch (bracket.kind) {
    case Bracket::Kind::group:
    case Bracket::Kind::list:
      expression.kind = Expression::Kind::list;
      expression.operands.assign(operands_.end() - static_cast<std::ptrdiff_t>(count), operands_.end());
      operands_.resize(bracket.first_operand);
      break;
    case Bracket::Kind::call:
      expression.kind = Expression::Kind::call;
      expression.position = bracket.name_position;
      expression.name = std::move(bracket.name);
      expression.arguments = std::move(bracket.arguments);
      break;
    case Bracket::Kind::subscripts:
      if (bracket.subscripts.empty()) expected("an index", bracket.position + 1);
      expression.kind = Expression::Kind::subscript;
      expression.operands = {bracket.object};
      expression.subscripts = std::move(bracket.subscripts);
      break;
  }
  operands_.push_back(add(std::move(expression)));
}

void Builder::assign(std::string_view name, std::size_t position) {
  for (const Statement& earlier : program_.statements) {
    if (earlier.name != name) continue;
    const TextPosition first = position_of(program_.source.text, earlier.position);
    fail(program_.source, position,
         fmt::format("'{}' is assigned twice: first at {}:{}", name, first.line, first.column));
  }
  statement_name_ = name;
  statement_position_ = position;
}

void Builder::tilde() { program_.left = pop(); }

void Builder::end_statement() {
  const ExpressionId value = pop();
  if (language_ == Language::start && statement_name_.empty()) {
    fail(program_.source, program_.expressions[value].position, "expected name = value, found a value without a name");
  }
  const std::size_t position = statement_name_.empty() ? program_.expressions[value].position : statement_position_;
  program_.statements.push_back({std::exchange(statement_name_, {}), value, position});
}

void Builder::finish() {
  const Source& source = program_.source;
  if (program_.statements.empty()) {
    throw InputError(fmt::format("{}: the text is empty", source.name));
  }
  for (std::size_t i = 0; i + 1 < program_.statements.size(); ++i) {
    const Statement& statement = program_.statements[i];
    if (statement.name.empty()) {
      fail(source, statement.position, "this value is not used", "give it a name, or make it the last line");
    }
  }
  const Statement& last = program_.statements.back();
  if (language_ == Language::formula && !last.name.empty()) {
    fail(source, last.position,
         fmt::format("the last line assigns '{}': expected the value of the formula", last.name));
  }
  if (language_ == Language::model && !program_.left) {
    fail(source, last.position, "a model has the form left ~ right: there is no '~'");
  }
}

}  // namespace downhill::formula
