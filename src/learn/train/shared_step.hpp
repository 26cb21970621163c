#pragma once
#include <downhill/learn/team.hpp>

#include <map>

#include "learn/train/batch_program.hpp"
#include "learn/train/step.hpp"

namespace downhill::learn {

/// A step of training whose batch a team shares. Process p of n takes the samples from ⌊p b/n⌋ to ⌊(p+1) b/n⌋ of a batch of b; the
/// leader adds what they give in the order of processes, in f64, and updates the arrays.
class SharedStep {
 public:
  /// Throws OptionError for a network with buffers, whose loss depends on the whole batch.
  SharedStep(std::shared_ptr<Team> team, const Network& network, const Task& task, const Layout& layout,
             const DataSet& data, const ProgramOptions& options);

  /// The arrays of the present step, and the rows of the whole batch.
  struct Place {
    const Tensors& now;
    std::vector<const void*> inputs;
    const BatchReader& reader;
    std::span<const std::int32_t> rows;
    std::uint64_t steps = 0;
  };
  /// Of the leader: the loss of the batch, and in `next` the arrays after the update. Where the loss is not finite `next` says nothing.
  /// Throws LostProcess, ExecutionError.
  double run(const Place& place, Tensors& next);
  /// Of the others: what they answer for their part.
  [[nodiscard]] Team::Bytes part(const Place& place);

  [[nodiscard]] double compile_seconds() const;

 private:
  void compute_part(const Place& place);
  void add_part();

  std::shared_ptr<Team> team_;
  Network network_;
  Task task_;
  Layout layout_;
  BatchInputs samples_;
  ProgramOptions options_;
  std::map<std::size_t, BatchProgram> parts_;  // by the samples of the whole batch
  Program update_;
  Tensors workspace_;
  Tensors part_;  // loss f64[], gradients
  Tensors sum_;   // of loss and gradients, f64
};

}  // namespace downhill::learn
