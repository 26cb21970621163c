#include <gtest/gtest.h>
#include <downhill/error.hpp>

#include <cmath>
#include <numeric>

#include "landscape/subjects.hpp"

namespace downhill::landscape {
namespace {

double inner(const std::vector<double>& a, const std::vector<double>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

std::vector<TracePoint> path_of(const std::vector<std::vector<double>>& points) {
  std::vector<TracePoint> path;
  for (const auto& x : points) path.push_back({.iteration = path.size(), .x = x});
  return path;
}

TEST(Frame, CoordinatesAreTheVariablesThemselves) {
  Subject subject = subject_of([](const Array& x) { return sum(square(x)); }, 3);
  const Frame frame = coordinate_axes(subject, std::vector{5.0, 6.0, 7.0}, std::vector<std::size_t>{2, 0});
  EXPECT_EQ(frame.names, (std::vector<std::string>{"x[2]", "x[0]"}));
  EXPECT_EQ(frame.point(1, 2), (std::vector{2.0, 6.0, 1.0}));
  const Position place = project(frame, std::vector{-1.0, 9.0, 4.0});
  EXPECT_EQ(place.s, 4);
  EXPECT_EQ(place.t, -1);
  EXPECT_EQ(place.distance, 3);
}

TEST(Frame, ProjectionIsTheNearestPointAlsoOfObliqueDirections) {
  const Frame frame = along_directions(std::vector{1.0, 1.0, 1.0}, {{1, 0, 0}, {1, 1, 0}}, {"u", "v"});
  const Position place = project(frame, std::vector{4.0, 3.0, 6.0});  // (3, 2, 5) = 1 u + 2 v + 5 e3
  EXPECT_NEAR(place.s, 1, 1e-14);
  EXPECT_NEAR(place.t, 2, 1e-14);
  EXPECT_NEAR(place.distance, 5, 1e-14);
}

TEST(Frame, PrincipalDirectionsAreThoseThePathSpreadsIn) {
  // Along (3, 4, 0)/5 by 10, 5, 0 and across it, along e3, by 0, 1, 0.
  const auto path = path_of({{6, 8, 0}, {3, 4, 1}, {0, 0, 0}});
  const Frame frame = principal_directions(path, 2);
  EXPECT_EQ(frame.origin, (std::vector{0.0, 0.0, 0.0}));
  EXPECT_NEAR(inner(frame.directions[0], frame.directions[0]), 1, 1e-14);
  EXPECT_NEAR(inner(frame.directions[0], frame.directions[1]), 0, 1e-14);
  // The exact directions of [[6, 8, 0], [3, 4, 1]]: eigenvectors of its 2 × 2 matrix of inner products [[100, 50], [50, 26]].
  const double largest = 63 + std::sqrt(63.0 * 63 - 100);
  EXPECT_NEAR(frame.weights[0], largest / 126, 1e-14);
  EXPECT_NEAR(frame.weights[0] + frame.weights[1], 1, 1e-14);
  for (const TracePoint& point : path) EXPECT_NEAR(project(frame, point.x).distance, 0, 1e-13);
}

TEST(Frame, AStraightPathHasOnePrincipalDirection) {
  const auto path = path_of({{4, 4}, {2, 2}, {1, 1}});
  EXPECT_NEAR(principal_directions(path, 1).weights[0], 1, 1e-14);
  EXPECT_THROW((void)principal_directions(path, 2), OptionError);
  EXPECT_THROW((void)principal_directions(path_of({{1, 1}, {1, 1}}), 1), OptionError);
}

TEST(Frame, CurvatureDirectionsAreTheEndsOfTheSpectrum) {
  Subject subject = subject_of([](const Array& x) { return sum(Array{2, -3, 7} * square(x)) / 2; }, 3);
  const Frame frame = curvature_directions(subject.objective, std::vector{1.0, 2.0, 3.0}, 2);
  EXPECT_NEAR(frame.weights[0], 7, 1e-14);
  EXPECT_NEAR(frame.weights[1], -3, 1e-14);
  EXPECT_NEAR(std::abs(frame.directions[0][2]), 1, 1e-14);
  EXPECT_NEAR(std::abs(frame.directions[1][1]), 1, 1e-14);
}

TEST(Frame, RandomDirectionsHaveTheLengthOfEachFilter) {
  const std::vector<double> x{3, 0, 4, 0, 0, 12};
  const std::vector<Filter> columns{{0, 3, 2}, {1, 3, 2}};  // of a 3 × 2 matrix: lengths 5 and 12
  const Frame frame = random_directions(x, 2, 3, columns);
  for (const auto& d : frame.directions) {
    EXPECT_NEAR(std::hypot(d[0], d[2], d[4]), 5, 1e-13);
    EXPECT_NEAR(std::hypot(d[1], d[3], d[5]), 12, 1e-13);
  }
  EXPECT_NE(frame.directions[0], frame.directions[1]);
  EXPECT_EQ(frame.directions, random_directions(x, 2, 3, columns).directions);
  EXPECT_NE(frame.directions, random_directions(x, 2, 4, columns).directions);
}

TEST(Windows, HoldThePathWithAMarginWithinTheBounds) {
  Subject subject = subject_of([](const Array& x) { return sum(square(x)); }, 2);
  const Frame frame = coordinate_axes(subject, std::vector{0.0, 0.0}, std::vector<std::size_t>{0, 1});
  const std::vector<Position> places{{-1, 2}, {1, 7}};
  const auto free = windows(frame, places);
  EXPECT_NEAR(free[0].low, -1.4, 1e-14);
  EXPECT_NEAR(free[0].high, 1.4, 1e-14);
  EXPECT_NEAR(free[1].low, 1, 1e-14);
  EXPECT_NEAR(free[1].high, 8, 1e-14);
  const Bounds bounds{{-1.25, -10}, {10, 7.5}};
  const auto bounded = windows(frame, places, &bounds);
  EXPECT_EQ(bounded[0].low, -1.25);
  EXPECT_EQ(bounded[1].high, 7.5);
}

TEST(Windows, OfAPathThatDidNotMoveHaveAWidth) {
  Subject subject = subject_of([](const Array& x) { return sum(square(x)); }, 1);
  const Frame frame = coordinate_axes(subject, std::vector{4.0}, std::vector<std::size_t>{0});
  const auto around = windows(frame, std::vector<Position>{{.s = 4}});
  EXPECT_EQ(around[0].low, 2);
  EXPECT_EQ(around[0].high, 6);
}

}  // namespace
}  // namespace downhill::landscape
