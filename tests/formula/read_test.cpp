#include "formula/read.hpp"

#include <gtest/gtest.h>
#include <downhill/error.hpp>

#include <array>
#include <chrono>

#include "support/numbers.hpp"

namespace downhill::formula {
namespace {

constexpr std::array<const char*, 14> symbols{"+",   "-", "*",  "/", "**", "@",  "neg",
                                              "pos", "<", "<=", ">", ">=", "==", "!="};

// The tree as a prefix expression.
std::string tree(const Program& program, ExpressionId id);

std::string tree(const Program& program, const std::optional<ExpressionId>& id) { return id ? tree(program, *id) : ""; }

std::string tree(const Program& program, const Subscript& subscript) {
  switch (subscript.kind) {
    case Subscript::Kind::index: return tree(program, subscript.start);
    case Subscript::Kind::slice:
      return tree(program, subscript.start) + ":" + tree(program, subscript.stop) + ":" + tree(program, subscript.step);
    case Subscript::Kind::new_axis: return "None";
    case Subscript::Kind::ellipsis: return "...";
  }
  return "?";
}

std::string tree(const Program& program, ExpressionId id) {
  const Expression& expression = program.expressions.at(id);
  std::string result;
  switch (expression.kind) {
    case Expression::Kind::number: return shortest(expression.number);
    case Expression::Kind::name: return expression.name;
    case Expression::Kind::attribute: return tree(program, expression.operands.at(0)) + "." + expression.name;
    case Expression::Kind::list:
      for (const ExpressionId operand : expression.operands)
        result += (result.empty() ? "" : " ") + tree(program, operand);
      return "[" + result + "]";
    case Expression::Kind::unary:
    case Expression::Kind::binary:
      for (const ExpressionId operand : expression.operands) result += " " + tree(program, operand);
      return std::string("(") + symbols.at(static_cast<std::size_t>(expression.operation)) + result + ")";
    case Expression::Kind::subscript:
      for (const Subscript& subscript : expression.subscripts) {
        result += (result.empty() ? "" : ", ") + tree(program, subscript);
      }
      return tree(program, expression.operands.at(0)) + "[" + result + "]";
    case Expression::Kind::call:
      for (const Argument& argument : expression.arguments) {
        result += (result.empty() ? "" : ", ") + (argument.name.empty() ? "" : argument.name + "=") +
                  tree(program, argument.value);
      }
      return expression.name + "{" + result + "}";
  }
  return "?";
}

std::string tree(const Program& program) {
  std::string result = program.left ? tree(program, *program.left) + " ~ " : "";
  for (const Statement& statement : program.statements) {
    if (&statement != &program.statements.front()) result += "; ";
    result += (statement.name.empty() ? "" : statement.name + " = ") + tree(program, statement.value);
  }
  return result;
}

std::string read_tree(std::string_view text) { return tree(read_formula(text)); }

std::string refusal(std::string_view text, Program (*reader)(std::string_view, std::string_view) = read_formula) {
  try {
    return "no error: " + tree(reader(text, "formula"));
  } catch (const InputError& error) {
    return error.what();
  }
}

TEST(ReadFormula, PrecedenceIsPythons) {
  EXPECT_EQ(read_tree("a + b * c - d / e"), "(- (+ a (* b c)) (/ d e))");
  EXPECT_EQ(read_tree("a - b - c"), "(- (- a b) c)");
  EXPECT_EQ(read_tree("a / b * c @ d"), "(@ (* (/ a b) c) d)");
  EXPECT_EQ(read_tree("a ** b ** c"), "(** a (** b c))");
  EXPECT_EQ(read_tree("-a ** 2"), "(neg (** a 2))");
  EXPECT_EQ(read_tree("2 ** -a ** 2 * 3"), "(* (** 2 (neg (** a 2))) 3)");
  EXPECT_EQ(read_tree("--a * +b"), "(* (neg (neg a)) (pos b))");
  EXPECT_EQ(read_tree("a * -b + c"), "(+ (* a (neg b)) c)");
  EXPECT_EQ(read_tree("-x[0] ** 2"), "(neg (** x[0] 2))");
  EXPECT_EQ(read_tree("a + 1 < b * 2"), "(< (+ a 1) (* b 2))");
  EXPECT_EQ(read_tree("(a <= b) == (c != d)"), "(== (<= a b) (!= c d))");
  EXPECT_EQ(read_tree("(a + b) * (c)"), "(* (+ a b) c)");
}

TEST(ReadFormula, NumbersAreReadAsPythonReadsThem) {
  EXPECT_EQ(read_tree("[1, .5, 5., 1e-3, 1E+2, 1_000]"), "[1 0.5 5 0.001 100 1000]");
}

TEST(ReadFormula, SubscriptsAndSlices) {
  EXPECT_EQ(read_tree("x[0]"), "x[0]");
  EXPECT_EQ(read_tree("x[-1]"), "x[(neg 1)]");
  EXPECT_EQ(read_tree("x[1:-5]"), "x[1:(neg 5):]");
  EXPECT_EQ(read_tree("x[2::7]"), "x[2::7]");
  EXPECT_EQ(read_tree("x[:]"), "x[::]");
  EXPECT_EQ(read_tree("x[::-1]"), "x[::(neg 1)]");
  EXPECT_EQ(read_tree("x[:n]"), "x[:n:]");
  EXPECT_EQ(read_tree("x[a:b:c]"), "x[a:b:c]");
  EXPECT_EQ(read_tree("A[1:, :-1]"), "A[1::, :(neg 1):]");
  EXPECT_EQ(read_tree("A[:, None, ..., 2]"), "A[::, None, ..., 2]");
  EXPECT_EQ(read_tree("x[i][j]"), "x[i][j]");
  EXPECT_EQ(read_tree("f(x)[0].T"), "f{x}[0].T");
}

TEST(ReadFormula, CallsListsAndTuples) {
  EXPECT_EQ(read_tree("sum(x, axis=0)"), "sum{x, axis=0}");
  EXPECT_EQ(read_tree("f()"), "f{}");
  EXPECT_EQ(read_tree("f(a == b, c=d == e,)"), "f{(== a b), c=(== d e)}");
  EXPECT_EQ(read_tree("[[1, 2], [3, 4,],]"), "[[1 2] [3 4]]");
  EXPECT_EQ(read_tree("[]"), "[]");
  EXPECT_EQ(read_tree("reshape(x, (2, 3))"), "reshape{x, [2 3]}");
  EXPECT_EQ(read_tree("(1,)"), "[1]");
  EXPECT_EQ(read_tree("()"), "[]");
}

TEST(ReadFormula, StatementsEndAtSemicolonsAndNewlines) {
  EXPECT_EQ(read_tree("a = x[0]; b = x[1]\n\n;; a*b  # the loss\n"), "a = x[0]; b = x[1]; (* a b)");
  EXPECT_EQ(read_tree("sum([\n  1,  # one\n  2\n])"), "sum{[1 2]}");
  EXPECT_EQ(read_tree("(a\n + b)"), "(+ a b)");
  EXPECT_EQ(read_tree("a = 1\r\na + x\r\n"), "a = 1; (+ a x)");
}

TEST(ReadModel, HasALeftAndARightSide) {
  EXPECT_EQ(tree(read_model("log(y) ~ b1 - b2*x1*exp(-b3*x2)")), "log{y} ~ (- b1 (* (* b2 x1) exp{(* (neg b3) x2)}))");
  EXPECT_EQ(tree(read_model("t = x / 10; y ~ b*t")), "y ~ t = (/ x 10); (* b t)");
  EXPECT_EQ(refusal("y + x", read_model),
            "formula:1:3: a model has the form left ~ right: there is no '~'\n  y + x\n    ^");
  EXPECT_EQ(refusal("y ~ x ~ z", read_model).substr(0, 69),
            "formula:1:7: expected an operator or the end of the line, found '~'\n ");
}

TEST(ReadStart, IsAListOfAssignments) {
  EXPECT_EQ(tree(read_start("x=[-1.2,1], s=0.5; y = tile([-1.2, 1], 50)")),
            "x = [(neg 1.2) 1]; s = 0.5; y = tile{[(neg 1.2) 1], 50}");
  EXPECT_EQ(refusal("x=1, 2", read_start),
            "formula:1:6: expected name = value, found a value without a name\n  x=1, 2\n       ^");
  EXPECT_EQ(refusal("x=1, x=2", read_start), "formula:1:6: 'x' is assigned twice: first at 1:1\n  x=1, x=2\n       ^");
  EXPECT_EQ(refusal("", read_start), "formula: the text is empty");
}

struct Refused {
  const char* text;
  const char* message;
};

// Every error word for word, with the character it points at.
TEST(ReadFormula, ErrorsNameThePlaceAndPointAtIt) {
  const Refused table[] = {
      {"", "formula: the text is empty"},
      {" \n ; # nothing", "formula: the text is empty"},
      {"x +", "formula:1:4: expected a value, found the end\n  x +\n     ^"},
      {"x + )", "formula:1:5: ')' closes no bracket\n  x + )\n      ^"},
      {"(x + 1", "formula:1:1: '(' is not closed\n  (x + 1\n  ^"},
      {"f(x]", "formula:1:4: '(' is closed by ']': expected ')'\n  f(x]\n     ^"},
      {"x ^ 2",
       "formula:1:3: expected an operator or the end of the line, found '^'\n  x ^ 2\n    ^\n  hint: write ** for a "
       "power"},
      {"sum(x ^ 2)",
       "formula:1:7: expected ',' or ')', found '^'\n  sum(x ^ 2)\n        ^\n  hint: write ** for a power"},
      {"2x", "formula:1:1: '2x' is not a number\n  2x\n  ^\n  hint: write 2*x"},
      {"2 x", "formula:1:3: expected an operator or the end of the line, found 'x'\n  2 x\n    ^"},
      {"1.2.3", "formula:1:1: '1.2.3' is not a number\n  1.2.3\n  ^"},
      {"x = = 2",
       "formula:1:5: expected a value, found '='\n  x = = 2\n      ^\n  hint: write == to compare, or name = value at "
       "the "
       "beginning of a line"},
      {"a < b < c",
       "formula:1:7: comparisons do not chain: found a second one, '<'\n  a < b < c\n        ^\n  hint: write "
       "logical_and(a < b, b < c)"},
      {"x % 2",
       "formula:1:3: expected an operator or the end of the line, found '%'\n  x % 2\n    ^\n  hint: write a - "
       "b*floor(a / b)"},
      {"x // 2",
       "formula:1:3: expected an operator or the end of the line, found '/'\n  x // 2\n    ^\n  hint: write floor(a / "
       "b)"},
      {"a and b",
       "formula:1:3: expected an operator or the end of the line, found 'and'\n  a and b\n    ^\n  hint: write "
       "logical_and(a, b)"},
      {"not a", "formula:1:1: 'not' is not part of the language\n  not a\n  ^\n  hint: write logical_not(a)"},
      {"x if y else z",
       "formula:1:3: expected an operator or the end of the line, found 'if'\n  x if y else z\n    ^\n  hint: write "
       "where(condition, a, b)"},
      {"y ~ x",
       "formula:1:3: expected an operator or the end of the line, found '~'\n  y ~ x\n    ^\n  hint: a model y ~ f(x) "
       "belongs to fit"},
      {"x[]", "formula:1:3: expected an index, found ']'\n  x[]\n    ^"},
      {"x[1,,2]", "formula:1:5: expected a value, found ','\n  x[1,,2]\n      ^"},
      {"x[1:2:3:4]", "formula:1:8: expected ',' or ']', found ':'\n  x[1:2:3:4]\n         ^"},
      {"f(a=1, 2)", "formula:1:8: f: a positional argument after 'a='\n  f(a=1, 2)\n         ^"},
      {"f(a=1, a=2)", "formula:1:8: f: 'a' is given twice\n  f(a=1, a=2)\n         ^"},
      {"{x}", "formula:1:1: expected a value, found '{'\n  {x}\n  ^"},
      {"\"x\"", "formula:1:1: expected a value, found '\"'\n  \"x\"\n  ^"},
      {"x \u2212 1", "formula:1:3: expected an operator or the end of the line, found '\u2212'\n  x \u2212 1\n    ^"},
      {"x.", "formula:1:3: expected a name, found the end\n  x.\n    ^"},
      {"a = 1", "formula:1:1: the last line assigns 'a': expected the value of the formula\n  a = 1\n  ^"},
      {"x + 1\nx",
       "formula:1:3: this value is not used\n  x + 1\n    ^\n  hint: give it a name, or make it the last line"},
      {"a = 1\nb = 2; a = 3\na", "formula:2:8: 'a' is assigned twice: first at 1:1\n  b = 2; a = 3\n         ^"},
      {"a = 1 +\n2", "formula:1:8: expected a value, found the end of the line\n  a = 1 +\n         ^"},
  };
  for (const auto& [text, message] : table) EXPECT_EQ(refusal(text), message) << text;
}

TEST(ReadFormula, AHundredThousandBracketsAreOneClearErrorAtOnce) {
  for (const char* bracket : {"(", "[", "{", "f(", "x[", "-(", "[["}) {
    std::string text;
    for (int i = 0; i < 100000; ++i) text += bracket;
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_NE(refusal(text).find("brackets nest deeper than 200 levels"), std::string::npos) << bracket;
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
  }
}

TEST(ReadFormula, LongFormulasNeedNoDeepStack) {
  std::string sum = "x";
  std::string powers = "x";
  for (int i = 0; i < 100000; ++i) {
    sum += "+x";
    powers += "**x";
  }
  EXPECT_EQ(read_formula(sum).expressions.size(), 200001U);
  EXPECT_EQ(read_formula(powers).expressions.size(), 200001U);
  EXPECT_EQ(read_formula(std::string(100000, '-') + "x").expressions.size(), 100001U);
  const std::string nested = std::string(200, '(') + "x" + std::string(200, ')');
  EXPECT_EQ(read_formula(nested).expressions.size(), 1U);
  EXPECT_NE(refusal(std::string(2000000, ' ')).find("formula: the text is too long: 2000000 bytes, at most 1048576"),
            std::string::npos);
}

}  // namespace
}  // namespace downhill::formula
