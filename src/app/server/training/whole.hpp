#pragma once
#include <string>

#include "app/server/training/session.hpp"

namespace downhill::server {

/// Trains by the method of a lesson, all samples at once: every iteration is told as an epoch of one step. Returns the JSON of what
/// `downhill train --json` prints. `checkpoint`: the file that the network is kept in.
[[nodiscard]] std::string train_on_everything(Training& run, const Lesson& lesson, const std::string& checkpoint,
                                              const Limits& limits);

}  // namespace downhill::server
