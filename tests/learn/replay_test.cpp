#include <gtest/gtest.h>
#include <downhill/learn/train.hpp>
#include <downhill/rules.hpp>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "learn/data/order.hpp"
#include "learn/fixtures.hpp"
#include "options/registry.hpp"

// Training in f32 follows the same training in f64, up to rounding.
namespace downhill::learn {
namespace {

constexpr int steps = 100;

/// Waves of three frequencies, one a class, with a ripple: [8, 6].
const DataSet& waves() {
  static const DataSet data = [] {
    DataSet made{.sample = {8, 6}, .classes = 3};
    for (std::int32_t k = 0; k < 150; ++k) {
      const std::int32_t label = k % 3;
      for (int i = 0; i < 48; ++i) {
        made.features.push_back(
            static_cast<float>(std::sin(0.3 * (label + 1) * i + 0.1 * k) + 0.2 * std::cos(1.7 * i * k)));
      }
      made.labels.push_back(label);
    }
    return made;
  }();
  return data;
}

/// The largest relative difference of the first losses in f32 from those in f64, both beginning at the same weights.
double largest_difference(const Task& task) {
  Task wide_task = task;
  wide_task.dtype = DType::f64;
  Trainer narrow(task, waves());
  Trainer wide(wide_task, waves());
  std::vector<NamedNumbers> state = narrow.state();
  std::vector<std::vector<double>> numbers;
  for (NamedNumbers& one : state) {
    const auto* from = static_cast<const float*>(one.data);
    numbers.emplace_back(from, from + one.type.shape.size());
    one.type.dtype = DType::f64;
    one.data = numbers.back().data();
  }
  wide.restore(state, 0);
  double largest = 0;
  for (int k = 0; k < steps; ++k) {
    const double exact = wide.step();
    largest = std::max(largest, std::abs(narrow.step() - exact) / (1 + std::abs(exact)));
  }
  return largest;
}

class ReplayLaws : public testing::TestWithParam<std::string_view> {};
using RuleReplay = ReplayLaws;
using ModelReplay = ReplayLaws;

// 100 steps, each of which rounds the weights by up to 2⁻²⁴ of themselves, and the sums behind a loss by a few times that.
constexpr double rounding = 100.0 * 8 / (1 << 24);

TEST_P(RuleReplay, TheFirstLossesAreThoseOfF64UpToRounding) {
  const Task task{.model = Mlp{.hidden = {16}, .activation = Tanh{}}, .rule = parse_rule(GetParam()), .batch = 30};
  EXPECT_LT(largest_difference(task), rounding);
}
INSTANTIATE_TEST_SUITE_P(All, RuleReplay, testing::ValuesIn(Rule::registry().names()),
                         [](const auto& entry) { return std::string(entry.param); });

TEST_P(ModelReplay, TheFirstLossesAreThoseOfF64UpToRounding) {
  const Task task{.model = parse_model(GetParam()), .rule = Momentum{.learning_rate = 0.01}, .batch = 30, .l2 = 1e-3};
  EXPECT_LT(largest_difference(task), rounding);
}
INSTANTIATE_TEST_SUITE_P(All, ModelReplay,
                         testing::Values("softmax", "mlp(24, 16)", "cnn(4, dense=8)", "sequential(rnn(8))",
                                         "sequential(lstm(8))", "sequential(gru(8))",
                                         "sequential(attention(2, 4), gelu)", "sequential(dense(8), layer_norm, relu)",
                                         "sequential(dense(8), batch_norm, silu)"),
                         [](const auto& entry) { return "model" + std::to_string(entry.index); });

/// Σ over classes of exp(score), for the softmax of one sample.
struct Softmaxed {
  std::vector<double> shares;
  double loss;
};
Softmaxed softmaxed(const std::vector<double>& scores, std::int32_t label) {
  const double top = *std::max_element(scores.begin(), scores.end());
  double sum = 0;
  for (const double score : scores) sum += std::exp(score - top);
  Softmaxed result{{}, std::log(sum) + top - scores[static_cast<std::size_t>(label)]};
  for (const double score : scores) result.shares.push_back(std::exp(score - top) / sum);
  return result;
}

// Softmax regression by plain loops in f64, which know nothing of graphs, tiles or fused updates.
TEST(Replay, SoftmaxRegressionByPlainLoopsGivesTheSameLosses) {
  const DataSet& data = waves();
  constexpr double rate = 0.05;
  constexpr std::size_t batch = 30, width = 48, classes = 3;
  Trainer trainer({.model = Softmax{}, .rule = Sgd{.learning_rate = rate}, .batch = batch}, data);
  std::vector<double> w = trainer.weights()[0].array.values();
  std::vector<double> b(classes, 0);
  for (std::size_t step = 0; step < steps; ++step) {
    const std::vector<std::int32_t> order = random_order(data.samples(), 0, step / 5);
    std::vector<double> dw(w.size(), 0), db(classes, 0);
    double loss = 0;
    for (std::size_t r = 0; r < batch; ++r) {
      const auto row = static_cast<std::size_t>(order[step % 5 * batch + r]);
      std::vector<double> scores = b;
      const auto x = [&](std::size_t i) { return static_cast<double>(data.features[row * width + i]); };
      for (std::size_t i = 0; i < width; ++i) {
        for (std::size_t c = 0; c < classes; ++c) scores[c] += x(i) * w[i * classes + c];
      }
      const Softmaxed one = softmaxed(scores, data.labels[row]);
      loss += one.loss / batch;
      for (std::size_t c = 0; c < classes; ++c) {
        const double slope = (one.shares[c] - (static_cast<std::size_t>(data.labels[row]) == c ? 1 : 0)) / batch;
        db[c] += slope;
        for (std::size_t i = 0; i < width; ++i) dw[i * classes + c] += x(i) * slope;
      }
    }
    ASSERT_NEAR(trainer.step(), loss, rounding * (1 + loss)) << "step " << step;
    for (std::size_t k = 0; k < w.size(); ++k) w[k] -= rate * dw[k];
    for (std::size_t c = 0; c < classes; ++c) b[c] -= rate * db[c];
  }
}

}  // namespace
}  // namespace downhill::learn
