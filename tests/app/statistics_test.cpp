#include "app/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "app/null_space.hpp"
#include "app/program.hpp"
#include "app/student_t.hpp"

namespace downhill::app {
namespace {

// The quantiles of 1 and 2 degrees of freedom are known in closed form, and with 4 the tail is.
TEST(StudentT, AgreesWithClosedForms) {
  for (const double level : {0.001, 0.1, 0.5, 0.9, 0.95, 0.99, 0.9999, 1 - 1e-9}) {
    const double one = std::tan(0.5 * std::numbers::pi * level);
    EXPECT_NEAR(student_t(level, 1) / one, 1, 1e-10 + 3e-16 / (1 - level)) << level;
    const double two = level * std::sqrt(2 / (1 - level * level));
    EXPECT_NEAR(student_t(level, 2) / two, 1, 1e-11 + 3e-16 / (1 - level)) << level;
  }
  for (const double t : {1e-3, 0.1, 1.0, 3.0, 40.0}) {
    const double s = t / std::sqrt(4 + t * t);
    const double tail = (1 - s) * (1 - s) * (2 + s) / 2;  // 1 - 3/2 s + s³/2
    EXPECT_NEAR(two_sided_tail(t, 4) / tail, 1, 1e-12 / std::min(1.0, (1 - s) * (1 - s) * 1e3)) << t;
  }
}

TEST(StudentT, AgreesWithTablesAndTheNormalLimit) {
  EXPECT_NEAR(student_t(0.95, 10), 2.2281388519862742, 1e-11);
  EXPECT_NEAR(student_t(0.95, 30), 2.0422724563012379, 1e-11);
  EXPECT_NEAR(student_t(0.99, 5), 4.0321429835552272, 1e-11);
  const double z = 1.959963984540054;
  EXPECT_NEAR(student_t(0.95, 1e6), z + z * (z * z + 1) / 4e6, 1e-10);
  EXPECT_NEAR(student_t(0.95, 1e12), z, 1e-10);
  EXPECT_TRUE(std::isnan(student_t(0.95, 0)));
}

TEST(StudentT, TheTailOfTheQuantileIsWhatIsLeftOfTheLevel) {
  for (const double degrees : {1.0, 3.0, 7.0, 12.0, 55.0, 199.0, 201.0, 5000.0, 1e6}) {
    for (const double level : {0.05, 0.5, 0.683, 0.95, 0.997}) {
      const double t = student_t(level, degrees);
      EXPECT_NEAR(two_sided_tail(t, degrees) / (1 - level), 1, 1e-11) << degrees << ", " << level;
    }
  }
}

std::string label(std::size_t i) { return "b" + std::to_string(i + 1); }

TEST(NullSpace, NamesWhatCannotBeToldApart) {
  // b1 + b2 and b4 + 2 b5, b6 act; b3 does not.
  std::vector<double> jacobian;
  for (int i = 0; i < 8; ++i) {
    const double t = i;
    const double u = std::sin(1.0 + i), v = std::cos(2.0 * i);
    jacobian.insert(jacobian.end(), {t, t, 0, u, 2 * u, v});
  }
  const std::vector<double> residuals{1, -1, 2, 0, 1, -2, 0.5, 0.25};
  const FitStatistics s = fit_statistics(residuals, jacobian, 6);
  EXPECT_EQ(s.rank, 3u);
  EXPECT_EQ(s.degrees_of_freedom, 5u);
  EXPECT_EQ(s.null_space.size(), 3u);
  std::vector<std::string> sentences;
  for (const auto& group : s.undetermined) sentences.push_back(sentence(group, label));
  const std::vector<std::string> expected{"b1 and b2 cannot be told apart: only 0.71 b1 + 0.71 b2 is determined",
                                          "b3 has no influence on the residuals",
                                          "b4 and b5 cannot be told apart: only 0.45 b4 + 0.89 b5 is determined"};
  EXPECT_EQ(sentences, expected);
  for (const std::size_t i : {0u, 1u, 2u, 3u, 4u}) EXPECT_TRUE(std::isinf(s.standard_errors[i])) << i;
  EXPECT_GT(s.standard_errors[5], 0);
  EXPECT_TRUE(std::isfinite(s.standard_errors[5]));
  for (const auto& direction : s.null_space) {
    for (std::size_t row = 0; row < 8; ++row) {
      double change = 0;
      for (std::size_t j = 0; j < 6; ++j) change += jacobian[row * 6 + j] * direction[j];
      EXPECT_NEAR(change, 0, 1e-12);
    }
  }
}

TEST(NullSpace, UnitsOfTheParametersDoNotHideIt) {
  std::vector<double> jacobian;  // only 1e9 b1 + b2 acts
  for (int i = 1; i < 6; ++i) jacobian.insert(jacobian.end(), {1e9 * i, 1.0 * i});
  const FitStatistics s = fit_statistics(std::vector<double>{1, 2, 0, 1, 1}, jacobian, 2);
  ASSERT_EQ(s.undetermined.size(), 1u);
  EXPECT_EQ(sentence(s.undetermined[0], label), "b1 and b2 cannot be told apart: only 1 b1 + 1e-09 b2 is determined");
}

// y = a + b x at x = 0, 1, 2, 3 with y = 0, 1, 1, 2: a = 0.1, b = 0.6, s² = 0.1, (JᵀJ)⁻¹ = [[0.7, -0.3], [-0.3, 0.2]].
TEST(Fit, GivesConfidenceAndPredictionIntervals) {
  const std::string data = temporary_file("four.csv", "x,y\n0,0\n1,1\n2,1\n3,2\n");
  const Outcome run = run_program(
      {"fit", "--data", data, "--model", "y ~ a + b*x", "--from", "a=1, b=1", "--confidence", "0.9", "--json"});
  EXPECT_EQ(run.status, 0) << run.err;
  const auto json = run.json();
  const double t = 2.919985580353725;  // two degrees of freedom, 90 %
  EXPECT_EQ(json["confidence_level"], 0.9);
  const double half = t * std::sqrt(0.1 * 0.2);
  EXPECT_NEAR(json["confidence_intervals"]["b"][0].get<double>(), 0.6 - half, 1e-12);
  EXPECT_NEAR(json["confidence_intervals"]["b"][1].get<double>(), 0.6 + half, 1e-12);
  const double variance = 0.1 * (0.7 - 2 * 0.3 * 3 + 0.2 * 9);  // of the curve at x = 3
  EXPECT_NEAR(json["curve"]["values"][3].get<double>(), 1.9, 1e-12);
  EXPECT_NEAR(json["curve"]["confidence"][3].get<double>(), t * std::sqrt(variance), 1e-12);
  EXPECT_NEAR(json["curve"]["prediction"][3].get<double>(), t * std::sqrt(0.1 + variance), 1e-12);
}

TEST(Fit, NamesTheNullSpaceOfAModelWithTooManyParameters) {
  const std::string data = temporary_file("four.csv", "x,y\n0,0\n1,1\n2,1\n3,2\n");
  const Outcome run =
      run_program({"fit", "--data", data, "--model", "y ~ (a + b)*x + c", "--from", "a=1, b=1, c=0", "--json"});
  EXPECT_LE(run.status, 1) << run.err;
  const auto json = run.json();
  EXPECT_EQ(json["rank"], 2);
  EXPECT_EQ(json["null_space"]["explanation"][0], "a and b cannot be told apart: only 0.71 a + 0.71 b is determined");
  EXPECT_EQ(json["standard_errors"]["a"], "inf");
  EXPECT_NEAR(json["standard_errors"]["c"].get<double>(), std::sqrt(0.1 * 0.7), 1e-12);
  const Outcome text = run_program({"fit", "--data", data, "--model", "y ~ (a + b)*x + c", "--from", "a=1, b=1, c=0"});
  EXPECT_NE(text.out.find("a and b cannot be told apart: only 0.71 a + 0.71 b is determined"), std::string::npos)
      << text.out;
}

// One point in ten is wrong by 100: a robust fit finds the line of the others.
TEST(Fit, ARobustLossLeavesOutliersAside) {
  std::string rows = "x,y\n";
  for (int i = 0; i < 30; ++i) {
    rows +=
        std::to_string(i) + "," + std::to_string(1 + 2 * i + 0.1 * std::sin(3.0 * i) + (i % 10 == 4 ? 100 : 0)) + "\n";
  }
  const std::string data = temporary_file("outliers.csv", rows);
  for (const char* loss : {"huber(scale=0.1)", "soft_l1(scale=0.1)", "cauchy(scale=0.1)", "tukey(scale=2)", "arctan"}) {
    const Outcome run =
        run_program({"fit", "--data", data, "--model", "y ~ a + b*x", "--from", "a=0, b=2", "--loss", loss, "--json"});
    EXPECT_EQ(run.status, 0) << loss << ": " << run.out << run.err;
    EXPECT_NEAR(run.json()["x"]["b"].get<double>(), 2, 0.02) << loss;
    EXPECT_EQ(run.json()["loss"], loss);
    EXPECT_EQ(run.json()["verdict"]["kind"], "strict_minimum") << loss;
    EXPECT_LT(run.json()["standard_errors"]["b"].get<double>(), 0.1) << loss;
  }
  const std::string problem = temporary_file(
      "robust.toml",
      "model = \"y ~ a + b*x\"\nfrom = \"a=0, b=2\"\nloss = \"huber(scale=0.1)\"\ndata = \"outliers.csv\"\n");
  EXPECT_EQ(run_program({"fit", problem, "--json"}).json()["loss"], "huber(scale=0.1)");
}

TEST(Fit, RefusesALossAndALevelThatAreNone) {
  const std::string data = temporary_file("four.csv", "x,y\n0,0\n1,1\n2,1\n3,2\n");
  const std::vector<std::string> call{"fit", "--data", data, "--model", "y ~ a*x", "--from", "a=1"};
  auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), call.begin(), call.end());
    return run_program(more);
  };
  const Outcome loss = with({"--loss", "hubert"});
  EXPECT_EQ(loss.status, 2);
  EXPECT_NE(loss.err.find("known: squared, huber, soft_l1, cauchy, tukey, arctan"), std::string::npos) << loss.err;
  EXPECT_EQ(with({"--confidence", "1.5"}).status, 2);
}

}  // namespace
}  // namespace downhill::app
