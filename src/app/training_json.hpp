#pragma once
#include <downhill/learn/full_batch.hpp>
#include <downhill/learn/session.hpp>
#include <downhill/result.hpp>

#include <nlohmann/json_fwd.hpp>

/// Training as `train --json` and the page tell it.
namespace downhill::app {

/// What is told of an epoch: of the sets that there are.
struct Told {
  bool has_validation = false;
  bool has_test = false;
  bool has_labels = false;
};

[[nodiscard]] nlohmann::ordered_json score_json(const learn::Score& score);
[[nodiscard]] nlohmann::ordered_json epoch_json(const learn::EpochReport& epoch, const Told& told);
[[nodiscard]] nlohmann::ordered_json result_json(const learn::Trainer& trainer, const learn::TrainingResult& result,
                                                 const Told& told);

/// Of a run by a method for all samples at once.
[[nodiscard]] nlohmann::ordered_json result_json(const learn::FullBatch& all, const learn::Task& task,
                                                 const Result& result);

}  // namespace downhill::app
