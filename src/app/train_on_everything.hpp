#pragma once
#include <downhill/learn/train.hpp>

#include "app/arguments.hpp"
#include "app/terminal.hpp"

namespace downhill::app {

/// Trains by a method that is no rule: the loss of all samples at once, an iteration at most for each epoch asked for unless
/// `--stop` says otherwise. Returns the exit status.
[[nodiscard]] int train_on_everything(const learn::Task& task, const learn::Split& split,
                                      const learn::DataSet& validation, const learn::Normalisation& normalisation,
                                      const Arguments& arguments, const Terminal& terminal);

}  // namespace downhill::app
