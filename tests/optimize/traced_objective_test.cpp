#include <gtest/gtest.h>
#include <downhill/error.hpp>
#include <downhill/loss.hpp>
#include <downhill/methods.hpp>
#include <downhill/operations.hpp>

#include <array>

namespace downhill {
namespace {

Array rosenbrock(const Array& x) {
  const Array a = gather(x, Array(0));
  const Array b = gather(x, Array(1));
  return square(1.0 - a) + 100.0 * square(b - square(a));
}

TEST(TracedObjective, GivesExactDerivativesOfEveryKind) {
  Objective f = traced_objective(as_array_function([](const Array& x) { return sum(x * x * x) + prod(x); }),
                                 Type{DType::f64, Shape{2}});
  const std::vector<double> x{2, 3}, v{1, -1};
  std::vector<double> g(2), h(4), product(2);
  EXPECT_EQ(f.value(x), 8 + 27 + 6);
  EXPECT_EQ(f.value_and_gradient(x, g), 8 + 27 + 6);
  EXPECT_EQ(g, (std::vector<double>{12 + 3, 27 + 2}));
  f.hessian(x, h);
  EXPECT_EQ(h, (std::vector<double>{12, 1, 1, 18}));
  f.hessian_vector(x, v, product);
  EXPECT_EQ(product, (std::vector<double>{11, -17}));
  EXPECT_FALSE(f.capabilities().quadratic.value_or(false));
}

TEST(TracedObjective, ACallableIsMinimisedFromAnArray) {
  const Result r = minimize([](const Array& x) { return sum(square(x - 1.0)) + square(sum(x)); }, Array{3, -1});
  EXPECT_TRUE(r.success) << r.message;
  EXPECT_NEAR(r.x[0], 1.0 / 3, 1e-15);
  EXPECT_EQ(r.verdict.kind, Verdict::Kind::strict_minimum);
  EXPECT_TRUE(r.verdict.global) << "the graph shows that the loss is quadratic";
}

TEST(TracedObjective, ClosedFormSolvesWhatTheGraphShowsToBeQuadraticAndRefusesTheRest) {
  const Result r = minimize([](const Array& x) { return sum(square(x - 1.0)); }, Array{3, -1}, ClosedForm{});
  EXPECT_EQ(r.reason, Reason::solved) << r.message;
  EXPECT_EQ(r.x, (std::vector<double>{1, 1}));
  EXPECT_THROW(static_cast<void>(minimize([](const Array& x) { return sum(exp(x) - x); }, Array{3, -1}, ClosedForm{})),
               OptionError);
}

TEST(TracedObjective, ResidualsAreFittedByLevenbergMarquardt) {
  const Array t{0, 1, 2, 3};
  const Array y{2, 1.2130613194252668, 0.7357588823428847, 0.44626032029685964};  // 2 exp(-t / 2)
  Objective f = traced_least_squares(
      [=](std::span<const Array> b) -> std::vector<Array> {
        return {gather(b[0], Array(0)) * exp(-gather(b[0], Array(1)) * t) - y};
      },
      Type{DType::f64, Shape{2}});
  EXPECT_EQ(f.capabilities().residuals, 4u);
  const Result r = minimize(f, std::vector<double>{1, 1}, LevenbergMarquardt{});
  EXPECT_TRUE(r.success) << r.message;
  EXPECT_NEAR(r.x[0], 2, 1e-10);
  EXPECT_NEAR(r.x[1], 0.5, 1e-10);
}

TEST(TracedObjective, ABatchOfPointsHasTheBitsOfTheSinglePoints) {
  Objective f = traced_objective(as_array_function(rosenbrock), Type{DType::f64, Shape{2}});
  const std::vector<double> points{0.1, 0.2, -1.2, 1, 3, -4};
  std::vector<double> batch(3);
  for (int repeat = 0; repeat < 20; ++repeat) f.values(points, batch);  // often enough to be compiled as one
  for (std::size_t k = 0; k < 3; ++k) EXPECT_EQ(batch[k], f.value(std::span(points).subspan(2 * k, 2)));
}

TEST(TracedObjective, ALossThatFailsAtRunTimeShortensTheStepAndNamesTheReasonAtTheStart) {
  const auto barrier = [](const Array& x) {
    const Array matrix = x * Array({1, 0, 0, 1}, Shape{2, 2});
    return sum(x) - sum(log(sum(cholesky(matrix) * Array({1, 0, 0, 1}, Shape{2, 2}), {{1}})));
  };
  const Result refused = minimize(barrier, Array(-1.0));
  EXPECT_EQ(refused.reason, Reason::bad_start);
  EXPECT_NE(refused.message.find("cholesky"), std::string::npos) << refused.message;
  const Result r = minimize(barrier, Array(0.01), GradientDescent{});  // x - log x
  EXPECT_TRUE(r.success) << r.message;
  EXPECT_NEAR(r.x[0], 1, 1e-6);
}

TEST(TracedObjective, WrongLossesAreRefusedWhereTheyAreGiven) {
  EXPECT_THROW(static_cast<void>(minimize([](const Array& x) { return x * 2.0; }, Array{1, 2})), ShapeError);
  EXPECT_THROW(static_cast<void>(traced_objective(as_array_function([](const Array& x) { return sum(x); }),
                                                  Type{DType::f32, Shape{2}})),
               ShapeError);
}

TEST(TracedObjective, AStationaryPointOfAConvexLossIsGlobal) {
  const auto convex = [](const Array& x) { return logsumexp(x) + sum(square(x - 1.0)); };
  const Result r = minimize(convex, Array{3, -1}, Newton{});
  EXPECT_TRUE(r.verdict.global);
  EXPECT_NE(r.verdict.explanation.find("; the loss is strictly convex, so every other point is higher"),
            std::string::npos)
      << r.verdict.explanation;
  const auto wells = [](const Array& x) { return sum(square(square(x) - 1.0)); };
  EXPECT_FALSE(minimize(wells, Array{3, -2}, Newton{}).verdict.global);
}

// Strict convexity is proved on the graph: Lanczos has nothing to decide.
TEST(TracedObjective, TheVerdictOnALargeConvexLossCostsLessThanTheRun) {
  constexpr std::int64_t n = 2000;
  const auto loss = [](const Array& x) {
    return logsumexp(x * cos(arange(n))) + 0.5 * sum(square(x - sin(arange(n))) * (1.0 + arange(n)));
  };
  const Result r = minimize(loss, zeros({n}), Lbfgs{});
  EXPECT_TRUE(r.success) << r.message;
  EXPECT_EQ(r.verdict.kind, Verdict::Kind::strict_minimum) << r.verdict.explanation;
  EXPECT_TRUE(r.verdict.global);
  EXPECT_LT(r.evaluations.hessian_vector, 150u);
}

// Many curvatures of 1e-3 and others up to 1.4 hide the one that is 0 from a few products.
TEST(TracedObjective, AFlatDirectionOfALargeConvexLossIsNotTakenForCurved) {
  constexpr std::int64_t n = 7850;
  std::vector<double> curvatures(n, 1e-3);
  for (std::size_t k = 0; k < 700; ++k) curvatures[k] += 0.002 * static_cast<double>(k);
  for (const bool is_flat : {true, false}) {
    curvatures[4000] = is_flat ? 0 : 1e-3;
    const auto loss = [c = Array(curvatures)](const Array& x) {
      return 0.5 * sum(c * square(x - 1.0)) + 1e-4 * sum(exp(slice(x, {{0, 1}})));
    };
    const Result r = minimize(loss, zeros({n}), Lbfgs{});
    EXPECT_TRUE(r.success) << r.message;
    EXPECT_EQ(r.verdict.kind, is_flat ? Verdict::Kind::undecided : Verdict::Kind::strict_minimum)
        << r.verdict.explanation;
    EXPECT_TRUE(r.verdict.global);
  }
}

// Bukin's function N. 6 and its valley alone: on the valley's floor the derivative of |·|, 0 by convention, says nothing.
TEST(TracedObjective, AKinkWithoutSecondDerivativesIsNoSuccess) {
  const auto valley = [](const Array& x) {
    return 100.0 * sqrt(abs(gather(x, Array(1)) - 0.01 * square(gather(x, Array(0)))));
  };
  const auto bukin = [&](const Array& x) { return valley(x) + 0.01 * abs(gather(x, Array(0)) + 10.0); };
  const Result r = minimize(bukin, Array{-12, 2}, NelderMead{});
  EXPECT_FALSE(r.success && r.value > 1e-6) << r.value << " " << r.message << " " << r.verdict.explanation;
  const auto tilted = [&](const Array& x) { return valley(x) + 0.01 * square(gather(x, Array(0)) + 10.0); };
  const Result other = minimize(tilted, Array{-12, 2}, NelderMead{});
  EXPECT_FALSE(other.success && other.value > 1e-6) << other.value << " " << other.message;
}

}  // namespace
}  // namespace downhill
