#pragma once
#include <downhill/learn/session.hpp>

#include <nlohmann/json_fwd.hpp>

/// Training as `train --json` and the page tell it.
namespace downhill::app {

/// What is told of an epoch: of the sets that there are.
struct Told {
  bool has_validation = false;
  bool has_test = false;
  bool has_labels = false;
};

[[nodiscard]] nlohmann::ordered_json epoch_json(const learn::EpochReport& epoch, const Told& told);
[[nodiscard]] nlohmann::ordered_json result_json(const learn::Trainer& trainer, const learn::TrainingResult& result,
                                                 const Told& told);

}  // namespace downhill::app
