#pragma once
#include <downhill/landscape.hpp>

#include <optional>

#include "app/problem.hpp"

namespace downhill::app {

/// A problem as src/landscape looks at it: its objective, within its bounds, with the array program behind it and the names of its variables.
/// `threads`: of native code.
[[nodiscard]] landscape::Subject subject_of(const Problem& problem, const Objective& objective,
                                            std::optional<int> threads = {});

}  // namespace downhill::app
