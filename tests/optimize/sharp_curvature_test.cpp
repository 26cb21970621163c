#include <gtest/gtest.h>
#include <downhill/loss.hpp>
#include <downhill/methods.hpp>
#include <downhill/minimize.hpp>
#include <downhill/operations.hpp>

#include <cmath>

/// Curvatures far below the rounding of the largest one, along directions that no variable runs along.
namespace downhill {
namespace {

using Kind = Verdict::Kind;

Array along(const Array& x) { return 0.6 * index(x, 0) + 0.8 * index(x, 1); }
Array across(const Array& x) { return 0.8 * index(x, 0) - 0.6 * index(x, 1); }

Result at_end(Array (*loss)(const Array&)) { return minimize(loss, {1.3, 0.7}, Newton{}); }

// The Hessian's entries are 1e12 and are rounded by 1e-3; the curvature across is 2e-4.
TEST(SharpCurvature, IsKnownAlongItsOwnDirection) {
  const Result r =
      at_end([](const Array& x) { return square(1e6 * along(x) - 3) + square(exp(1e-2 * across(x)) - 1.1); });
  EXPECT_TRUE(r.success) << r.message;
  EXPECT_EQ(r.verdict.kind, Kind::strict_minimum) << r.verdict.explanation;
  EXPECT_NEAR(r.verdict.smallest_eigenvalue / (2e-4 * 1.1 * 1.1), 1, 1e-3);
}

TEST(SharpCurvature, IsNotThatOfADirectionThatIsLevel) {
  const Result level = at_end([](const Array& x) { return square(1e7 * along(x) - 3); });
  EXPECT_NE(level.verdict.kind, Kind::strict_minimum) << level.verdict.explanation;
  const Result sine = at_end([](const Array& x) { return square(sin(1e7 * along(x)) - 0.3); });
  EXPECT_NE(sine.verdict.kind, Kind::strict_minimum) << sine.verdict.explanation;
}

// Here the square is computed as a difference of large terms: nothing is known of a small curvature along it.
TEST(SharpCurvature, IsNotThatOfRounding) {
  for (const double small : {0.0, 1e-6, -1e-6}) {
    const auto loss = [small](const Array& x) {
      const Array a = index(x, 0), b = index(x, 1);
      return 1e14 * (0.49 * a * a + 1.54 * a * b + 1.21 * b * b) + small * square(1.1 * a - 0.7 * b) + sin(0 * a);
    };
    const Result r = minimize(loss, {1.3, 0.7}, Newton{});
    EXPECT_TRUE(small > 0 || r.verdict.kind != Kind::strict_minimum) << r.verdict.explanation;
    EXPECT_TRUE(small < 0 || r.verdict.kind != Kind::saddle) << r.verdict.explanation;
  }
}

}  // namespace
}  // namespace downhill
