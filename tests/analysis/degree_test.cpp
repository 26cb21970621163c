#include "analysis/degree.hpp"
#include "ir/trace.hpp"

#include <downhill/operations.hpp>

#include <gtest/gtest.h>

namespace downhill::analysis {
namespace {

Degree degree_of(const std::function<Array(const Array&)>& f, const Shape& shape) {
  const std::vector<Type> types{{DType::f64, shape}};
  const ir::Traced traced = ir::trace([&](std::span<const Array> x) { return std::vector<Array>{f(x[0])}; }, types);
  std::vector<bool> variable(traced.graph.inputs().size(), false);
  variable[0] = true;
  return degrees(traced.graph, variable).front();
}

TEST(Degree, OfPolynomialsIsTheirDegreeUpToTwo) {
  EXPECT_EQ(degree_of([](const Array& x) { return sum(x * 0.0 + 3.0); }, {3}), Degree::affine);
  EXPECT_EQ(degree_of([](const Array&) { return Array(2.0); }, {3}), Degree::constant);
  EXPECT_EQ(degree_of([](const Array& x) { return sum(2.0 * x - 1.0) / 7.0; }, {3}), Degree::affine);
  EXPECT_EQ(degree_of([](const Array& x) { return sum(square(x - 1.0)) + 3.0 * index(x, 0); }, {3}), Degree::quadratic);
  EXPECT_EQ(degree_of([](const Array& x) { return pow(index(x, 0), 3); }, {3}), Degree::other);
}

TEST(Degree, OfLeastSquaresIsTwoAlsoWithRunTimeData) {
  const Array data(std::vector<double>(300, 1.5), Shape{100, 3});
  EXPECT_EQ(degree_of([&](const Array& x) { return squared_error(matmul(data, x), arange(100)); }, {3}),
            Degree::quadratic);
}

TEST(Degree, OfAnythingCurvedIsOther) {
  EXPECT_EQ(degree_of([](const Array& x) { return sum(exp(x)); }, {2}), Degree::other);
  EXPECT_EQ(degree_of([](const Array& x) { return sum(abs(x)); }, {2}), Degree::other);
  EXPECT_EQ(degree_of([](const Array& x) { return sum(where(x > 0, x, 0)); }, {2}), Degree::other);
  EXPECT_EQ(degree_of([](const Array& x) { return sum(1.0 / x); }, {2}), Degree::other);
  EXPECT_EQ(degree_of([](const Array& x) { return max(x); }, {2}), Degree::other);
}

TEST(Degree, OfFixedSelectionsIsThatOfWhatIsSelected) {
  const Array places({1, 0, 1}, {3}, DType::i32);
  EXPECT_EQ(degree_of([&](const Array& x) { return sum(square(gather(x, places))); }, {2}), Degree::quadratic);
  EXPECT_EQ(degree_of([](const Array& x) { return sum(where(arange(2) > 0, x, 2.0 * x)); }, {2}), Degree::affine);
}

}  // namespace
}  // namespace downhill::analysis
