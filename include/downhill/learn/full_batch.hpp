#pragma once
#include <downhill/learn/team.hpp>
#include <downhill/learn/train.hpp>
#include <downhill/objective.hpp>

#include <functional>
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
  ///
  /// In a team process p of n computes the sums over samples from ⌊p N/n⌋ to ⌊(p+1) N/n⌋, and the leader adds them. Where a process is
  /// lost, `on_lost` is called once, and the leader computes the whole from then on.
  FullBatch(const Task& task, const DataSet& data, const Sharing& sharing = {},
            std::function<void(const LostProcess&)> on_lost = {});

  [[nodiscard]] const Network& network() const { return network_; }
  [[nodiscard]] const Objective& objective() const { return objective_; }
  /// Where training starts: the weights that the task's seed draws.
  [[nodiscard]] const std::vector<double>& start() const { return start_; }
  /// A trainer with the weights x, to evaluate, predict and save with.
  [[nodiscard]] Trainer trainer_at(std::span<const double> x) const;
  /// Gives such a trainer other weights, those after `steps` iterations.
  void restore(Trainer& trainer, std::span<const double> x, std::uint64_t steps) const;
  /// Of a process that does not lead its team: computes what the leader asks for, until it is told to leave.
  void follow();

 private:
  Task task_;
  const DataSet& data_;
  Network network_;
  Sharing sharing_;
  Objective objective_;  // in a team, that of this process's samples but for the leader
  std::vector<double> start_;
};

}  // namespace downhill::learn
