#include <fmt/format.h>
#include <gtest/gtest.h>
#include <downhill/error.hpp>
#include <downhill/learn/train.hpp>
#include <downhill/operations.hpp>
#include <downhill/random.hpp>
#include <downhill/rules.hpp>

#include <cstring>
#include <string_view>

#include "exec/compiled_code.hpp"
#include "learn/fixtures.hpp"
#include "learn/without_numbers.hpp"

namespace downhill::learn {
namespace {

std::vector<double> losses(Trainer& trainer, int steps) {
  std::vector<double> result;
  for (int k = 0; k < steps; ++k) result.push_back(trainer.step());
  return result;
}

TEST(Trainer, LearnsRingsThatNoLineSeparates) {
  const DataSet data = rings(600, 3);
  Trainer trainer({.model = Mlp{{32}}, .rule = Adam{.learning_rate = 0.01}, .batch = 20}, data);
  EXPECT_LT(trainer.evaluate(data).accuracy, 0.7);
  while (trainer.epoch() < 40) trainer.step();
  EXPECT_GT(trainer.evaluate(data).accuracy, 0.99);
}

TEST(Trainer, FindsThePlaneThatRegressionDataLieOn) {
  const DataSet data = plane(200);
  Trainer trainer({.model = Softmax{}, .loss = SquaredError{}, .rule = Sgd{.learning_rate = 0.2}, .dtype = DType::f64},
                  data);
  while (trainer.epoch() < 60) trainer.step();
  const std::vector<NamedArray> weights = trainer.weights();
  EXPECT_EQ(weights[0].name, "2.dense.weight");
  EXPECT_NEAR(weights[0].array.values()[0], 2, 1e-5);
  EXPECT_NEAR(weights[0].array.values()[1], -3, 1e-5);
  EXPECT_NEAR(weights[1].array.values()[0], 0.5, 1e-5);
  EXPECT_NEAR(trainer.predict(data)[7], data.targets[7], 1e-5F);
}

TEST(Trainer, EpochsEndWithWhatIsLeft) {
  const DataSet data = rings(50, 2);
  Trainer trainer({.model = Softmax{}, .batch = 20}, data);
  EXPECT_EQ(trainer.steps_per_epoch(), 3U);
  losses(trainer, 3);
  EXPECT_EQ(trainer.epoch(), 1U);
  EXPECT_EQ(trainer.step_in_epoch(), 0U);
}

TEST(WithoutNumbers, TellsTypesAndRunsAsItIsWhatReadsNumbers) {
  Array found;
  without_numbers([&] { found = sum(zeros({2, 3}), {{0}}); });
  EXPECT_EQ(found.type(), (Type{DType::f64, {3}}));
  EXPECT_TRUE(found.is_traced());
  double number = 0;
  without_numbers([&] { number = sum(ones({2, 3})).item(); });
  EXPECT_EQ(number, 6);
  EXPECT_THROW(without_numbers([] { (void)reshape(zeros({2}), {3}); }), ShapeError);
}

TEST(WithoutNumbers, NetworksAreTheSameForEveryInitialiser) {
  for (const char* weights : {"glorot", "he", "orthogonal"}) {
    const Model model = parse_model(fmt::format("sequential(dense(7, weights={}), batch_norm, dense(9))", weights));
    const Network network(model.layers(3), {4});
    const Network::Start start = network.start(random_key(1));
    ASSERT_EQ(start.parameters.size(), network.parameters().size());
    for (std::size_t k = 0; k < start.parameters.size(); ++k) {
      EXPECT_FALSE(start.parameters[k].is_traced());
      EXPECT_EQ(start.parameters[k].type(), network.parameters()[k].type) << network.parameters()[k].name;
    }
    ASSERT_EQ(start.buffers.size(), network.buffers().size());
    EXPECT_EQ(network.sample_after(3), (Shape{9}));
  }
}

TEST(Trainer, FindsTheStepThatWasCompiledAhead) {
  const DataSet data = rings(70, 3);
  const Task task{.model = Mlp{{9}}, .batch = 30};
  DataSet bare = data;
  bare.features.clear();
  compile_ahead(task, bare);
  const std::size_t before = exec::CompiledCode::compilations();
  Trainer trainer(task, data);
  losses(trainer, 2);
  EXPECT_EQ(exec::CompiledCode::compilations(), before);
}

TEST(Trainer, TheSameSeedGivesTheSameBitsForAnyNumberOfThreads) {
  const DataSet data = rings(400, 3);
  const auto task = [&](int threads, std::uint64_t seed) {
    return Task{.model = Mlp{.hidden = {64, 64}, .dropout = 0.2}, .rule = Adam{}, .seed = seed, .threads = threads};
  };
  Trainer one(task(1, 7), data);
  Trainer two(task(2, 7), data);
  Trainer other(task(1, 8), data);
  const std::vector<double> first = losses(one, 30);
  EXPECT_EQ(first, losses(two, 30));
  EXPECT_NE(first, losses(other, 30));
}

// Images are counted from their lowest number, vectors are not: both are the same network.
TEST(Trainer, TheBackgroundOfImagesChangesRoundingsOnly) {
  DataSet images{.sample = {8, 6}, .classes = 3};
  for (std::int32_t k = 0; k < 256; ++k) {
    images.labels.push_back(k % 3);
    for (std::int32_t i = 0; i < 48; ++i)
      images.features.push_back((i * i + k) % 5 < 3 ? -0.75F : static_cast<float>((i * k + k % 3) % 11) / 4);
  }
  DataSet vectors = images;
  vectors.sample = {48};
  for (const DType dtype : {DType::f32, DType::f64}) {
    const Task task{.model = Mlp{{96}}, .rule = Adam{}, .batch = 64, .dtype = dtype, .threads = 2};
    Trainer one(task, images);
    Trainer other(task, vectors);
    const std::vector<double> found = losses(one, 40);
    const std::vector<double> expected = losses(other, 40);
    EXPECT_LT(found.back(), found.front());
    for (std::size_t k = 0; k < found.size(); ++k)
      EXPECT_NEAR(found[k], expected[k], (dtype == DType::f64 ? 1e-11 : 2e-4) * (1 + expected[k])) << k;
  }
}

// Packed bytes train as the numbers they stand for: to the bit where those are what a step takes, else to rounding.
TEST(Trainer, BytesTrainAsTheNumbersTheyStandFor) {
  DataSet bytes = byte_images(256, 3);
  measure_normalisation(bytes, Scaling::overall).apply(bytes);
  ASSERT_FALSE(bytes.packed.bytes.empty());
  DataSet numbers = bytes;
  unpack(numbers);
  for (const char* model : {"mlp(96)", "mlp(8)", "cnn(4, dense=8)"}) {
    for (const DType dtype : {DType::f32, DType::f64}) {
      const Task task{.model = parse_model(model), .rule = Adam{}, .batch = 64, .dtype = dtype, .threads = 1};
      Trainer one(task, bytes);
      Trainer other(task, numbers);
      const std::vector<double> found = losses(one, 30);
      const std::vector<double> expected = losses(other, 30);
      EXPECT_LT(found.back(), found.front());
      const bool counts_from_lowest = dtype == DType::f32 && std::string_view(model) == "mlp(96)";
      for (std::size_t k = 0; k < found.size(); ++k)
        EXPECT_NEAR(found[k], expected[k], counts_from_lowest ? 2e-4 * (1 + expected[k]) : 0) << model << ' ' << k;
      EXPECT_NEAR(one.evaluate(bytes).loss, other.evaluate(numbers).loss, counts_from_lowest ? 1e-3 : 0);
      EXPECT_EQ(one.evaluate(bytes).loss, one.evaluate(numbers).loss);
      EXPECT_EQ(one.predict(bytes), one.predict(numbers));
    }
  }
  EXPECT_NE(Trainer({}, bytes).data_checksum(), Trainer({}, numbers).data_checksum());
  bytes.packed.bytes.pop_back();
  Trainer trainer({}, numbers);
  EXPECT_THROW((void)trainer.evaluate(bytes), InputError);
}

TEST(Trainer, ARestoredRunGoesOnWithTheSameBits) {
  const DataSet data = rings(300, 3);
  const Task task{.model = parse_model("sequential(dense(16), batch_norm, relu, dropout(0.1))"),
                  .rule = parse_rule("momentum(learning_rate=0.05, average=ema(0.9))")};
  Trainer whole(task, data);
  losses(whole, 13);
  std::vector<NamedNumbers> saved = whole.state();
  std::vector<std::vector<char>> bytes;
  for (NamedNumbers& one : saved) {
    const auto* from = static_cast<const char*>(one.data);
    bytes.emplace_back(from, from + one.type.shape.size() * 4);
  }
  for (std::size_t k = 0; k < saved.size(); ++k) saved[k].data = bytes[k].data();
  Trainer resumed(task, data);
  resumed.restore(saved, 13);
  EXPECT_EQ(losses(whole, 20), losses(resumed, 20));
  EXPECT_EQ(whole.evaluate(data).loss, resumed.evaluate(data).loss);
}

TEST(Trainer, AStateOfAnotherModelIsRefused) {
  const DataSet data = rings(30, 3);
  Trainer trainer({.model = Mlp{{8}}}, data);
  Trainer other({.model = Mlp{{9}}}, data);
  try {
    trainer.restore(other.state(), 3);
    FAIL();
  } catch (const InputError& error) {
    EXPECT_STREQ(error.what(),
                 "train: 2.dense.weight is of another type in the saved run: f32[2,9] where f32[2,8] is needed");
  }
}

TEST(Trainer, ALossThatIsNotFiniteChangesNothingAndEndsTheRun) {
  const DataSet data = plane(100);
  Trainer trainer({.model = Mlp{{16}}, .loss = SquaredError{}, .rule = Sgd{.learning_rate = 1e6}}, data);
  double loss = 0;
  while (std::isfinite(loss)) loss = trainer.step();
  EXPECT_LT(trainer.steps(), 100U);
  EXPECT_THROW(trainer.step(), Error);
}

TEST(Trainer, DataThatDoNotFitTheLossAreRefused) {
  const DataSet labels = rings(30, 3);
  const DataSet numbers = plane(30);
  EXPECT_THROW(Trainer({.loss = SquaredError{}}, labels), InputError);
  EXPECT_THROW(Trainer({.loss = CrossEntropy{}}, numbers), InputError);
  EXPECT_THROW(Trainer({.loss = LogisticLoss{}}, labels), InputError);
  DataSet wrong = labels;
  wrong.labels[4] = 3;
  try {
    const Trainer trainer({}, wrong);
    FAIL();
  } catch (const InputError& error) {
    EXPECT_STREQ(error.what(), "data: the training samples have a label outside 0 … 2: label 4 is 3");
  }
}

TEST(Trainer, PenaltiesAreThoseOfTheWeightsWithoutBiases) {
  const DataSet data = plane(64);
  const auto first_loss = [&](double l1, double l2) {
    Trainer trainer({.model = Softmax{}, .loss = SquaredError{}, .batch = 64, .l1 = l1, .l2 = l2, .dtype = DType::f64},
                    data);
    return trainer.step();
  };
  Trainer trainer({.model = Softmax{}, .loss = SquaredError{}, .dtype = DType::f64}, data);
  const std::vector<double> w = trainer.weights()[0].array.values();
  const double plain = first_loss(0, 0);
  EXPECT_NEAR(first_loss(0.5, 0) - plain, 0.5 * (std::abs(w[0]) + std::abs(w[1])), 1e-12);
  EXPECT_NEAR(first_loss(0, 0.5) - plain, 0.25 * (w[0] * w[0] + w[1] * w[1]), 1e-12);
}

}  // namespace
}  // namespace downhill::learn
