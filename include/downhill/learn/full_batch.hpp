#pragma once
#include <downhill/learn/train.hpp>
#include <downhill/objective.hpp>

#include <span>
#include <vector>

/// Training by any method: the loss of all samples at once, as an objective of one flat x.
namespace downhill::learn {

/// All parameters of a task's network side by side, f64, in the order of Network::parameters(); its value is the mean loss over all
/// samples with the penalties, its derivatives are exact. Layers behave as in evaluation: dropout does nothing.
class FullBatch {
 public:
  /// `data` must outlive it. Throws OptionError for a network with buffers (batch_norm), whose loss depends on the batch, and what
  /// Trainer throws.
  FullBatch(const Task& task, const DataSet& data);

  [[nodiscard]] const Network& network() const { return network_; }
  [[nodiscard]] const Objective& objective() const { return objective_; }
  /// Where training starts: the weights that the task's seed draws.
  [[nodiscard]] const std::vector<double>& start() const { return start_; }
  /// A trainer with the weights x, to evaluate, predict and save with.
  [[nodiscard]] Trainer trainer_at(std::span<const double> x) const;

 private:
  Task task_;
  const DataSet& data_;
  Network network_;
  Objective objective_;
  std::vector<double> start_;
};

}  // namespace downhill::learn
