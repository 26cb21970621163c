#pragma once
#include <downhill/learn/inspection.hpp>
#include <downhill/learn/train.hpp>

#include <cstdint>
#include <functional>
#include <limits>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

/// A training run from its start, or its checkpoint, to its end.
namespace downhill::learn {

/// A line of the run's record: one a complete epoch.
struct EpochReport {
  std::uint64_t epoch = 0;  ///< complete epochs, this one included
  std::uint64_t steps = 0;
  double training_loss = 0;  ///< mean over the epoch's steps, before each update, penalties included
  Score validation = {};     ///< of the part held out, or of the test set where nothing was
  Score test = {};
  double epoch_seconds = 0;  ///< of this epoch's steps alone, those before a resumption not counted
  double seconds = 0;        ///< of training since the start of the run, evaluations and earlier sessions included
};

/// The state of a run between two steps, for progress.
struct TrainingProgress {
  std::uint64_t epoch = 0;
  std::uint64_t step_in_epoch = 0;
  std::uint64_t steps_per_epoch = 0;
  double loss = 0;          ///< mean of the present epoch so far
  double seconds = 0;       ///< since the start of this session
  double seconds_left = 0;  ///< at the present pace, for all epochs
};

/// Where a run is kept.
struct TrainingFiles {
  std::string checkpoint = {};    ///< the run, to go on from; empty for none. Beside it the best weights: best_file
  double seconds = 10;            ///< between two writes
  std::string metrics = {};       ///< CSV, one line an epoch; empty for none
  std::string event_folder = {};  ///< for TensorBoard; empty for none
};
/// `run.safetensors` -> `run.best.safetensors`
[[nodiscard]] std::string best_file(const std::string& checkpoint);

enum class TrainingEnd : std::uint8_t {
  all_epochs,      ///< as many as asked for
  no_improvement,  ///< `patience` epochs without a better validation loss
  not_finite,      ///< the loss became NaN or infinite
  diverged,        ///< the loss grew to ten times that of the first step or more
  interrupted,     ///< the stop token
  time_limit,
  process_lost,  ///< a process of the team did not answer
};
/// "all_epochs", "no_improvement", …
[[nodiscard]] std::string_view name(TrainingEnd end);

struct SessionOptions {
  std::uint64_t epochs = 5;
  std::uint64_t patience = 0;  ///< epochs without a better validation loss before the run ends; 0: never
  double time_limit = std::numeric_limits<double>::infinity();  ///< seconds
  TrainingFiles files = {};
  std::stop_token stop = {};                                  ///< ends the run after the present step
  std::function<void(const TrainingProgress&)> on_step = {};  ///< called now and then, at most ten times a second
  std::function<void(const EpochReport&)> on_epoch = {};
  /// A checkpoint to go on from; the same task and data give the bits of an uninterrupted run.
  std::string resume = {};
  bool inspect =
      false;  ///< look at the run from inside at its start, after steps 1, 10, 100, … of the first epoch, and after each epoch
};

struct TrainingResult {
  TrainingEnd end = TrainingEnd::all_epochs;
  std::string message;                    ///< what ended the run, with both numbers, and what to try
  std::vector<EpochReport> epochs;        ///< those before a resumption included
  std::uint64_t best_epoch = 0;           ///< with the lowest validation loss; 0 if there is none
  std::vector<std::string> warnings;      ///< files that could not be written; what keeps a run from learning
  std::vector<Inspection> inspections;    ///< of this session, if asked for
  std::optional<ConvexPart> convex_part;  ///< at the end, if asked for
};

/// Trains until one of the ends.
///
/// validation  watched for `patience` and the best weights; without samples, the test set is watched
/// test        without samples: only the training loss is known
/// Throws InputError for a checkpoint that cannot be read, is damaged or of another task, and for a file that cannot be written at
/// the start; later failures are warnings, and nothing that was written is lost.
[[nodiscard]] TrainingResult train(Trainer& trainer, const DataSet& validation, const DataSet& test,
                                   const Normalisation& normalisation, const SessionOptions& options);

}  // namespace downhill::learn
