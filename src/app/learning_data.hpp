#pragma once
#include <downhill/learn/data.hpp>

#include <string>

namespace downhill::app {

/// The data that `--data` names: a folder of IDX files, or a set by name. Throws InputError with what is known.
[[nodiscard]] learn::Split read_learning_data(const std::string& name);

}  // namespace downhill::app
