#include "formula/evaluate.hpp"

#include <gtest/gtest.h>
#include <downhill/error.hpp>
#include <downhill/operations.hpp>
#include <downhill/random.hpp>

#include <bit>
#include <cmath>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <numbers>

#include "formula/functions.hpp"
#include "formula/read.hpp"
#include "ir/trace.hpp"

namespace downhill::formula {
namespace {

const Array x({0.5, -1.25, 2.0, 3.5, 0.125, 4.0});
const Array s(std::vector<double>{0.75}, Shape{});
const Array A(std::vector<double>{4, 1, 0.5, 1, 5, 0.25, 0.5, 0.25, 6}, Shape{3, 3});
const Array B(std::vector<double>{1, 2, 3, 4, 5, 6}, Shape{2, 3});
const std::vector<Binding> names{{"x", x}, {"s", s}, {"A", A}, {"B", B}};

Array run(std::string_view text) { return evaluate(read_formula(text), names); }

void expect_same(const Array& found, const Array& expected, std::string_view text) {
  ASSERT_EQ(found.shape(), expected.shape()) << text;
  const auto a = found.values();
  const auto b = expected.values();
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_TRUE(std::bit_cast<std::uint64_t>(a[i]) == std::bit_cast<std::uint64_t>(b[i]) ||
                (std::isnan(a[i]) && std::isnan(b[i])))
        << text << " [" << i << "]: " << a[i] << " and " << b[i];
  }
}

struct Golden {
  const char* text;
  Array expected;
};

TEST(Evaluate, AFormulaIsTheSameCallsOfArrayFunctions) {
  const Array pi(std::numbers::pi);
  const Golden table[] = {
      {"x[0]", index(x, 0)},
      {"x[-1]", index(x, 5)},
      {"x[1:-2]", slice(x, {Range{1, -2, 1}})},
      {"x[2::3]", slice(x, {Range{2, {}, 3}})},
      {"x[::-1]", slice(x, {Range{{}, {}, -1}})},
      {"x[[0, 2, 2]]", gather(x, astype(Array{0, 2, 2}, DType::i32))},
      {"A[1:, :-1]", slice(A, {Range{1, {}, 1}, Range{{}, -1, 1}})},
      {"A[1]", index(A, 1)},
      {"A[1, 2]", index(index(A, 1), 2)},
      {"A[:, 1]", index(A, 1, 1)},
      {"A[..., 0]", index(A, 0, 1)},
      {"x[:, None] * x", multiply(expand_dims(x, -1), x)},
      {"A[None, 1:, 0]", expand_dims(index(slice(A, {Range{1, {}, 1}}), 0, 1), 0)},
      {"x + 2 * s - 1 / x", (x + 2 * s) - 1 / x},
      {"-x ** 2", -pow(x, 2.0)},
      {"x ** s", pow(x, s)},
      {"2 ** x", pow(2.0, x)},
      {"A @ x[:3]", matmul(A, slice(x, {Range{{}, 3, 1}}))},
      {"B @ A @ B.T", matmul(matmul(B, A), transpose(B))},
      {"where(x > 1, x, 0)", where(x > 1, x, 0)},
      {"where(logical_and(x <= 2, x != 0.5), 1, x)", where(logical_and(x <= 2, not_equal(x, 0.5)), 1, x)},
      {"sum(x)", sum(x)},
      {"sum(B, axis=0)", sum(B, std::vector<std::int64_t>{0})},
      {"sum(B, 1)", sum(B, std::vector<std::int64_t>{1})},
      {"sum(B, axis=(0, 1))", sum(B, std::vector<std::int64_t>{0, 1})},
      {"sum(B, axis=-1, keepdims=True)", reshape(sum(B, std::vector<std::int64_t>{1}), Shape{2, 1})},
      {"mean(x) + std(x)", mean(x) + sqrt(var(x))},
      {"max(x) - min(x)", max(x) - min(x)},
      {"norm(x)", norm(x)},
      {"logsumexp(B, axis=1)", logsumexp(B, std::vector<std::int64_t>{1})},
      {"softmax(B, axis=0)", softmax(B, 0)},
      {"argmin(x)", argmax(negative(x))},
      {"concatenate((x, x[:2]))", concatenate({x, slice(x, {Range{{}, 2, 1}})})},
      {"stack((x, 2*x))", stack({x, 2 * x})},
      {"[x[0], s, 3]", stack({index(x, 0), s, full({}, 3)})},
      {"[[1, 2], [3, 4]]", Array(std::vector<double>{1, 2, 3, 4}, Shape{2, 2})},
      {"reshape(B, (3, 2))", reshape(B, Shape{3, 2})},
      {"reshape(B, -1)", reshape(B, Shape{6})},
      {"transpose(B)", transpose(B)},
      {"tile([-1.2, 1], 3)", tile(Array{-1.2, 1}, 3)},
      {"arange(4)", arange(4)},
      {"arange(1, 2, 0.25)", arange(1, 2, 0.25)},
      {"arange(1, 5)", arange(1, 5)},
      {"linspace(0, 1, 5)", linspace(0, 1, 5)},
      {"zeros(3) + ones((2, 3)) + full(3, 0.5)", (zeros({3}) + ones({2, 3})) + full({3}, 0.5)},
      {"eye(2)", Array(std::vector<double>{1, 0, 0, 1}, Shape{2, 2})},
      {"outer(x, x)", multiply(expand_dims(x, -1), x)},
      {"dot(x, x)", dot(x, x)},
      {"dot(A, A)", matmul(A, A)},
      {"diff(x)", slice(x, {Range{1, {}, 1}}) - slice(x, {Range{{}, -1, 1}})},
      {"flip(x)", slice(x, {Range{{}, {}, -1}})},
      {"clip(x, 0, 1)", minimum(maximum(x, 0), 1)},
      {"clip(x, max=1)", minimum(x, 1)},
      {"cholesky(A)", cholesky(A)},
      {"triangular_solve(cholesky(A), x[:3])", triangular_solve(cholesky(A), slice(x, {Range{{}, 3, 1}}))},
      {"cumsum(x)", cumsum(x)},
      {"sort(x)[0]", index(sort(x), 0)},
      {"polygamma(1, 2.5)", polygamma(1, 2.5)},
      {"huber(x, 0, delta=0.5)", huber(x, 0, 0.5)},
      {"cross_entropy(B, [0, 2])", cross_entropy(B, astype(Array{0, 2}, DType::i32))},
      {"random_normal(3, 2)", random_normal(random_key(3), Shape{2})},
      {"sin(pi * x)", sin(pi * x)},
      {"x * len(x) + x.size + x.shape[0]", ((x * 6) + 6) + 6},
      {"n = len(x)\nx[n - 1] + arange(n - 4)", index(x, 5) + arange(2)},
      {"a = x[0]; b = a*2\n\na + b", index(x, 0) + index(x, 0) * 2},
      {"astype(x > 1, float64)", astype(x > 1, DType::f64)},
      {"exp(-inf)", exp(Array(-std::numeric_limits<double>::infinity()))},
  };
  for (const auto& [text, expected] : table) expect_same(run(text), expected, text);
}

// Every function of the table, called with arguments that suit it, both at once and inside a trace.
TEST(Evaluate, EveryFunctionRunsAtOnceAndTraced) {
  const std::map<std::string, std::string, std::less<>> special{{"acosh", "acosh(x + 3)"},
                                                                {"arange", "arange(3)"},
                                                                {"astype", "astype(x, float32)"},
                                                                {"broadcast_to", "broadcast_to(x, (2, 6))"},
                                                                {"cholesky", "cholesky(A)"},
                                                                {"concatenate", "concatenate((x, x))"},
                                                                {"cross_entropy", "cross_entropy(B, [0, 1])"},
                                                                {"eye", "eye(2)"},
                                                                {"full", "full(2, 3)"},
                                                                {"gather", "gather(x, [0, 1])"},
                                                                {"linspace", "linspace(0, 1, 3)"},
                                                                {"logistic_loss", "logistic_loss(x, sign(x))"},
                                                                {"matmul", "matmul(A, A)"},
                                                                {"multiclass_hinge", "multiclass_hinge(B, [0, 1])"},
                                                                {"ones", "ones(2)"},
                                                                {"polygamma", "polygamma(2, x + 3)"},
                                                                {"random_normal", "random_normal(1, (2, 2))"},
                                                                {"random_uniform", "random_uniform(1, (2, 2))"},
                                                                {"reshape", "reshape(x, (2, 3))"},
                                                                {"scatter_add", "scatter_add(x[:2], [0, 1], 3)"},
                                                                {"stack", "stack((x, x))"},
                                                                {"tile", "tile(x, 2)"},
                                                                {"triangular_solve", "triangular_solve(A, x[:3])"},
                                                                {"where", "where(x > 0, x, 1)"},
                                                                {"zeros", "zeros(2)"},
                                                                {"logical_and", "logical_and(x > 0, x > 1)"},
                                                                {"logical_or", "logical_or(x > 0, x > 1)"},
                                                                {"logical_not", "logical_not(x > 0)"}};
  for (const Function& function : functions()) {
    const std::string name(function.name);
    const bool takes_two =
        function.parameters.find(", ") != function.parameters.npos &&
        function.parameters.substr(function.parameters.find(", ")).find('=') == std::string_view::npos;
    const auto found = special.find(name);
    const bool has_two = takes_two || name == "huber";
    const std::string text = found != special.end() ? found->second : has_two ? name + "(x, x + 1)" : name + "(x)";
    const Program program = read_formula("sum(1.0 * " + text + ")");
    Array direct;
    ASSERT_NO_THROW(direct = evaluate(program, names)) << text;
    const std::vector<Type> types{x.type(), A.type(), B.type()};
    const auto traced = ir::trace(
        [&](std::span<const Array> inputs) {
          const std::vector<Binding> inner{{"x", inputs[0]}, {"A", inputs[1]}, {"B", inputs[2]}};
          return std::vector<Array>{evaluate(program, inner)};
        },
        types);
    std::vector<Array> inputs{x, A, B};
    inputs.insert(inputs.end(), traced.captured.begin(), traced.captured.end());
    expect_same(ir::replay(traced.graph, inputs).at(0), direct, text);
  }
}

TEST(Evaluate, FunctionsAreSortedAndDocumented) {
  for (std::size_t i = 1; i < functions().size(); ++i) EXPECT_LT(functions()[i - 1].name, functions()[i].name);
  for (const Function& function : functions()) {
    EXPECT_FALSE(function.doc.empty()) << function.name;
    EXPECT_EQ(find_function(function.name), &function);
  }
  EXPECT_EQ(find_function("nothing"), nullptr);
}

TEST(Evaluate, TheGuideListsEveryFunction) {
  std::ifstream file("docs/guide/formulas.md");
  const std::string guide{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  for (const Function& function : functions()) {
    const std::string row = "| `" + std::string(function.name) + "(" + std::string(function.parameters) + ")` | " +
                            std::string(function.doc) + " |\n";
    EXPECT_NE(guide.find(row), std::string::npos) << row;
  }
}

std::string refusal(std::string_view text) {
  try {
    return "no error: " + to_string(run(text));
  } catch (const InputError& error) {
    return error.what();
  }
}

struct Refused {
  const char* text;
  const char* message;
};

TEST(Evaluate, ErrorsOfMeaningPointAtTheCharacter) {
  const Refused table[] = {
      {"x + z", "formula:1:5: unknown name 'z' (known: x, s, A, B)\n  x + z\n      ^"},
      {"theta = 1\nx + thetta",
       "formula:2:5: unknown name 'thetta' (known: x, s, A, B, theta)\n  x + thetta\n      ^\n  hint: did you mean "
       "'theta'?"},
      {"smu(x)", "formula:1:1: unknown function 'smu'\n  smu(x)\n  ^\n  hint: did you mean 'sum'?"},
      {"arcsin(x)", "formula:1:1: unknown function 'arcsin'\n  arcsin(x)\n  ^\n  hint: did you mean 'asin'?"},
      {"x(2)",
       "formula:1:1: 'x' is a value, not a function\n  x(2)\n  ^\n  hint: write x[0] for an element, x*(...) for a "
       "product"},
      {"sum + 1", "formula:1:1: 'sum' is a function: expected sum(x, axis=None, keepdims=False)\n  sum + 1\n  ^"},
      {"a = b; b = 1; a", "formula:1:5: 'b' is used before it is assigned\n  a = b; b = 1; a\n      ^"},
      {"a = a + 1; a", "formula:1:5: 'a' needs its own value\n  a = a + 1; a\n      ^"},
      {"a = b; b = c; c = a; a",
       "formula:1:5: assignments go in a circle: b needs c needs a needs b\n  a = b; b = c; c = a; a\n      ^"},
      {"x = 1; x", "formula:1:1: 'x' is given already: assign another name\n  x = 1; x\n  ^"},
      {"A @ x", "formula:1:3: matmul: inner dimensions differ: f64[3,3] @ f64[6]\n  A @ x\n    ^"},
      {"max(s, s)",
       "formula:1:1: max: axis must be a number that is known beforehand, found f64[]\n  max(s, s)\n  ^\n  hint: the "
       "larger of two is maximum(x, y)"},
      {"min(x, x)",
       "formula:1:1: min: axis must be a number that is known beforehand, found f64[6]\n  min(x, x)\n  ^\n  hint: the "
       "smaller of two is minimum(x, y)"},
      {"x[6]", "formula:1:2: index 6 is outside axis 0 of f64[6]\n  x[6]\n   ^"},
      {"A[0, -4]", "formula:1:2: index -4 is outside axis 1 of f64[3,3]\n  A[0, -4]\n   ^"},
      {"x[1, 2]", "formula:1:2: too many indices: 2 for f64[6]\n  x[1, 2]\n   ^"},
      {"x[1.5]", "formula:1:2: index = 1.5 is not an integer\n  x[1.5]\n   ^"},
      {"x[::0]", "formula:1:2: slice: step is 0\n  x[::0]\n   ^"},
      {"x[:s]", "formula:1:2: slice: stop must be a number that is known beforehand, found f64[]\n  x[:s]\n   ^"},
      {"sum(x, axes=0)", "formula:1:1: sum: unknown argument 'axes' (known: x, axis, keepdims)\n  sum(x, axes=0)\n  ^"},
      {"exp()", "formula:1:1: exp: x is missing: exp(x)\n  exp()\n  ^"},
      {"exp(x, x)", "formula:1:1: exp: too many arguments: 2 given, exp(x) takes 1\n  exp(x, x)\n  ^"},
      {"sum(x, x=2)", "formula:1:1: sum: x is given twice\n  sum(x, x=2)\n  ^"},
      {"arange(s)",
       "formula:1:1: arange: start must be a number that is known beforehand, found f64[]\n  arange(s)\n  ^"},
      {"arange(1e15)",
       "formula:1:1: arange: no such range: from 0 to 1000000000000000 in steps of 1\n  arange(1e15)\n  ^"},
      {"zeros((1e9, 1e9))",
       "formula:1:1: zeros: shape has too many elements: 1e+18 is above 2^31\n  zeros((1e9, 1e9))\n  ^"},
      {"[[1, 2], [3]]", "formula:1:1: list: rows differ in length: 2 and 1\n  [[1, 2], [3]]\n  ^"},
      {"[1, [2]]", "formula:1:1: list: a row stands beside a number\n  [1, [2]]\n  ^"},
      {"[]", "formula:1:1: list: it is empty\n  []\n  ^"},
      {"x.y", "formula:1:3: unknown attribute 'y' (known: T, shape, size, ndim)\n  x.y\n    ^"},
      {"None", "formula:1:1: expected an array, found None\n  None\n  ^"},
      {"concatenate(x, x)",
       "formula:1:1: concatenate: arrays must be a list of arrays: write concatenate((a, b))\n  concatenate(x, x)\n  "
       "^"},
  };
  for (const auto& [text, message] : table) EXPECT_EQ(refusal(text), message) << text;
}

TEST(Evaluate, AMillionTermsNeedNoDeepStack) {
  std::string text = "x[0]";
  for (int i = 0; i < 20000; ++i) text += "+1";
  EXPECT_EQ(run(text).item(), 0.5 + 20000);
}

TEST(EvaluateStart, ValuesAreRealArraysInTheOrderGiven) {
  const auto start = evaluate_start(read_start("x = [-1.2, 1], n = 3; y = tile(x, n + 0*1)\nB = [[1, 2], [3, 4]]"));
  ASSERT_EQ(start.size(), 4U);
  EXPECT_EQ(start[0].name, "x");
  EXPECT_EQ(start[1].value.shape(), Shape{});
  EXPECT_FALSE(start[1].value.is_weak());
  EXPECT_EQ(start[2].value.shape(), Shape{6});
  EXPECT_EQ(start[3].value.shape(), (Shape{2, 2}));
  EXPECT_THROW((void)evaluate_start(read_start("x = []")), InputError);
  EXPECT_THROW((void)evaluate_start(read_start("x = zeros(0)")), InputError);
  EXPECT_THROW((void)evaluate_start(read_start("x = y")), InputError);
}

TEST(EvaluateModel, BothSidesSeeColumnsAndVariables) {
  const Sides sides =
      evaluate_model(read_model("t = 2*x; log(y) ~ b1 - t"), std::vector<Binding>{{"x", x}, {"y", x}, {"b1", s}});
  expect_same(sides.left, log(x), "left");
  expect_same(sides.right, s - 2 * x, "right");
}

TEST(FreeNames, AreThoseNotAssignedAndNotConstants) {
  EXPECT_EQ(free_names(read_formula("a = x*pi; b = a + s; sum(b) + x + inf")), (std::vector<std::string>{"x", "s"}));
}

}  // namespace
}  // namespace downhill::formula
