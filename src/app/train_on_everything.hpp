#pragma once
#include <downhill/learn/team.hpp>
#include <downhill/learn/train.hpp>

#include <memory>

#include "app/arguments.hpp"
#include "app/learning_data.hpp"
#include "app/terminal.hpp"

namespace downhill::app {

/// Trains by a method that is no rule: the loss of all samples at once, an iteration at most for each epoch asked for unless
/// `--stop` says otherwise. With a team, the samples are
/// shared. Returns the exit status.
[[nodiscard]] int train_on_everything(const learn::Task& task, const Samples& samples,
                                      const std::shared_ptr<learn::Team>& team, const Arguments& arguments,
                                      const Terminal& terminal);

}  // namespace downhill::app
