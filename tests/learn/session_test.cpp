#include <gtest/gtest.h>
#include <downhill/error.hpp>
#include <downhill/learn/prediction.hpp>
#include <downhill/learn/session.hpp>
#include <downhill/rules.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "learn/fixtures.hpp"

namespace downhill::learn {
namespace {

std::string temporary(const std::string& name) { return testing::TempDir() + "/" + name; }

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}
void put(const std::string& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

const Task& task() {
  static const Task one{.model = parse_model("sequential(dense(16), batch_norm, relu, dropout(0.1))"),
                        .rule = parse_rule("adam(learning_rate=0.01)"),
                        .batch = 25};
  return one;
}

std::vector<std::vector<double>> weights_of(const Trainer& trainer) {
  std::vector<std::vector<double>> result;
  for (const NamedArray& one : trainer.weights()) result.push_back(one.array.values());
  return result;
}

std::string error_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Session, AResumedRunHasTheBitsOfOneThatWasNotInterrupted) {
  const DataSet data = rings(310, 3);
  Trainer whole(task(), data);
  const TrainingResult all = train(whole, {}, data, {}, {.epochs = 4});
  ASSERT_EQ(all.end, TrainingEnd::all_epochs);

  // Interrupted in the middle of an epoch, at many places.
  for (const std::uint64_t steps : {1U, 13U, 26U, 40U}) {
    const std::string file = temporary("run.safetensors");
    std::filesystem::remove(file);
    Trainer first(task(), data);
    for (std::uint64_t k = 0; k < steps; ++k) (void)first.step();
    std::stop_source stop;
    stop.request_stop();
    (void)train(first, {}, data, {}, {.epochs = 4, .files = {.checkpoint = file}, .stop = stop.get_token()});
    Trainer second(task(), data);
    const TrainingResult rest = train(second, {}, data, {}, {.epochs = 4, .resume = file});
    EXPECT_EQ(rest.end, TrainingEnd::all_epochs);
    EXPECT_EQ(weights_of(second), weights_of(whole));
    EXPECT_EQ(rest.epochs.back().test.loss, all.epochs.back().test.loss);
  }
}

TEST(Session, CanBeStoppedWhereEveryStepEndsAnEpoch) {
  const DataSet data = rings(60, 3);
  Trainer trainer({.model = Mlp{{8}}, .batch = 60}, data);
  std::stop_source stop;
  const TrainingResult result = train(
      trainer, {}, {}, {},
      {.epochs = 1'000'000'000, .time_limit = 60, .stop = stop.get_token(), .on_step = [&](const TrainingProgress&) {
         stop.request_stop();
       }});
  EXPECT_EQ(result.end, TrainingEnd::interrupted);
}

TEST(Session, EndsWhenTheValidationLossNoLongerFalls) {
  const DataSet data = rings(60, 2);
  DataSet validation = rings(40, 2);
  for (std::int32_t& label : validation.labels) label = 1 - label;  // the better the worse
  Trainer trainer({.model = Mlp{{16}}, .rule = Adam{.learning_rate = 0.01}}, data);
  const TrainingResult result = train(trainer, validation, {}, {}, {.epochs = 50, .patience = 3});
  EXPECT_EQ(result.end, TrainingEnd::no_improvement);
  EXPECT_EQ(result.epochs.size(), result.best_epoch + 3);
}

TEST(Session, ANonFiniteLossIsNamedWithARateToTry) {
  const DataSet data = plane(100);
  const std::string file = temporary("diverging.safetensors");
  Trainer trainer({.model = Mlp{{16}}, .loss = SquaredError{}, .rule = Sgd{.learning_rate = 1e4}}, data);
  const TrainingResult result = train(trainer, {}, {}, {}, {.epochs = 50, .files = {.checkpoint = file}});
  EXPECT_EQ(result.end, TrainingEnd::not_finite);
  EXPECT_NE(result.message.find("the loss of step"), std::string::npos) << result.message;
  EXPECT_NE(result.message.find("hint: the largest curvature at the start"), std::string::npos) << result.message;
  // The file still holds finite numbers.
  EXPECT_TRUE(std::isfinite(Predictor(file).predict(data).numbers[0]));
}

TEST(Session, ALossThatHasOnlyGrownIsNoSuccess) {
  const DataSet data = rings(200, 3);
  Trainer trainer({.model = parse_model("softmax"), .rule = Sgd{.learning_rate = 300}}, data);
  const TrainingResult result = train(trainer, {}, {}, {}, {.epochs = 10});
  EXPECT_EQ(result.end, TrainingEnd::diverged) << result.message;
  EXPECT_NE(result.message.find("the loss has grown from"), std::string::npos) << result.message;
  EXPECT_NE(result.message.find("hint: the largest curvature at the start"), std::string::npos) << result.message;
}

