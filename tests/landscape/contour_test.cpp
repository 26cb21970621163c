#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "landscape/color_map.hpp"
#include "landscape/subjects.hpp"

namespace downhill::landscape {
namespace {

/// f(s, t) on an even grid.
template <class F>
Plane sampled(F f, Window s, Window t, std::size_t count) {
  Plane plane;
  for (std::size_t k = 0; k < count; ++k) {
    const double share = static_cast<double>(k) / static_cast<double>(count - 1);
    plane.s.push_back(s.low + share * (s.high - s.low));
    plane.t.push_back(t.low + share * (t.high - t.low));
  }
  for (const double at_t : plane.t) {
    for (const double at_s : plane.s) plane.values.push_back(f(at_s, at_t));
  }
  return plane;
}

double length(const Contour::Polyline& line) {
  double sum = 0;
  for (std::size_t k = 1; k < line.s.size(); ++k)
    sum += std::hypot(line.s[k] - line.s[k - 1], line.t[k] - line.t[k - 1]);
  return sum;
}

TEST(Contours, OfABowlAreClosedCircles) {
  const Plane plane = sampled([](double s, double t) { return s * s + t * t; }, {-2, 2}, {-2, 2}, 101);
  const std::vector<double> levels{0.5, 1, 2.25};
  const auto found = contours(plane, levels);
  ASSERT_EQ(found.size(), 3U);
  for (std::size_t k = 0; k < 3; ++k) {
    const double radius = std::sqrt(levels[k]);
    ASSERT_EQ(found[k].lines.size(), 1U);
    const Contour::Polyline& circle = found[k].lines.front();
    EXPECT_TRUE(circle.is_closed());
    EXPECT_NEAR(length(circle), 2 * std::numbers::pi * radius, 0.005 * radius);
    for (std::size_t i = 0; i < circle.s.size(); ++i) {
      EXPECT_NEAR(std::hypot(circle.s[i], circle.t[i]), radius, 4e-4 / radius);
    }
  }
}

TEST(Contours, RunFromEdgeToEdgeInPieces) {
  const Plane plane = sampled([](double s, double t) { return s * t; }, {-1, 1}, {-1, 1}, 40);
  const auto found = contours(plane, std::vector{0.25});
  ASSERT_EQ(found[0].lines.size(), 2U);  // the two branches of a hyperbola
  for (const auto& branch : found[0].lines) {
    EXPECT_FALSE(branch.is_closed());
    for (const auto end : {std::size_t{0}, branch.s.size() - 1}) {
      EXPECT_NEAR(std::max(std::abs(branch.s[end]), std::abs(branch.t[end])), 1, 1e-12);
    }
    for (std::size_t i = 0; i < branch.s.size(); ++i) EXPECT_NEAR(branch.s[i] * branch.t[i], 0.25, 2e-3);
  }
}

TEST(Contours, ACellWhoseCornersAlternateIsPartedByItsMean) {
  Plane plane = sampled([](double s, double t) { return s == t ? 1.0 : 0.0; }, {0, 1}, {0, 1}, 2);
  for (const double level : {0.4, 0.6}) {  // below the mean 0.5 the high corners hang together, above it they do not
    const auto found = contours(plane, std::vector{level});
    ASSERT_EQ(found[0].lines.size(), 2U);
    for (const auto& line : found[0].lines) {
      ASSERT_EQ(line.s.size(), 2U);
      // Cuts off (0, 0) and (1, 1), where |s - t| stays small, above the mean; (1, 0) and (0, 1) below it.
      const double s = (line.s[0] + line.s[1]) / 2, t = (line.t[0] + line.t[1]) / 2;
      EXPECT_EQ(std::abs(s - t) < 1e-12, level > 0.5);
    }
  }
}

TEST(Contours, LeaveOutCellsThatAreNotFinite) {
  Plane plane = sampled([](double s, double) { return s < 0 ? std::nan("") : s; }, {-1, 1}, {0, 1}, 21);
  const auto found = contours(plane, std::vector{0.55});
  ASSERT_EQ(found[0].lines.size(), 1U);
  for (const double s : found[0].lines[0].s) EXPECT_NEAR(s, 0.55, 1e-12);
  EXPECT_TRUE(contours(plane, std::vector{-0.5})[0].lines.empty());
}

TEST(Heights, AreLinearWhereTheyAreSpreadEvenlyAndElseLogarithmic) {
  const Plane bowl = sampled([](double s, double t) { return s * s + t * t - 5; }, {-2, 2}, {-2, 2}, 50);
  EXPECT_EQ(height_scale(bowl.values).kind, HeightScale::Kind::linear);
  const auto rosenbrock_at = [](double s, double t) { return (1 - s) * (1 - s) + 100 * (t - s * s) * (t - s * s); };
  const HeightScale widest = height_scale(std::vector<double>{-1.7e308, -1, 0, 1, 2, 3, 1.7e308});
  EXPECT_TRUE(std::isfinite(widest.high) && std::isfinite(widest.base));
  EXPECT_LT(contour_levels(widest, 12).size(), 100U);
  EXPECT_EQ(widest.position(1.7e308), 1);
  EXPECT_EQ(widest.position(-1.7e308), 0);
  const HeightScale steep = height_scale(sampled(rosenbrock_at, {-2, 2}, {-1, 3}, 50).values);
  EXPECT_EQ(steep.kind, HeightScale::Kind::logarithmic);
  EXPECT_EQ(steep.base, 0);
  EXPECT_GT(steep.low, 0);
  EXPECT_EQ(steep.position(steep.high), 1);
  EXPECT_EQ(steep.position(0), 0);
  EXPECT_TRUE(std::isnan(steep.position(std::nan(""))));
}

TEST(Heights, LevelsAreRoundNumbersBetweenTheEnds) {
  EXPECT_EQ(contour_levels({.low = -1, .high = 9}, 5), (std::vector<double>{0, 2, 4, 6, 8}));
  const HeightScale decades{.kind = HeightScale::Kind::logarithmic, .base = 0, .low = 0.5, .high = 2000};
  EXPECT_EQ(contour_levels(decades, 4), (std::vector<double>{1, 10, 100, 1000}));
  for (const double level : contour_levels({.low = 3, .high = 3.001}, 10)) {
    EXPECT_GT(level, 3);
    EXPECT_LT(level, 3.001);
  }
}

TEST(ColorMaps, RiseEvenlyInLightness) {
  for (const ColorMap map : {ColorMap::viridis, ColorMap::cividis}) {
    const double first = lightness(color_at(map, 0)), last = lightness(color_at(map, 1));
    EXPECT_GT(last - first, 65);
    for (int k = 0; k < 20; ++k) {
      const double here = lightness(color_at(map, k / 20.0)), next = lightness(color_at(map, (k + 1) / 20.0));
      EXPECT_NEAR(next - here, (last - first) / 20, 1.6) << k;
    }
  }
}

TEST(ColorMaps, ColoursAreTold) {
  EXPECT_EQ(hex(color_at(ColorMap::viridis, 0)), "#440154");
  EXPECT_EQ(hex(color_at(ColorMap::viridis, 7)), "#fde725");
  EXPECT_NEAR(lightness({255, 255, 255}), 100, 1e-9);
  EXPECT_NEAR(lightness({119, 119, 119}), 50.03, 0.01);
}

}  // namespace
}  // namespace downhill::landscape
