#pragma once
#include <downhill/minimize.hpp>

#include "optimize/face.hpp"

/// Variables whose bounds leave one number: they take no part in a run.
namespace downhill::optimize {

/// The variables that may vary.
[[nodiscard]] Face varying(const Objective& objective);

/// `minimize` over the varying variables, told in terms of all. x0: n, within the bounds. resume: a checkpoint of such a run.
[[nodiscard]] Result minimize_varying(Objective& objective, std::span<const double> x0, const Face& face,
                                      const Method& method, const Stop& stop, const RunOptions& run);

}  // namespace downhill::optimize
