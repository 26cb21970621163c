#include <gtest/gtest.h>
#include <downhill/error.hpp>
#include <downhill/minimize.hpp>

#include <cmath>
#include <numbers>

#include "landscape/subjects.hpp"

namespace downhill::landscape {
namespace {

double rosenbrock_at(double a, double b) { return (1 - a) * (1 - a) + 100 * (b - a * a) * (b - a * a); }

TEST(Grid, OfTwoVariablesHasTheBitsOfTheLossAtEveryPoint) {
  Subject subject = subject_of(rosenbrock, 2);
  const Frame frame = coordinate_axes(subject, std::vector{0.3, -0.7}, std::vector<std::size_t>{0, 1});
  GridCost cost;
  const Plane plane = landscape::plane(subject, frame, {-2, 2}, {-1, 3}, {.columns = 37, .rows = 23}, &cost);
  EXPECT_EQ(cost.batch, 37U * 23U);
  ASSERT_EQ(plane.values.size(), 37U * 23U);
  for (std::size_t row = 0; row < 23; ++row) {
    for (std::size_t column = 0; column < 37; ++column) {
      const std::vector<double> x{plane.s[column], plane.t[row]};
      ASSERT_EQ(plane.at(row, column), subject.objective.value(x));
      ASSERT_NEAR(plane.at(row, column), rosenbrock_at(x[0], x[1]), 1e-12 * (1 + rosenbrock_at(x[0], x[1])));
    }
  }
}

TEST(Grid, MarksItsLowestPoint) {
  Subject subject = subject_of([](const Array& x) { return sum(square(x - Array{0.5, -0.25})); }, 2);
  const Frame frame = coordinate_axes(subject, std::vector{0.0, 0.0}, std::vector<std::size_t>{0, 1});
  const Plane plane = landscape::plane(subject, frame, {-1, 1}, {-1, 1}, {.columns = 9, .rows = 17});
  EXPECT_EQ(plane.s[plane.lowest % 9], 0.5);
  EXPECT_EQ(plane.t[plane.lowest / 9], -0.25);
}

TEST(Grid, IsTheSameInBatchesOfAnySize) {
  Subject subject = subject_of([](const Array& x) { return sum(exp(x) - x); }, 5);
  const std::vector<double> x{1, 2, 3, 4, 5};
  const Frame frame = random_directions(x, 2, 7);
  const Plane whole = landscape::plane(subject, frame, {-1, 1}, {-1, 1}, {.columns = 11, .rows = 13});
  GridCost cost;
  const Plane parts =
      landscape::plane(subject, frame, {-1, 1}, {-1, 1}, {.columns = 11, .rows = 13, .most_bytes = 2000}, &cost);
  EXPECT_LT(cost.batch, 20U);
  EXPECT_GT(cost.batch, 1U);
  Subject callbacks = subject;
  callbacks.loss = {};
  const Plane single = landscape::plane(callbacks, frame, {-1, 1}, {-1, 1}, {.columns = 11, .rows = 13}, &cost);
  EXPECT_EQ(cost.batch, 1U);
  for (std::size_t k = 0; k < whole.values.size(); ++k) {
    EXPECT_EQ(whole.values[k], parts.values[k]);
    EXPECT_NEAR(whole.values[k], single.values[k], 1e-13 * std::abs(single.values[k]));
  }
}

TEST(Grid, IsNotEvaluatedOutsideTheBounds) {
  Subject subject = subject_of([](const Array& x) { return -sum(log(x)); }, 2);
  subject.objective = with_bounds(subject.objective, {{0.5, 0.5}, {2, 2}});
  const Frame frame = coordinate_axes(subject, std::vector{1.0, 1.0}, std::vector<std::size_t>{0, 1});
  const Plane plane = landscape::plane(subject, frame, {0, 2}, {0, 4}, {.columns = 5, .rows = 5});
  for (std::size_t row = 0; row < 5; ++row) {
    for (std::size_t column = 0; column < 5; ++column) {
      const bool is_inside = plane.s[column] >= 0.5 && plane.t[row] >= 0.5 && plane.t[row] <= 2;
      EXPECT_EQ(std::isnan(plane.at(row, column)), !is_inside) << row << ", " << column;
    }
  }
}

TEST(Grid, APointWhereTheLossFailsLeavesTheOthersAsTheyAre) {
  const auto loss = [](const Array& x) {
    const Array a = index(x, 0), b = index(x, 1);
    const Array matrix = reshape(
        concatenate(std::vector<Array>{reshape(a, {1}), reshape(b, {1}), reshape(b, {1}), reshape(a, {1})}, 0), {2, 2});
    return sum(square(cholesky(matrix)));
  };
  Subject subject = subject_of(loss, 2);
  const Frame frame = coordinate_axes(subject, std::vector{1.0, 0.0}, std::vector<std::size_t>{0, 1});
  const Plane plane = landscape::plane(subject, frame, {-1, 1}, {-0.5, 0.5}, {.columns = 5, .rows = 5, .arrows = 0});
  EXPECT_TRUE(std::isnan(plane.at(2, 0)));  // a = -1
  EXPECT_NEAR(plane.at(2, 4), 2, 1e-14);    // the unit matrix
  EXPECT_NEAR(plane.at(4, 4), 2, 1e-14);    // trace of [[1, .5], [.5, 1]]
}

TEST(Grid, ArrowsAreTheDerivativesByTheAxes) {
  Subject subject = subject_of(rosenbrock, 2);
  const Frame frame = along_directions(std::vector{0.5, 0.5}, {{1, 1}, {2, -1}}, {"u", "v"});
  const Plane plane = landscape::plane(subject, frame, {-1, 1}, {-1, 1}, {.columns = 3, .rows = 3, .arrows = 4});
  ASSERT_EQ(plane.field.s.size(), 16U);
  for (std::size_t k = 0; k < 16; ++k) {
    const double step = 1e-6;
    const auto f = [&](double s, double t) { return rosenbrock_at(0.5 + s + 2 * t, 0.5 + s - t); };
    const double s = plane.field.s[k], t = plane.field.t[k];
    EXPECT_NEAR(plane.field.along_s[k], (f(s + step, t) - f(s - step, t)) / (2 * step), 1e-3);
    EXPECT_NEAR(plane.field.along_t[k], (f(s, t + step) - f(s, t - step)) / (2 * step), 1e-3);
  }
}

TEST(Grid, RefusesWhatIsNoGrid) {
  Subject subject = subject_of(rosenbrock, 2);
  const Frame line = coordinate_axes(subject, std::vector{0.0, 0.0}, std::vector<std::size_t>{0});
  const Frame both = coordinate_axes(subject, std::vector{0.0, 0.0}, std::vector<std::size_t>{0, 1});
  const auto message = [](const auto& act) -> std::string {
    try {
      act();
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(message([&] { (void)landscape::plane(subject, line, {0, 1}, {0, 1}); }),
            "landscape: a plane has 2 directions: given 1");
  EXPECT_EQ(message([&] { (void)landscape::line(subject, line, {1, 1}); }),
            "landscape: the window is empty or not finite: 1 to 1");
  EXPECT_EQ(message([&] { (void)landscape::plane(subject, both, {0, 1}, {0, 1}, {.columns = 1}); }),
            "landscape: an axis needs at least 2 points: given 1");
  EXPECT_EQ(message([&] { (void)coordinate_axes(subject, std::vector{0.0, 0.0}, std::vector<std::size_t>{0, 2}); }),
            "landscape: there is no variable 2: there are 2");
  EXPECT_EQ(message([&] { (void)coordinate_axes(subject, std::vector{0.0, 0.0}, std::vector<std::size_t>{1, 1}); }),
            "landscape: x[1] is given for both axes");
  EXPECT_EQ(message([&] { (void)along_directions(std::vector{0.0, 0.0}, {{1, 2}, {-2, -4}}, {"u", "v"}); }),
            "landscape: the two directions are parallel");
}

TEST(SearchSlice, RunsThroughTheIterateAndTheNextOne) {
  Subject subject = subject_of(rosenbrock, 2);
  const Result result =
      minimize(subject.objective, std::vector{-1.2, 1.0}, parse_method("newton"), {}, {.record = Record::points});
  ASSERT_GT(result.trace.size(), 3U);
  const Line slice = search_slice(subject, result.trace, 2);
  ASSERT_EQ(slice.s.size(), 301U);
  EXPECT_NEAR(slice.s[60], 0, 1e-15);
  EXPECT_NEAR(slice.values[60], result.trace[1].value, 1e-9);
  EXPECT_NEAR(slice.s[180], 1, 1e-15);
  EXPECT_NEAR(slice.values[180], result.trace[2].value, 1e-9);
  EXPECT_THROW((void)search_slice(subject, result.trace, 0), OptionError);
  EXPECT_THROW((void)search_slice(subject, result.trace, result.trace.size()), OptionError);
}

TEST(Spectrum, OfAQuadraticIsThatOfItsMatrix) {
  Subject subject = subject_of([](const Array& x) { return sum(Array{1, 2, 3, 4} * square(x)) / 2; }, 4);
  const Spectrum all = spectrum(subject.objective, std::vector{1.0, 1.0, 1.0, 1.0});
  EXPECT_TRUE(all.is_complete);
  ASSERT_EQ(all.eigenvalues.size(), 4U);
  for (std::size_t k = 0; k < 4; ++k) EXPECT_NEAR(all.eigenvalues[k], static_cast<double>(k + 1), 1e-14);
}

TEST(Spectrum, OfManyVariablesHasBothEnds) {
  constexpr std::int64_t n = 1000;
  Subject subject = subject_of([](const Array& x) { return sum(arange(1, n + 1) * square(x)) / 2; }, n);
  const Spectrum ends = spectrum(subject.objective, std::vector(static_cast<std::size_t>(n), 1.0));
  EXPECT_FALSE(ends.is_complete);
  EXPECT_EQ(ends.size, 1000U);
  EXPECT_NEAR(ends.eigenvalues.front(), 1, 1e-5);
  EXPECT_NEAR(ends.eigenvalues.back(), 1000, 1e-5);
}

}  // namespace
}  // namespace downhill::landscape
