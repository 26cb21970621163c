#include <gtest/gtest.h>

#include "app/program.hpp"

/// Problems of the library on the command line.
namespace downhill::app {
namespace {

TEST(TestProblems, RunFromTheirStandardStart) {
  const Outcome run =
      run_program({"minimize", "problem:VARDIM", "--n", "20", "--method", "newton", "--json", "--quiet"});
  ASSERT_EQ(run.status, 0) << run.err;
  const auto found = run.json()["x"]["x"];
  ASSERT_EQ(found.size(), 20U);
  for (const double x : found) EXPECT_NEAR(x, 1, 1e-6);
}

TEST(TestProblems, StartWhereTheyAreTold) {
  const Outcome at = run_program({"evaluate", "problem:rosenbrock", "--from", "x=[2, 2]", "--order", "0", "--json"});
  ASSERT_EQ(at.status, 0) << at.err;
  EXPECT_EQ(at.json()["value"], 401);
}

TEST(TestProblems, AreListedWithWhatIsKnown) {
  const Outcome list = run_program({"problems", "--json"});
  ASSERT_EQ(list.status, 0) << list.err;
  EXPECT_GE(list.json().size(), 200U);
  EXPECT_EQ(run_program({"problems", "biggs_exp6", "--json"}).json()["known"][2]["kind"], "saddle");
}

TEST(TestProblems, RefuseASizeTheyDoNotHave) {
  const Outcome run = run_program({"minimize", "problem:woods", "--n", "6"});
  EXPECT_EQ(run.status, 2);
  EXPECT_EQ(run.err, "woods: n = 6 is not 4, 8, 12, ...\n");
}

}  // namespace
}  // namespace downhill::app
