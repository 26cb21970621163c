#include <gtest/gtest.h>
#include <downhill/learn/inspection.hpp>
#include <downhill/learn/session.hpp>
#include <downhill/rules.hpp>

#include <cmath>
#include <numbers>

#include "learn/fixtures.hpp"

namespace downhill::learn {
namespace {

// y = w x + b on points with known second moments: everything can be worked out by hand.
TEST(Inspection, OfALineIsItsResidualGradientAndCurvature) {
  DataSet data{.sample = {1}, .outputs = 1};
  for (const float x : {-1.0F, 0.0F, 1.0F, 2.0F}) {
    data.features.push_back(x);
    data.targets.push_back(3 * x + 1);
  }
  const Task task{.model = parse_model("softmax"), .loss = parse_loss("squared_error"), .dtype = DType::f64};
  const Trainer trainer(task, data);
  const std::vector<NamedNumbers> state = trainer.state();
  const double w = *static_cast<const double*>(state[0].data);
  const double b = *static_cast<const double*>(state[1].data);
  double squares = 0;
  double dw = 0;
  double db = 0;
  for (std::size_t k = 0; k < 4; ++k) {
    const double x = data.features[k];
    const double r = w * x + b - data.targets[k];
    squares += r * r;
    dw += 2 * r * x / 4;
    db += 2 * r / 4;
  }
  Inspector inspector(trainer);
  const Inspection seen = inspector.look(trainer);
  EXPECT_EQ(inspector.samples(), 4);
  EXPECT_NEAR(seen.loss, squares / 4, 1e-12);
  EXPECT_NEAR(seen.residual, 2 * std::sqrt(squares / 4), 1e-12);
  EXPECT_NEAR(seen.gradient, std::hypot(dw, db), 1e-12);
  // Hessian 2 [[6, 2], [2, 4]] / 4
  const double largest = 2.5 + std::sqrt(0.25 + 1);
  EXPECT_NEAR(seen.curvature, largest, 0.05 * largest);
  const std::optional<ConvexPart> convex = inspector.convex_part(trainer);
  ASSERT_TRUE(convex.has_value());
  EXPECT_TRUE(convex->is_attained);
  EXPECT_NEAR(convex->lowest, 0, 1e-12);
  EXPECT_NEAR(convex->distance, std::hypot(w - 3, b - 1), 1e-6);
  EXPECT_NEAR(convex->curvature, largest, 0.01 * largest);
}

TEST(Inspection, TheBoundOfTheConvexPartHoldsForDescentOnIt) {
  const DataSet data = plane(64);
  const Task task{.model = parse_model("softmax"),
                  .loss = parse_loss("squared_error"),
                  .rule = Sgd{.learning_rate = 0.01},
                  .batch = 64};
  Trainer trainer(task, data);
  const ConvexPart part = *Inspector(trainer).convex_part(trainer);
  Trainer descent(
      {.model = task.model, .loss = task.loss, .rule = Sgd{.learning_rate = 1 / part.curvature}, .batch = 64}, data);
  for (int t = 1; t <= 30; ++t) {
    (void)descent.step();
    const double above = descent.evaluate(data).loss - part.lowest;
    EXPECT_LE(above, part.distance * part.distance * part.curvature / (2 * t) + 1e-6);
  }
}

TEST(Inspection, LooksWithoutChangingTheRun) {
  const DataSet data = rings(200, 3);
  const Task task{.model = parse_model("sequential(dense(8), batch_norm, relu, dropout(0.1))"), .batch = 20};
  Trainer plain(task, data);
  Trainer watched(task, data);
  const TrainingResult a = train(plain, {}, data, {}, {.epochs = 2});
  const TrainingResult b = train(watched, {}, data, {}, {.epochs = 2, .inspect = true});
  EXPECT_EQ(a.epochs.back().test.loss, b.epochs.back().test.loss);
  EXPECT_TRUE(a.inspections.empty());
  // At the start, after 1 step, and after each epoch of 10.
  ASSERT_EQ(b.inspections.size(), 4U);
  EXPECT_EQ(b.inspections[1].steps, 1U);
  EXPECT_EQ(b.inspections.back().steps, 20U);
}

TEST(Inspection, NamesUnitsThatGiveNothing) {
  const DataSet data = rings(120, 3);
  Trainer trainer({.model = Mlp{{16}}}, data);
  std::vector<NamedNumbers> state = trainer.state();
  const std::vector<float> far_below(16, -1000.0F);
  for (NamedNumbers& one : state) {
    if (one.name == "2.dense.bias") one.data = far_below.data();
  }
  trainer.restore(state, 1);
  const Inspection seen = Inspector(trainer).look(trainer);
  ASSERT_EQ(seen.layers[2].name, "3.relu");
  ASSERT_EQ(seen.layers[2].silent, 1);
  const std::vector<std::string> found = troubles(seen);
  ASSERT_FALSE(found.empty());
  EXPECT_NE(found.front().find("3.relu: "), std::string::npos) << found.front();
  EXPECT_NE(found.front().find("leaky_relu"), std::string::npos);
}

TEST(Inspection, NamesGradientsThatVanishOnTheirWayBack) {
  const DataSet data = rings(120, 3);
  std::string layers = "sequential(";
  for (int k = 0; k < 8; ++k) layers += "dense(8), logistic, ";
  layers += "dense(8), logistic)";
  const Trainer trainer({.model = parse_model(layers)}, data);
  const std::vector<std::string> found = troubles(Inspector(trainer).look(trainer));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found.front().find("vanishes"), std::string::npos) << found.front();
  EXPECT_TRUE(
      troubles(Inspector(Trainer({.model = Mlp{{8, 8}}}, data)).look(Trainer({.model = Mlp{{8, 8}}}, data))).empty());
}

TEST(Inspection, ARunThatDoesNotLearnIsToldWhy) {
  const DataSet data = rings(120, 3);
  std::string layers = "sequential(";
  for (int k = 0; k < 8; ++k) layers += "dense(8), logistic, ";
  layers += "dense(8), logistic)";
  Trainer trainer({.model = parse_model(layers), .batch = 10}, data);
  const TrainingResult result = train(trainer, {}, data, {}, {.epochs = 5});
  ASSERT_EQ(result.warnings.size(), 1U);
  EXPECT_NE(result.warnings.front().find("vanishes"), std::string::npos);
}

TEST(Inspection, SaysThatTheResidualFallsAndNotTheSlope) {
  const DataSet data = rings(300, 2);
  Trainer trainer({.model = Mlp{{16}}, .rule = Sgd{.learning_rate = 0.2}, .batch = 30}, data);
  const TrainingResult result = train(trainer, {}, data, {}, {.epochs = 30, .inspect = true});
  const Inspection& first = result.inspections.front();
  const Inspection& last = result.inspections.back();
  ASSERT_LT(last.residual, 0.5 * first.residual);
  const std::string text = explain(result.inspections, result.convex_part);
  EXPECT_NE(text.find("relu passes it on or stops it"), std::string::npos) << text;
  EXPECT_NE(text.find("4.dense alone is a convex problem"), std::string::npos) << text;
}

}  // namespace
}  // namespace downhill::learn
