#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "app/program.hpp"
#include "app/statistics.hpp"
#include "support/numbers.hpp"

namespace downhill::app {
namespace {

// Nonlinear regressions of the Statistical Reference Datasets (US National Institute of Standards and Technology), with
// parameters and standard errors certified to 11 digits.
nlohmann::json problems() { return nlohmann::json::parse(std::ifstream("tests/data/nist_fits.json")); }

std::string csv_of(const nlohmann::json& problem) {
  std::string text = "y,x\n";
  for (std::size_t i = 0; i < problem["y"].size(); ++i) {
    text += shortest(problem["y"][i].get<double>()) + "," + shortest(problem["x"][i].get<double>()) + "\n";
  }
  return temporary_file(problem["name"].get<std::string>() + ".csv", text);
}

std::string start_of(const nlohmann::json& numbers) {
  std::string text;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    text += (i == 0 ? "b" : ", b") + std::to_string(i + 1) + "=" + shortest(numbers[i].get<double>());
  }
  return text;
}

double worst_relative(const nlohmann::json& found, const nlohmann::json& certified) {
  double worst = 0;
  for (std::size_t i = 0; i < certified.size(); ++i) {
    const auto& value = found["b" + std::to_string(i + 1)];
    if (!value.is_number()) return INFINITY;
    worst = std::max(worst, std::abs(value.get<double>() / certified[i].get<double>() - 1));
  }
  return worst;
}

// From the start nearer to the solution; `fit` is told nothing but data, model and start. (The certified table gives Rat43 9
// degrees of freedom; its residual standard deviation is that of 15 points less 4 parameters.)
TEST(Fit, AgreesWithTheCertifiedParametersAndStandardErrors) {
  for (const auto& problem : problems()) {
    const std::string name = problem["name"];
    const Outcome run = run_program({"fit", "--data", csv_of(problem), "--model", problem["model"], "--from",
                                     start_of(problem["starts"][1]), "--json"});
    ASSERT_LE(run.status, 1) << name << run.err;
    const auto json = run.json();
    // Lanczos1 is fitted to data of 14 digits: its residuals are rounding errors, and so are their statistics.
    const double tolerance = name == "Lanczos1" ? 1e-2 : 1e-9;
    EXPECT_LT(worst_relative(json["x"], problem["certified"]), 1e-9) << name;
    EXPECT_LT(worst_relative(json["standard_errors"], problem["standard_errors"]), tolerance) << name;
    EXPECT_NEAR(json["residual_sum_of_squares"].get<double>() / problem["residual_sum_of_squares"].get<double>(), 1,
                2 * tolerance)
        << name;
    EXPECT_NEAR(
        json["residual_standard_deviation"].get<double>() / problem["residual_standard_deviation"].get<double>(), 1,
        tolerance)
        << name;
    EXPECT_EQ(json["degrees_of_freedom"], problem["degrees_of_freedom"]) << name;
    const auto variance = json["covariance"][0][0].get<double>();
    EXPECT_NEAR(std::sqrt(variance) / json["standard_errors"]["b1"].get<double>(), 1, 1e-14) << name;
  }
}

TEST(Fit, TheLeftSideMayBeAnExpressionOfColumns) {
  std::string text = "x1,x2,y\n";
  for (int i = 1; i <= 12; ++i) {
    const double x1 = 0.5 * i;
    const double x2 = 1.0 / i;
    text += shortest(x1) + "," + shortest(x2) + "," + shortest(std::exp(2 - 0.3 * x1 * std::exp(-1.5 * x2))) + "\n";
  }
  const Outcome run = run_program({"fit", "--data", temporary_file("left.csv", text), "--model",
                                   "log(y) ~ b1 - b2*x1*exp(-b3*x2)", "--from", "b1=1, b2=0.1, b3=1", "--json"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_NEAR(run.json()["x"]["b1"].get<double>(), 2, 1e-10);
  EXPECT_NEAR(run.json()["x"]["b2"].get<double>(), 0.3, 1e-10);
  EXPECT_NEAR(run.json()["x"]["b3"].get<double>(), 1.5, 1e-9);
}

TEST(Fit, PeopleGetATableOfEstimatesAndErrors) {
  const std::string points = temporary_file("line.csv", "x,y\n1,2\n2,4.1\n3,5.9\n4,8.2\n");
  const Outcome run = run_program({"fit", "--data", points, "--model", "y ~ a*x + b", "--from", "a=1, b=0"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_NE(run.out.find("standard error"), std::string::npos) << run.out;
  EXPECT_NE(run.out.find("with 2 degrees of freedom"), std::string::npos) << run.out;
}

TEST(Fit, AColumnGoesBeforeTheConstantOfItsName) {
  const std::string table = temporary_file("constants.csv", "e,pi\n1,2\n2,.5\n3,5.\n");
  const Outcome run = run_program({"fit", "--data", table, "--model", "pi ~ m*e + b", "--json"});
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_NEAR(run.json()["x"]["m"].get<double>(), 1.5, 1e-12);
  EXPECT_NEAR(run.json()["x"]["b"].get<double>(), -0.5, 1e-12);
}

TEST(Fit, AModelThatIsLinearInItsParametersNeedsNoStart) {
  const std::string line = temporary_file("line.csv", "x,y\n0,1\n1,3\n2,5\n3,7\n");
  const Outcome linear = run_program({"fit", "--data", line, "--model", "y ~ b + m*x + c*exp(x)", "--json"});
  ASSERT_EQ(linear.status, 0) << linear.err;
  EXPECT_EQ(
      linear.err,
      "from: no start is needed, for the model is linear in b, m, c: they start at 0\nmethod: dogleg, because the "
      "loss is a sum of squares\n");
  EXPECT_NEAR(linear.json()["x"]["b"].get<double>(), 1, 1e-12);
  EXPECT_NEAR(linear.json()["x"]["m"].get<double>(), 2, 1e-12);
  EXPECT_NEAR(linear.json()["x"]["c"].get<double>(), 0, 1e-12);
  const Outcome curved = run_program({"fit", "--data", line, "--model", "y ~ a*exp(-k*x)"});
  EXPECT_EQ(curved.status, 2);
  EXPECT_EQ(curved.err, "fit: there is no start, and the model is not linear in a, k: give --from \"a=1, k=1\"\n");
}

TEST(Fit, FewerPointsThanParametersHaveNoStandardErrors) {
  const std::string points = temporary_file("two.csv", "x,y\n1,2\n2,4\n");
  const auto json =
      run_program({"fit", "--data", points, "--model", "y ~ a*x + b + c*x**2", "--from", "a=1, b=0, c=0", "--json"})
          .json();
  EXPECT_EQ(json["degrees_of_freedom"], 0);
  EXPECT_EQ(json["residual_standard_deviation"], "nan");
  EXPECT_EQ(json["standard_errors"]["a"], "inf");
}

// y = a + b x on x = 1e6 + i: the normal equations would lose all digits of a.
TEST(Statistics, HoldForColumnsOfVeryDifferentLengthAndDirection) {
  const std::size_t m = 5;
  std::vector<double> jacobian;
  for (std::size_t i = 0; i < m; ++i) {
    jacobian.push_back(-1);
    jacobian.push_back(-(1e6 + static_cast<double>(i)));
  }
  const std::vector<double> residuals{1, -2, 2, -2, 1};
  const FitStatistics statistics = fit_statistics(residuals, jacobian, 2);
  EXPECT_EQ(statistics.degrees_of_freedom, 3U);
  EXPECT_EQ(statistics.residual_sum_of_squares, 14);
  EXPECT_EQ(statistics.rank, 2U);
  // s² (1/5 + mean(x)²/Σ(x - mean)²) and s²/Σ(x - mean)², with s² = 14/3, mean 1000002, Σ = 10.
  EXPECT_NEAR(statistics.standard_errors[0] / std::sqrt(14.0 / 3 * (0.2 + 1000002.0 * 1000002.0 / 10)), 1, 1e-9);
  EXPECT_NEAR(statistics.standard_errors[1] / std::sqrt(14.0 / 3 / 10), 1, 1e-9);
}

TEST(Statistics, DependentParametersHaveInfiniteErrors) {
  const FitStatistics statistics =
      fit_statistics(std::vector<double>{1, 2, 3}, std::vector<double>{1, 2, 2, 4, 3, 6}, 2);
  EXPECT_EQ(statistics.rank, 1U);
  EXPECT_EQ(statistics.standard_errors[0], INFINITY);
}

}  // namespace
}  // namespace downhill::app
