#pragma once
#include <downhill/learn/session.hpp>

#include <string>
#include <string_view>
#include <vector>

/// The record of a run for other programs.
namespace downhill::learn {

/// epoch, steps, training_loss, validation_loss, validation_accuracy, test_loss, test_accuracy, epoch_seconds, seconds; one line an epoch.
[[nodiscard]] std::string metrics_csv(const std::vector<EpochReport>& epochs);

inline constexpr std::string_view event_file_name = "events.out.tfevents.0.downhill";

/// The same as TensorBoard reads it: records of TensorFlow's Event message (event.proto), each with its length and masked CRC-32C.
[[nodiscard]] std::string event_file(const std::vector<EpochReport>& epochs);

}  // namespace downhill::learn
