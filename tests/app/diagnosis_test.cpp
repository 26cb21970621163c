#include <gtest/gtest.h>

#include "app/program.hpp"

/// What a run without success says is wrong, on the command line.
namespace downhill::app {
namespace {

TEST(Diagnosis, AStartThatIsNotFiniteNamesThePartOfTheFormula) {
  const Outcome run =
      run_program({"minimize", "x[0]**2 + log(x[0] - 2) * (1 + x[1])", "--from", "x=[1, 3]", "--json", "--quiet"});
  EXPECT_EQ(run.status, 2);
  const auto finding = run.json()["diagnosis"][0];
  EXPECT_EQ(finding["kind"], "not_finite");
  EXPECT_EQ(finding["what"],
            "f is nan at the start, where a finite value is needed: log(-1) is nan, in 'log(x[0] - 2)'");
  EXPECT_EQ(finding["point"]["x"][1], 3);
}

TEST(Diagnosis, AVariableWithoutEffectIsNamed) {
  const Outcome run = run_program({"minimize", "(a - 1)**2 + 0*b[1]", "--from", "a=3, b=[1, 2]", "--json", "--quiet",
                                   "--method", "gradient_descent"});
  const auto diagnosis = run.json()["diagnosis"];
  ASSERT_EQ(diagnosis.size(), 1U) << run.out;
  EXPECT_EQ(diagnosis[0]["kind"], "unused_variable");
  EXPECT_EQ(diagnosis[0]["variables"], nlohmann::json({"b[0]", "b[1]"}));
}

TEST(Diagnosis, PeopleReadItUnderTheReason) {
  const Outcome run = run_program({"minimize", "(1 - x[0])**2 + 100*(x[1] - x[0]**2)**2", "--from", "x=[-1.2,1]",
                                   "--method", "gradient_descent", "--stop", "max_iterations=200"});
  EXPECT_EQ(run.status, 1);
  EXPECT_NE(run.out.find("\n  diagnosis    limit: max_iterations ended the run while"), std::string::npos) << run.out;
}

TEST(Diagnosis, ASuccessHasNone) {
  const Outcome run = run_program({"minimize", "x**2", "--from", "x=3", "--json", "--quiet"});
  EXPECT_TRUE(run.json()["diagnosis"].empty()) << run.out;
}

}  // namespace
}  // namespace downhill::app
