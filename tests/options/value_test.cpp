#include "options/value.hpp"

#include <gtest/gtest.h>
#include <downhill/error.hpp>

namespace downhill::options {
namespace {

std::string refusal(std::string_view text) {
  try {
    return "no error: " + read_value(text).spelling();
  } catch (const OptionError& error) {
    return error.what();
  }
}

TEST(Value, SpellsWhatItRead) {
  for (const std::string text :
       {"a", "-1.5e-3", "[]", "[1, [2, b], c(d=1)]", "f()", "f(a=1, b=g(x), c=\"x y\")", "inf", "-inf"}) {
    EXPECT_EQ(read_value(text).spelling(), text);
  }
  EXPECT_EQ(read_value(" f ( a = 1 ,\n [ 2 , ] , ) ").spelling(), "f(a=1, [2])");
}

TEST(Value, NumbersAreReadAsPythonReadsThem) {
  EXPECT_EQ(read_value("1e-4").number, 1e-4);
  EXPECT_EQ(read_value("+.5").number, 0.5);
  EXPECT_EQ(read_value("1_000").number, 1000);
  EXPECT_EQ(read_value("-Infinity").number, -std::numeric_limits<double>::infinity());
  EXPECT_EQ(read_value("nan").kind, Value::Kind::number);
}

TEST(Value, SyntaxErrorsPointAtTheCharacter) {
  EXPECT_EQ(refusal(""), "options: expected a value, found the end\n  \n  ^");
  EXPECT_EQ(refusal("f(a=1"), "options: '(' is not closed\n  f(a=1\n   ^");
  EXPECT_EQ(refusal("f(a=1))"), "options: expected the end, found ')'\n  f(a=1))\n        ^");
  EXPECT_EQ(refusal("f(a=1 b=2)"), "options: expected ',' or ')', found 'b'\n  f(a=1 b=2)\n        ^");
  EXPECT_EQ(refusal("f(a=)"), "options: expected a value, found ')'\n  f(a=)\n      ^");
  EXPECT_EQ(refusal("f(1.2.3)"), "options: '1.2.3' is not a number\n  f(1.2.3)\n    ^");
  EXPECT_EQ(refusal("f('a)"), "options: the string is not closed\n  f('a)\n    ^");
  EXPECT_EQ(refusal("[a=1]"), "options: expected ',' or ']', found '='\n  [a=1]\n    ^");
}

TEST(Value, DeepNestingAndLongTextAreOneError) {
  EXPECT_NE(refusal(std::string(100000, '[')).find("options: nested deeper than 100 levels"), std::string::npos);
  EXPECT_NE(refusal(std::string(100000, '(')).find("options: expected a value, found '('"), std::string::npos);
  EXPECT_NE(refusal(std::string(3000000, 'a')).find("options: the text is too long"), std::string::npos);
}

}  // namespace
}  // namespace downhill::options
