#pragma once
#include <downhill/learn/data.hpp>
#include <downhill/learn/loss.hpp>
#include <downhill/learn/model.hpp>
#include <downhill/learn/network.hpp>
#include <downhill/rules/sgd.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

/// Training by mini-batches: forward, loss, backward, clipping and update are one program.
namespace downhill::learn {

/// What is trained, and how. The same task and data give the same bits, for any number of threads.
struct Task {
  Model model = Mlp{};
  Loss loss = CrossEntropy{};
  Rule rule = Sgd{.learning_rate = 0.1};
  std::int64_t batch = 32;  ///< samples a step; the last step of an epoch takes what is left
  double l1 = 0;            ///< adds l1 Σ|w| over the weights, without biases, to the loss
  double l2 = 0;            ///< adds l2/2 Σw²
  DType dtype = DType::f32;
  std::uint64_t seed = 0;  ///< of weights, orders and dropout
  int threads = 0;         ///< 0: all processors
};

class Team;

/// Whom a run is shared with.
struct Sharing {
  std::shared_ptr<Team> team = {};  ///< null: nobody
  std::vector<const DataSet*> sets =
      {};  ///< to evaluate together besides the training data, in the same order everywhere
};

/// How well a network does on a set.
struct Score {
  double loss = 0;      ///< mean over the samples, without penalties
  double accuracy = 0;  ///< share of right labels; 0 for regression
};

/// An array of a run with its name: `2.dense.weight`.
struct NamedNumbers {
  std::string name;
  Type type;
  const void* data = nullptr;  ///< row-major; valid until the next step
};

/// Compiles the step of `task`, so that a trainer made later in this process for the same task and data finds it: beside the reading of
/// the data, say. `bare` is the data, whose features may lack. Throws what the trainer would throw.
void compile_ahead(const Task& task, const DataSet& bare);

/// A run of training. Not safe to use from two threads at once.
///
///   Trainer trainer({.model = Mlp{{128}}}, split.train);
///   for (int epoch = 0; epoch < 5; ++epoch) {
///     while (trainer.epoch() == epoch) trainer.step();
///     std::printf("%g\n", trainer.evaluate(split.test).accuracy);
///   }
class Trainer {
 public:
  /// `data` must outlive the trainer. Throws ShapeError where model and data do not fit, InputError for data that are not consistent.
  /// In a team every process makes its trainer with the same task and data; the leader throws InputError where they are not, OptionError
  /// for a network that needs whole batches, and LostProcess here and in what it does later.
  Trainer(const Task& task, const DataSet& data, const Sharing& sharing = {});
  Trainer(Trainer&&) noexcept;
  Trainer& operator=(Trainer&&) noexcept;
  ~Trainer();

  [[nodiscard]] const Network& network() const;
  [[nodiscard]] const Task& task() const;
  [[nodiscard]] const DataSet& data() const;
  /// Of the data: the same bytes on every machine for the same data.
  [[nodiscard]] const std::string& data_checksum() const;

  /// One batch. Returns its loss before the update, penalties included; where that is not finite nothing is updated, and every
  /// further step is refused with Error.
  /// Throws ExecutionError for what fails at run time.
  double step();
  [[nodiscard]] std::uint64_t steps() const;          ///< taken so far
  [[nodiscard]] std::uint64_t epoch() const;          ///< complete passes over the data
  [[nodiscard]] std::uint64_t step_in_epoch() const;  ///< steps of the present pass
  [[nodiscard]] std::uint64_t steps_per_epoch() const;

  /// Of the weights that the rule reports: its average where it has one.
  [[nodiscard]] Score evaluate(const DataSet& data);
  /// What every layer gives for the batch of the next step, in training, computed primitive by primitive.
  [[nodiscard]] Network::Output forward();
  /// The largest curvature of the loss of one batch at the start of training, by the power method on Hessian-vector products: descent
  /// with a rate above 2 over it diverges there. Cost: 20 gradients, primitive by primitive.
  [[nodiscard]] double curvature_at_start();

  /// Outputs of the network, samples × outputs, row-major.
  [[nodiscard]] std::vector<float> predict(const DataSet& data);

  /// Everything that further steps depend on, besides task and data: parameters, the state of the rule, buffers.
  [[nodiscard]] std::vector<NamedNumbers> state() const;
  /// What a trained network is: the parameters that the rule reports, and the buffers.
  [[nodiscard]] std::vector<NamedArray> weights() const;
  /// Goes on from a state after `steps` steps. Throws InputError where names or types differ.
  void restore(const std::vector<NamedNumbers>& state, std::uint64_t steps);

  /// Of a process that does not lead its team: computes what the leader asks for, until it is told to leave.
  void follow();

  [[nodiscard]] double compile_seconds() const;

 private:
  struct Run;
  std::unique_ptr<Run> run_;
};

}  // namespace downhill::learn
