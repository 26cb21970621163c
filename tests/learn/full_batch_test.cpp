#include <gtest/gtest.h>
#include <downhill/error.hpp>
#include <downhill/learn/full_batch.hpp>
#include <downhill/minimize.hpp>

#include "learn/fixtures.hpp"

namespace downhill::learn {
namespace {

TEST(FullBatch, ItsValueIsTheLossOfOneBatchOfAllSamples) {
  const DataSet data = rings(90, 3);
  const Task task{.model = Mlp{{8}}, .batch = 90, .l1 = 1e-3, .l2 = 1e-2, .dtype = DType::f64};
  const FullBatch all(task, data);
  Trainer trainer(task, data);
  Objective f = all.objective();
  EXPECT_NEAR(f.value(all.start()), trainer.step(), 1e-13);
}

TEST(FullBatch, ALinearModelWithAPenaltyHasAGlobalMinimumThatEveryMethodFinds) {
  const DataSet data = rings(120, 3);
  const FullBatch all({.model = Softmax{}, .l2 = 1e-2}, data);
  double lowest = 0;
  for (const char* method : {"lbfgs", "newton_cg", "trust_region(subproblem=steihaug)"}) {
    Objective f = all.objective();
    const Result result = minimize(f, all.start(), parse_method(method));
    EXPECT_TRUE(result.success) << method << ": " << result.message;
    if (lowest == 0) lowest = result.value;
    EXPECT_NEAR(result.value, lowest, 1e-12) << method;
    EXPECT_EQ(all.trainer_at(result.x).weights()[0].array.values()[1], result.x[1]);
  }
}

TEST(FullBatch, ALossOfSquaresIsTrainedByLeastSquaresToTheSameMinimum) {
  const DataSet data = plane(40);
  const Task task{.model = Mlp{.hidden = {3}}, .loss = SquaredError{}, .l2 = 1e-3};
  const FullBatch all(task, data);
  Objective f = all.objective();
  EXPECT_GT(f.capabilities().residuals, 40U);
  Trainer trainer({.model = task.model, .loss = task.loss, .batch = 40, .l2 = task.l2, .dtype = DType::f64}, data);
  EXPECT_NEAR(f.value(all.start()), trainer.step(), 1e-13);
  const Result squares = minimize(f, all.start(), parse_method("levenberg_marquardt"));
  EXPECT_TRUE(squares.success) << squares.message;
  Objective g = all.objective();
  EXPECT_NEAR(minimize(g, squares.x, parse_method("bfgs")).value, squares.value, 1e-12);

  const FullBatch labels({.model = Softmax{}}, rings(30, 3));
  Objective h = labels.objective();
  EXPECT_THROW((void)minimize(h, labels.start(), parse_method("levenberg_marquardt")), OptionError);
}

TEST(FullBatch, ANetworkThatDependsOnTheBatchIsRefused) {
  const DataSet data = rings(30, 3);
  try {
    const FullBatch all({.model = parse_model("sequential(dense(4), batch_norm)")}, data);
    FAIL();
  } catch (const OptionError& error) {
    EXPECT_STREQ(error.what(), "train: batch_norm needs batches: only a rule trains a network with it");
  }
}

}  // namespace
}  // namespace downhill::learn
