#include "formula/problem_file.hpp"

#include <gtest/gtest.h>
#include <downhill/error.hpp>

namespace downhill::formula {
namespace {

TEST(ProblemFile, HoldsFormulaStartDataMethodAndStop) {
  const ProblemFile problem = read_problem("p.toml", R"toml(
formula = """
r = y - A @ w
dot(r, r)
"""
method = "newton"
seed = 7

[from]
w = [0, 0.5]
b = 1
a = "tile([1, 2], 2)"

[data]
A = [[1, 2], [3, 4]]
y = [5, 6]

[stop]
gradient_tolerance = 1e-8
max_iterations = 500
)toml");
  EXPECT_EQ(problem.formula, "r = y - A @ w\ndot(r, r)\n");
  EXPECT_EQ(problem.method, "newton");
  EXPECT_EQ(problem.seed, 7U);
  EXPECT_EQ(problem.stop, "gradient_tolerance=1e-08, max_iterations=500");
  ASSERT_EQ(problem.start->size(), 3U);
  EXPECT_EQ(problem.start->at(0).name, "w");
  EXPECT_EQ(problem.start->at(1).name, "b");
  EXPECT_EQ(problem.start->at(1).value.shape(), Shape{});
  EXPECT_EQ(problem.start->at(2).value.shape(), Shape{4});
  ASSERT_EQ(problem.data.size(), 2U);
  EXPECT_EQ(problem.data[0].value.shape(), (Shape{2, 2}));
}

TEST(ProblemFile, StartAndStopMayBeText) {
  const ProblemFile problem =
      read_problem("p.toml", "model = 'y ~ a*x'\nfrom = 'a=1, b=[2, 3]'\ndata = 'd.csv'\nstop = 'max_iterations=5'");
  EXPECT_EQ(problem.model, "y ~ a*x");
  EXPECT_EQ(problem.start->at(1).value.shape(), Shape{2});
  EXPECT_EQ(problem.data_file, "d.csv");
  EXPECT_EQ(problem.stop, "max_iterations=5");
}

struct Refused {
  const char* text;
  const char* message;
};

TEST(ProblemFile, ErrorsNameFileLineAndColumn) {
  const Refused table[] = {
      {"formla = 'x'",
       "p.toml:1:1: unknown key 'formla' (known: formula, model, from, bounds, data, loss, method, stop, seed)\n  "
       "hint: did "
       "you mean "
       "'formula'?"},
      {"\nformula = 3", "p.toml:2:11: formula must be text in quotes, found a whole number"},
      {"from = 3", "p.toml:1:8: from must be text or a table, found a whole number"},
      {"seed = -1", "p.toml:1:8: seed = -1 is outside [0, inf)"},
      {"seed = 1.5", "p.toml:1:8: seed must be a whole number, found a number"},
      {"data = 3", "p.toml:1:8: data must be the name of a CSV file or a table of arrays, found a whole number"},
      {"[data]\nA = [[1, 2], [3]]", "p.toml:2:14: rows differ in length: 2 and 1"},
      {"[data]\nA = [1, [2]]", "p.toml:2:9: a row stands beside a number"},
      {"[data]\nA = [[1], 2]", "p.toml:2:11: a number stands beside a row"},
      {"[data]\nA = []", "p.toml:2:5: the array is empty"},
      {"[data]\nA = [1, 'x']", "p.toml:2:9: expected a number, found text"},
      {"[data]\n'a b' = [1]", "p.toml:2:1: 'a b' is not a name: expected letters, digits and _"},
      {"[from]\n", "p.toml:1:1: from is empty: there are no variables"},
      {"stop = {max_iterations = 'x'}", "p.toml:1:26: max_iterations must be a number, found text"},
      {"formula = 'x'\nmodel = 'y ~ x'", "p.toml:2:1: a problem has a formula or a model, not both"},
  };
  for (const auto& [text, message] : table) {
    try {
      (void)read_problem("p.toml", text);
      FAIL() << text;
    } catch (const InputError& error) {
      EXPECT_STREQ(error.what(), message) << text;
    }
  }
}

TEST(ProblemFile, SyntaxErrorsAndErrorsInTheStartAreOneMessage) {
  for (const char* text : {"formula = ", "formula = 'x", "= 3", "[data", "a = 1\na = 2", "from = 'x = '",
                           "from = 'x = y'", "[from]\nx = '1 +'", "\xff\xfe", "x = 1e", "[[data]]\nx = 1"}) {
    try {
      (void)read_problem("p.toml", text);
      FAIL() << text;
    } catch (const InputError& error) {
      EXPECT_EQ(std::string(error.what()).rfind("p.toml:", 0), 0U) << error.what();
    }
  }
  EXPECT_THROW((void)read_problem("p.toml", "x = " + std::string(100000, '[')), InputError);
}

TEST(ProblemFile, AnArgumentThatEndsInTomlIsAFile) {
  EXPECT_TRUE(is_problem_file("a/b.toml"));
  EXPECT_FALSE(is_problem_file("x[0]**2"));
  EXPECT_FALSE(is_problem_file(".toml"));
}

}  // namespace
}  // namespace downhill::formula
