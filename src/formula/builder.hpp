#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "formula/expression.hpp"

/// Builds a Program while the grammar reads its text (Dijkstra's shunting-yard for operators, a stack of open
/// brackets).
namespace downhill::formula {

enum class Language : std::uint8_t { formula, model, start };

class Builder {
 public:
  Builder(Program& program, Language language) : program_(program), language_(language) {}

  [[nodiscard]] Language language() const { return language_; }
  [[nodiscard]] bool is_inside_brackets() const { return !brackets_.empty(); }
  [[nodiscard]] bool has_left() const { return program_.left.has_value(); }

  void begin_expression();
  void end_expression();
  void number(std::string_view spelling, std::size_t position);
  void name(std::string_view spelling, std::size_t position);
  void unary(std::string_view symbol, std::size_t position);
  void binary(std::string_view symbol, std::size_t position);
  void attribute(std::string_view name, std::size_t position);

  void open_group(std::size_t position);       ///< ( for grouping, or a tuple
  void open_list(std::size_t position);        ///< [
  void open_call(std::size_t position);        ///< ( after a name
  void open_subscripts(std::size_t position);  ///< [ after a value
  void comma();
  void keyword(std::string_view name, std::size_t position);
  void colon();
  void ellipsis(std::size_t position);
  void begin_item(std::size_t position);
  void end_item();
  void close();

  void assign(std::string_view name, std::size_t position);
  void tilde();
  void end_statement();
  void finish();

  /// Throws: `what` was expected at `position`.
  [[noreturn]] void expected(std::string_view what, std::size_t position) const;

 private:
  struct Pending {
    Operator operation;
    std::size_t position;
    int precedence;
    bool is_unary;
  };
  struct Bracket {
    enum class Kind : std::uint8_t { group, list, call, subscripts };
    Kind kind;
    std::size_t position;
    std::string name;  // of a call
    std::size_t name_position = 0;
    ExpressionId object = 0;    // of subscripts
    std::size_t first_operand;  // operands above it are the items
    bool has_comma = false;
    std::vector<Argument> arguments;
    Argument next_argument;  // name and position given so far
    std::vector<Subscript> subscripts;
    Subscript next_subscript;
    int colons = 0;
  };

  ExpressionId add(Expression expression);
  ExpressionId pop();
  void open(Bracket::Kind kind, std::size_t position);
  void reduce();
  void end_subscript(Bracket& bracket);
  void end_argument(Bracket& bracket);

  Program& program_;
  Language language_;
  std::vector<ExpressionId> operands_;
  std::vector<Pending> operators_;
  std::vector<std::size_t> marks_;  // sizes of operators_ where the open expressions begin
  std::vector<Bracket> brackets_;
  std::string statement_name_;
  std::size_t statement_position_ = 0;
};

}  // namespace downhill::formula
