#include <gtest/gtest.h>
#include <downhill/learn/full_batch.hpp>
#include <downhill/learn/session.hpp>
#include <downhill/learn/team.hpp>
#include <downhill/minimize.hpp>
#include <downhill/rules.hpp>

#include <cmath>
#include <filesystem>
#include <functional>
#include <optional>
#include <thread>

#include "learn/fixtures.hpp"
#include "learn/thread_link.hpp"

namespace downhill::learn {
namespace {

using Shared = std::shared_ptr<Team>;

// How the last process fails: it answers as many questions, and the leader waits as long.
struct Failure {
  int questions = 0;
  double answer_within = 60;
};

// Runs `lead` as the first of `size` processes and `follow` as each of the others.
void together(int size, const std::function<void(const Shared&)>& lead,
              const std::function<void(const Shared&)>& follow, const std::optional<Failure>& failure = {}) {
  const auto post = std::make_shared<Post>();
  const auto member = [&](int rank) {
    const int hears = failure && rank == size - 1 ? 2 * failure->questions : -1;  // a head and a content each
    return std::make_shared<Team>(std::make_unique<ThreadLink>(post, rank, size, hears),
                                  TeamOptions{failure ? failure->answer_within : 60, {}});
  };
  std::vector<std::jthread> others;
  for (int rank = 1; rank < size; ++rank) others.emplace_back([&, rank] { follow(member(rank)); });
  lead(member(0));
}

Task task_of(DType dtype) {
  return {.model = parse_model("sequential(dense(16), relu, dropout(0.2))"),
          .rule = Adam{.learning_rate = 0.01},
          .batch = 25,
          .l2 = 1e-3,
          .dtype = dtype,
          .seed = 3,
          .threads = 1};
}

constexpr int steps = 30;  // two epochs and a half, whose last batches are short

std::vector<double> losses(Trainer& trainer) {
  std::vector<double> result;
  for (int k = 0; k < steps; ++k) result.push_back(trainer.step());
  return result;
}

std::vector<double> losses_of(int processes, DType dtype, const DataSet& data) {
  std::vector<double> result;
  together(
      processes,
      [&](const Shared& team) {
        Trainer trainer(task_of(dtype), data, {.team = team});
        result = losses(trainer);
      },
      [&](const Shared& team) { Trainer(task_of(dtype), data, {.team = team}).follow(); });
  return result;
}

TEST(Team, StepsOfSeveralProcessesAreThoseOfOneUpToTheOrderOfSums) {
  const DataSet data = rings(282, 3);
  for (const DType dtype : {DType::f64, DType::f32}) {
    Trainer alone(task_of(dtype), data);
    const std::vector<double> expected = losses(alone);
    for (const int processes : {2, 3, 5}) {
      const std::vector<double> shared = losses_of(processes, dtype, data);
      for (std::size_t k = 0; k < expected.size(); ++k) {
        EXPECT_NEAR(shared[k], expected[k], dtype == DType::f64 ? 1e-12 : 2e-5)
            << processes << " processes, step " << k;
      }
      EXPECT_EQ(shared, losses_of(processes, dtype, data)) << "the bits of another run";
    }
  }
}

TEST(Team, EvaluationsAreThoseOfOneProcessToTheBit) {
  const DataSet data = rings(5300, 3);  // several pieces
  const DataSet other = rings(900, 3);
  Trainer alone(task_of(DType::f32), data);
  const Score expected = alone.evaluate(data);
  const Sharing sets{.team = {}, .sets = {&other, &data}};
  together(
      3,
      [&](const Shared& team) {
        Trainer trainer(task_of(DType::f32), data, {team, sets.sets});
        EXPECT_EQ(trainer.evaluate(data).loss, expected.loss);
        EXPECT_EQ(trainer.evaluate(data).accuracy, expected.accuracy);
        EXPECT_EQ(trainer.evaluate(other).loss, alone.evaluate(other).loss);
      },
      [&](const Shared& team) { Trainer(task_of(DType::f32), data, {team, sets.sets}).follow(); });
}

TEST(Team, TheLossOfAllSamplesAndItsDerivativesAreTheSums) {
  const DataSet data = rings(101, 3);
  for (const double l1 : {0.0, 1e-2}) {
    const Task task{.model = Mlp{{6}}, .l1 = l1, .l2 = 1e-2};
    const FullBatch alone(task, data);
    Objective expected = alone.objective();
    const std::size_t n = expected.size();
    const std::vector<double> v(n, 0.5);
    together(
        3,
        [&](const Shared& team) {
          const FullBatch all(task, data, {.team = team});
          Objective f = all.objective();
          EXPECT_EQ(f.capabilities().convexity, expected.capabilities().convexity);
          EXPECT_EQ(f.l1().size(), expected.l1().size());
          std::vector<double> x = all.start();
          std::vector<double> a(n);
          std::vector<double> b(n);
          EXPECT_NEAR(f.value(x), expected.value(x), 1e-14);
          const auto same = [&] {
            for (std::size_t k = 0; k < n; ++k) EXPECT_NEAR(a[k], b[k], 1e-13) << k;
          };
          const SplitValue split = f.split_value_and_gradient(x, a);
          EXPECT_NEAR(split.smooth_part, expected.split_value_and_gradient(x, b).smooth_part, 1e-14);
          same();
          f.hessian_vector(x, v, a);
          expected.hessian_vector(x, v, b);
          same();
          if (l1 > 0) return;
          EXPECT_NEAR(f.value_and_gradient(x, a), expected.value_and_gradient(x, b), 1e-14);
        },
        [&](const Shared& team) { FullBatch(task, data, {.team = team}).follow(); });
  }
}

TEST(Team, AProcessThatDoesNotAnswerEndsTheRunAfterItsLastCompleteStep) {
  const DataSet data = rings(250, 3);
  const std::string file = testing::TempDir() + "/team.safetensors";
  std::filesystem::remove(file);
  const Task task = task_of(DType::f64);
  together(
      3,
      [&](const Shared& team) {
        Trainer trainer(task, data, {.team = team});
        const TrainingResult result = train(trainer, {}, {}, {}, {.epochs = 3, .files = {.checkpoint = file}});
        EXPECT_EQ(result.end, TrainingEnd::process_lost);
        EXPECT_EQ(result.message,
                  "train: process 3 of 3 on node3 has not answered for 0.5 s: the run ends after 7 steps");
        EXPECT_THROW((void)trainer.step(), LostProcess);
      },
      [&](const Shared& team) { Trainer(task, data, {.team = team}).follow(); }, Failure{1 + 7, 0.5});

  // The checkpoint is the run after those steps, and goes on as if nothing had happened.
  Trainer resumed(task, data);
  const TrainingResult rest = train(resumed, {}, {}, {}, {.epochs = 3, .files = {.checkpoint = file}, .resume = file});
  EXPECT_EQ(rest.end, TrainingEnd::all_epochs);
  Trainer whole(task, data);
  const TrainingResult all = train(whole, {}, {}, {}, {.epochs = 3});
  EXPECT_NEAR(all.epochs.back().training_loss, rest.epochs.back().training_loss, 1e-12);
}

TEST(Team, ALossOfAllSamplesIsStillComputedWhenAProcessIsLost) {
  const DataSet data = rings(60, 3);
  const Task task{.model = Softmax{}, .l2 = 1e-2};
  Objective expected = FullBatch(task, data).objective();
  int lost = 0;
  together(
      2,
      [&](const Shared& team) {
        const FullBatch all(task, data, {.team = team}, [&](const LostProcess&) { ++lost; });
        Objective f = all.objective();
        for (int k = 0; k < 4; ++k) EXPECT_NEAR(f.value(all.start()), expected.value(all.start()), 1e-14);
      },
      [&](const Shared& team) { FullBatch(task, data, {.team = team}).follow(); }, Failure{3, 0.2});
  EXPECT_EQ(lost, 1);
}

TEST(Team, ATroubleElsewhereIsToldWithItsProcess) {
  const DataSet data = rings(60, 3);
  DataSet bad = data;
  const auto message = [&](const DataSet& here, const DataSet& there, const Task& task) {
    std::string text;
    together(
        2,
        [&](const Shared& team) {
          try {
            Trainer trainer(task, here, {.team = team});
            (void)trainer.step();
          } catch (const Error& error) {
            text = error.what();
          }
        },
        [&](const Shared& team) {
          try {
            Trainer(task, there, {.team = team}).follow();
          } catch (const Error& error) {
            team->follow([&](Team::Question, std::uint64_t, Team::Bytes) -> Team::Bytes { throw error; });
          }
        });
    return text;
  };
  bad.features[5] += 1;
  const std::string other = message(data, bad, task_of(DType::f32));
  EXPECT_TRUE(other.starts_with("train: process 2 of 2 on node2 trains something else\n")) << other;
  bad.labels.pop_back();
  EXPECT_TRUE(message(data, bad, task_of(DType::f32)).starts_with("train: process 2 of 2 failed\n"))
      << message(data, bad, task_of(DType::f32));
  EXPECT_EQ(message(data, data, {.batch = 1}), "train: batch = 1 is less than the 2 processes that share it");
  EXPECT_EQ(message(data, data, {.model = parse_model("sequential(dense(4), batch_norm)")}),
            "train: batch_norm needs whole batches, and 2 processes share them");
}

}  // namespace
}  // namespace downhill::learn
