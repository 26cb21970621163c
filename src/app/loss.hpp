#pragma once
#include <downhill/choice.hpp>
#include <downhill/objective.hpp>
#include <downhill/program.hpp>

#include <optional>
#include <string>

#include "app/problem.hpp"

/// From a problem to what the methods work on.
namespace downhill::app {

/// The objective of a problem: its loss, or for a model the sum of squared residuals or of their robust loss. `threads`: of native code.
[[nodiscard]] Objective objective_of(const Problem& problem, With with = With::native, std::optional<int> threads = {});

/// The method that the problem names, with no reason, or the one that suits the objective.
[[nodiscard]] Choice choose_method(const Problem& problem, const Objective& objective);

}  // namespace downhill::app
