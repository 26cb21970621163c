#pragma once
#include <downhill/method.hpp>
#include <downhill/objective.hpp>

namespace downhill::optimize {

/// Throws OptionError if the method needs what the objective cannot give:
/// `newton: needs second derivatives, but this loss supplies a gradient only`.
void check_requirements(const Method& method, const Objective& objective);

}  // namespace downhill::optimize