TEST(Session, TheBestWeightsPredictAsTheTrainerDid) {
  DataSet data = rings(300, 3);
  for (float& number : data.features) number = 3 * number + 5;
  const DataSet raw = data;
  const Normalisation normalisation = measure_normalisation(data, Scaling::per_feature);
  normalisation.apply(data);
  const std::string file = temporary("good.safetensors");
  Trainer trainer({.model = Mlp{{32}}, .rule = parse_rule("adam(learning_rate=0.02, average=ema(0.9))")}, data);
  const TrainingResult result = train(trainer, {}, data, normalisation, {.epochs = 15, .files = {.checkpoint = file}});
  const double best = result.epochs[result.best_epoch - 1].test.accuracy;
  EXPECT_GT(best, 0.95);
  EXPECT_EQ(Predictor(best_file(file)).predict(raw).accuracy, best);
  EXPECT_EQ(Predictor(file).predict(raw).accuracy, result.epochs.back().test.accuracy);
}

TEST(Session, WhatIsNoSavedRunIsRefusedWithTheReason) {
  const DataSet data = rings(60, 3);
  const std::string file = temporary("kept.safetensors");
  Trainer trainer(task(), data);
  (void)train(trainer, {}, data, {}, {.epochs = 1, .files = {.checkpoint = file}});
  const std::string bytes = content(file);
  const std::string damaged = temporary("damaged.safetensors");
  const auto resume = [&](const Task& other) {
    return error_of([&] {
      Trainer again(other, data);
      (void)train(again, {}, data, {}, {.epochs = 2, .resume = damaged});
    });
  };
  for (std::size_t k = 0; k < bytes.size(); k += 97) {
    std::string changed = bytes;
    changed[k] = static_cast<char>(changed[k] ^ 0x15);
    put(damaged, changed);
    EXPECT_NE(resume(task()).find(damaged), std::string::npos) << "byte " << k;
  }
  for (const std::size_t length : {std::size_t{0}, std::size_t{5}, std::size_t{100}, bytes.size() - 1}) {
    put(damaged, bytes.substr(0, length));
    EXPECT_NE(resume(task()).find(damaged), std::string::npos) << length << " bytes";
  }
  put(damaged, bytes);
  Task other = task();
  other.batch = 30;
  EXPECT_EQ(resume(other), "train: '" + damaged + "' is of another run: batch = 25 there, 30 here");
  EXPECT_EQ(resume(task()), "no error");
}

TEST(Session, OtherDataOfTheSameSizeAreRefused) {
  const DataSet data = rings(60, 3);
  const std::string file = temporary("of_data.safetensors");
  Trainer trainer(task(), data);
  (void)train(trainer, {}, data, {}, {.epochs = 1, .files = {.checkpoint = file}});
  DataSet feature = data;
  feature.features[77] += 1;
  DataSet label = data;
  label.labels[59] = (label.labels[59] + 1) % 3;
  for (const DataSet& other : {feature, label}) {
    Trainer again(task(), other);
    const std::string message = error_of([&] { (void)train(again, {}, other, {}, {.epochs = 2, .resume = file}); });
    EXPECT_TRUE(message.starts_with("train: '" + file + "' is of another run: its samples are others")) << message;
  }
}

TEST(Session, AFileThatCannotBeWrittenIsToldAtTheStart) {
  const DataSet data = rings(60, 3);
  Trainer trainer(task(), data);
  const std::string nowhere = temporary("no/such/folder/run.safetensors");
  const std::string message = error_of([&] { (void)train(trainer, {}, data, {}, {.files = {.checkpoint = nowhere}}); });
  EXPECT_NE(message.find(nowhere), std::string::npos) << message;
  EXPECT_EQ(trainer.steps(), 0U);
}

TEST(Session, KeepsALineForEachEpoch) {
  const DataSet data = rings(60, 3);
  const std::string csv = temporary("metrics.csv");
  Trainer trainer(task(), data);
  const TrainingResult result =
      train(trainer, {}, data, {}, {.epochs = 3, .files = {.metrics = csv, .event_folder = testing::TempDir()}});
  const std::string text = content(csv);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 4);
  EXPECT_EQ(text.substr(0, 27), "epoch,steps,training_loss,v");
  EXPECT_EQ(result.epochs[1].epoch, 2U);
  // The version record of an event file, as TensorFlow's record writer makes it.
  const std::string events = content(testing::TempDir() + "/events.out.tfevents.0.downhill");
  EXPECT_EQ(events.find("brain.Event:2"), 23U);
}

}  // namespace
}  // namespace downhill::learn
