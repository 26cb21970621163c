#pragma once
#include <downhill/learn/session.hpp>

#include <string>
#include <vector>

#include "learn/files/safetensors.hpp"

/// Runs and trained networks as files.
namespace downhill::learn {

/// What a run knows besides the arrays.
struct RunRecord {
  std::uint64_t steps = 0;
  double loss_sum = 0;  ///< of the present epoch's steps
  double seconds = 0;
  std::vector<EpochReport> epochs;
  std::uint64_t best_epoch = 0;
};

/// A run, to go on from.
[[nodiscard]] std::string encode_run(const Trainer& trainer, const Normalisation& normalisation,
                                     const RunRecord& record);
/// Restores it. Throws InputError that names what differs: the model, the loss, the rule, the batch, the seed, the penalties, the
/// checksum of the data.
[[nodiscard]] RunRecord restore_run(Trainer& trainer, const std::string& file);

/// The file of a run as it is, without the data that it learns from.
struct SavedRun {
  Task task;
  Shape sample;
  std::uint64_t steps_per_epoch = 0;
  RunRecord record;
  Normalisation normalisation;
  Names names;
  TensorFile file;
};
/// Throws InputError.
[[nodiscard]] SavedRun read_run(const std::string& file);

/// A trained network alone, to predict with.
[[nodiscard]] std::string encode_network(const Trainer& trainer, const Normalisation& normalisation);

/// A trained network as it was read.
struct TrainedNetwork {
  Network network;
  Loss loss;
  std::vector<Array> parameters;
  std::vector<Array> buffers;
  Normalisation normalisation;
  Names names;

  /// Features f32[samples, …] as the network takes them: shifted and scaled.
  [[nodiscard]] Array scaled(const Array& features) const;
  /// Outputs f32[samples, outputs] of scaled features and, for a loss of labels, the labels i32[samples].
  [[nodiscard]] std::vector<Array> outputs(const Array& scaled) const;
};
/// From either kind of file; of a run, the weights that the rule reports. Throws InputError.
[[nodiscard]] TrainedNetwork read_network(const std::string& file);

}  // namespace downhill::learn
