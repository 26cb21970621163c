#include <gtest/gtest.h>

#include <cmath>

#include "app/program.hpp"

namespace downhill::app {
namespace {

constexpr const char* rosenbrock = "(1 - x[0])**2 + 100*(x[1] - x[0]**2)**2";

Outcome with_bounds(const std::string& bounds) {
  return run_program(
      {"minimize", "sum((x - 2)**2) + (s - 3)**2", "--from", "x=[0.5, 0.5], s=1", "--bounds", bounds, "--json"});
}

// The examples of docs/guide/bounds.md.
TEST(BoundsOnTheCommandLine, KeepTheMinimumWithin) {
  const Outcome run =
      run_program({"minimize", rosenbrock, "--from", "x=[-1.2, 1]", "--bounds", "x[0] <= 0.5", "--json"});
  ASSERT_EQ(run.status, 0) << run.err;
  const auto json = run.json();
  EXPECT_EQ(json["x"]["x"][0], 0.5);
  EXPECT_NEAR(json["x"]["x"][1].get<double>(), 0.25, 1e-12);
  EXPECT_EQ(json["verdict"]["kind"], "strict_minimum");
  EXPECT_EQ(json["verdict"]["explanation"],
            "the gradient is zero along the variables that no bound holds and f curves up in every direction of theirs "
            "(curvatures from 200 to 200); x[0] at its upper bound 0.5: the loss would fall at 1 a unit beyond it");
  ASSERT_EQ(json["active_bounds"].size(), 1u);
  EXPECT_EQ(json["active_bounds"][0]["variable"], "x[0]");
  EXPECT_EQ(json["active_bounds"][0]["side"], "upper");
  EXPECT_EQ(json["active_bounds"][0]["bound"], 0.5);
  EXPECT_NEAR(json["active_bounds"][0]["multiplier"].get<double>(), 1, 1e-9);
  EXPECT_NE(run.err.find("method: levenberg_marquardt, because the loss is a sum of squares"), std::string::npos)
      << run.err;
}

TEST(BoundsOnTheCommandLine, MayBeWrittenInEveryWay) {
  for (const char* text : {"x = [0, 1], s >= 4", "0 <= x <= 1; s >= 4", "x = [[0, 0], [1, 1]]\ns = [4, inf]",
                           "1 >= x >= 0, 4 <= s", "x[0] = [0, 1], x[1] <= 1, s = [4, 10]", "x[:] <= [1, 1], s == 4",
                           "-1 <= x <= 3 - 2, s = [2*2, inf] # why not"}) {
    const Outcome run = with_bounds(text);
    ASSERT_EQ(run.status, 0) << text << ": " << run.err;
    EXPECT_EQ(run.json()["x"]["x"], nlohmann::json({1, 1})) << text;
    EXPECT_EQ(run.json()["x"]["s"], 4) << text;
    EXPECT_EQ(run.json()["verdict"]["global"], true) << text;
  }
}

TEST(BoundsOnTheCommandLine, WrongOnesAreBadInput) {
  const std::vector<std::pair<const char*, const char*>> table{
      {"z = [0, 1]", "bounds: 'z = [0, 1]': unknown variable 'z' (known: x, s)"},
      {"z >= 0", "bounds: 'z >= 0': unknown variable 'z' (known: x, s)"},
      {"x = [2, 1]", "bounds: the lower bound of x[0] is above its upper bound: 2 > 1"},
      {"s = [nan, 1]", "bounds: 's = [nan, 1]': a bound of s is nan"},
      {"s >= nan", "bounds: 's >= nan': a bound of s is nan"},
      {"s >= inf", "bounds: s is left no finite number: from inf to inf"},
      {"x = [0, 1, 2]", "bounds: 'x = [0, 1, 2]': expected [lower, upper], found"},
      {"x = 1", "bounds: 'x = 1': expected [lower, upper], found"},
      {"x <= [1, 2, 3]", "bounds: 'x <= [1, 2, 3]': the bound does not fit the variable: "},
      {"s < 1", "bounds: 's < 1': '<' is no bound: bounds include their ends: write <= or >="},
      {"s >= 1, s = [0, 2]", "bounds: the lower bound of s is given twice: 1 and 0"},
      {"s", "bounds: 's': expected x = [lower, upper], lower <= x <= upper, x >= lower, x <= upper or x == value"},
      {"1 <= s >= 0", "bounds: '1 <= s >= 0': expected "},
      {"x[5] >= 0", "bounds:1:"},
      {"s >= q", "bounds:1:"},
  };
  for (const auto& [text, message] : table) {
    const Outcome run = with_bounds(text);
    EXPECT_EQ(run.status, 2) << text;
    EXPECT_TRUE(run.err.starts_with(message)) << text << ": " << run.err;
  }
}

TEST(BoundsOnTheCommandLine, AMethodThatCannotKeepThemIsRefused) {
  const Outcome run =
      run_program({"minimize", "x**2", "--from", "x=3", "--bounds", "x >= 1", "--method", "newton", "--json"});
  EXPECT_EQ(run.status, 2);
  EXPECT_TRUE(run.err.starts_with("newton: cannot keep to bounds on variables\n  hint: use ")) << run.err;
  EXPECT_NE(run.err.find("projected_newton"), std::string::npos);
}

TEST(BoundsOnTheCommandLine, AStartOutsideIsMovedAndSaidSo) {
  const Outcome run =
      run_program({"minimize", "sum(x*log(x))", "--from", "x=[-1, 3]", "--bounds", "x >= 0.5", "--json"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_NE(run.err.find("bounds: x[0] starts at 0.5 instead of -1, which is outside [0.5, inf]"), std::string::npos)
      << run.err;
  EXPECT_EQ(run.json()["x"]["x"], nlohmann::json({0.5, 0.5}));
}

TEST(BoundsInProblemFiles, AreTextOrATable) {
  const std::string head = "formula = \"sum((x - 2)**2) + (s - 3)**2\"\nfrom = \"x=[0.5, 0.5], s=1\"\n";
  int k = 0;
  for (const char* bounds : {"bounds = \"x <= 1, s = [4, inf]\"\n", "[bounds]\nx = [-inf, 1]\ns = [4, inf]\n",
                             "[bounds]\n\"x[0]\" = [0, 1]\n\"x[1]\" = [0.0, 1]\ns = \"[2 + 2, inf]\"\n",
                             "[bounds]\nx = [[0, 0], [1, 1.0]]\ns = [4, 4]\n"}) {
    const Outcome run =
        run_program({"minimize", temporary_file("bounds" + std::to_string(k++) + ".toml", head + bounds), "--json"});
    ASSERT_EQ(run.status, 0) << bounds << run.err;
    EXPECT_EQ(run.json()["x"]["x"], nlohmann::json({1, 1})) << bounds;
    EXPECT_EQ(run.json()["x"]["s"], 4) << bounds;
  }
  const std::string file = temporary_file("wrong.toml", head + "[bounds]\nx = true\n");
  const Outcome wrong = run_program({"minimize", file});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_EQ(wrong.err, file + ":4:5: expected a number, found true or false\n");
}

TEST(BoundsOfFits, AParameterAtABoundIsHeldThere) {
  std::string data = "t,y\n";
  const double noise[] = {0.01, -0.02, 0.015, -0.005, 0.01, -0.015, 0.02, -0.01};
  for (int k = 0; k < 8; ++k)
    data += std::to_string(k) + "," + std::to_string(2 * std::exp(-0.5 * k) - 0.1 + noise[k]) + "\n";
  const std::string file = temporary_file("decay.csv", data);
  const auto fit = [&](const std::string& model, const std::string& from, std::vector<std::string> more) {
    std::vector<std::string> words{"fit", "--data", file, "--model", model, "--from", from, "--json"};
    words.insert(words.end(), more.begin(), more.end());
    return run_program(words);
  };
  const Outcome bounded = fit("y ~ a*exp(-b*t) + c", "a=1, b=0.3, c=0.5", {"--bounds", "c >= 0"});
  const Outcome without = fit("y ~ a*exp(-b*t)", "a=1, b=0.3", {});
  ASSERT_EQ(bounded.status, 0) << bounded.err;
  const auto json = bounded.json(), expected = without.json();
  EXPECT_EQ(json["x"]["c"], 0);
  EXPECT_EQ(json["held"], nlohmann::json({"c"}));
  EXPECT_EQ(json["standard_errors"]["c"], "nan");
  EXPECT_EQ(json["covariance"][2][0], "nan");
  EXPECT_EQ(json["degrees_of_freedom"], 6);
  for (const char* name : {"a", "b"}) {
    EXPECT_NEAR(json["x"][name].get<double>(), expected["x"][name].get<double>(), 1e-9);
    EXPECT_NEAR(json["standard_errors"][name].get<double>(), expected["standard_errors"][name].get<double>(), 1e-9);
  }
  ASSERT_EQ(json["active_bounds"].size(), 1u);
  EXPECT_GT(json["active_bounds"][0]["multiplier"].get<double>(), 0);
}

TEST(BoundsOfComparisons, LeaveOutMethodsThatCannotKeepThem) {
  const Outcome run =
      run_program({"compare", "sum((x - 2)**2)", "--from", "x=[0.5, 0.5]", "--bounds", "0 <= x <= [1, 3]", "--json"});
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_NE(run.err.find("lbfgs: cannot keep to bounds on variables"), std::string::npos);
  const auto runs = run.json()["runs"];
  EXPECT_GT(runs.size(), 8u);
  for (const auto& r : runs) {
    EXPECT_LE(r["x"]["x"][0].get<double>(), 1) << r["method"];
    if (r["success"] == true) {
      EXPECT_NEAR(r["x"]["x"][0].get<double>(), 1, 1e-6) << r["method"];
    }
  }
}

}  // namespace
}  // namespace downhill::app
