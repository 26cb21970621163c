#pragma once
#include <downhill/learn/train.hpp>

namespace downhill::learn {

/// How many numbers the network gives for a sample. Throws InputError where loss and data do not fit.
[[nodiscard]] std::int64_t outputs_for(const Task& task, const DataSet& data);

}  // namespace downhill::learn
