#include <gtest/gtest.h>
#include <downhill/minimize.hpp>

#include <cmath>

#include "optimize/cases.hpp"

namespace downhill {
namespace {

using namespace downhill::testing;

TEST(NewtonCg, FindsUnitsWhereTheSteepestCurvatureHidesTheOthers) {
  // CUTEst's SCOSINE: cosines of neighbours in units from 1 to e^12. Curvatures are 1e18 times larger in one variable than in another.
  constexpr std::size_t n = 10;
  const auto unit = [](std::size_t i) { return std::exp(12.0 * static_cast<double>(i) / (n - 1)); };
  const auto scosine = [unit](const auto& x) {
    auto sum = 0.0 * x[0];
    for (std::size_t i = 0; i + 1 < n; ++i) {
      sum = sum + cos(square(unit(i) * x[i]) - 0.5 * (unit(i + 1) * x[i + 1]));
    }
    return sum;
  };
  std::vector<double> start(n);
  for (std::size_t i = 0; i < n; ++i) start[i] = 1 / unit(i);
  Objective f = smooth(n, scosine);
  const Result r = minimize(f, start, NewtonCg{}, {.max_iterations = 500});
  EXPECT_NEAR(r.value, -9, 1e-8) << r.message;
}

}  // namespace
}  // namespace downhill
