#pragma once
#include <downhill/learn/data.hpp>
#include <downhill/learn/session.hpp>
#include <downhill/learn/train.hpp>
#include <downhill/method.hpp>

#include <optional>
#include <string>

#include "app/server/limits.hpp"
#include "app/server/training/bodies.hpp"
#include "app/server/training/training.hpp"
#include "app/training_json.hpp"

namespace downhill::server {

/// A training run before its start.
struct Lesson {
  learn::Task task;
  std::optional<Method> method = {};  ///< where it is no rule: for all samples at once
  learn::DataSet train;
  learn::DataSet validation;
  learn::DataSet test;
  learn::Normalisation normalisation;
  std::string data;  ///< what it is called
  std::uint64_t epochs = 0;
  std::uint64_t patience = 0;
};

/// Reads what a request asks for. `file`: of the set it names, or empty for the table it brings.
/// Throws InputError, OptionError and ShapeError, and Refusal 413 for a network larger than the limits allow, before any of it is made.
[[nodiscard]] Lesson read_lesson(const StartTraining& body, const std::string& file, const Limits& limits);

/// Trains, and tells `run` of it. Returns the JSON of what `downhill train --json` prints. `checkpoint`: the file that the run is kept in.
[[nodiscard]] std::string train(Training& run, const Lesson& lesson, const std::string& checkpoint,
                                const Limits& limits);

/// What there is to tell of its epochs.
[[nodiscard]] app::Told told_of(const Lesson& lesson);

/// The learning rate that a rule takes after so many steps.
[[nodiscard]] double learning_rate_of(const Rule& rule, std::uint64_t steps);

/// The JSON that describes a run: event `setup`. `name`: of the run.
enum class Steering : std::uint8_t { here, elsewhere };
[[nodiscard]] std::string description_of(const learn::Trainer& trainer, const Lesson& lesson, Steering steering,
                                         const std::string& name);

}  // namespace downhill::server
