#pragma once
#include <span>

#include "optimize/assessment.hpp"
#include "optimize/curvature.hpp"
#include "optimize/walk.hpp"

/// Whether a gradient counts as zero.
namespace downhill::optimize {

/// The relative gradient at which it does. Values alone give a gradient to about 1e-8 at a minimum; where the curvature is in doubt they
/// come much closer.
[[nodiscard]] double relative_tolerance(const Question& question, const Curvature& curvature);

/// By the relative gradient and the next Newton step, or by rounding. gradient, noise: n, without what a bound holds. `measure`: the relative
/// gradient, or by rounding the largest |g_i| against its error.
[[nodiscard]] Assessment::Stationary stationarity(const Walk& walk, const Question& question,
                                                  const Curvature& curvature, std::span<const double> gradient,
                                                  std::span<const double> noise, double& measure);

/// Whether the gradient is next to nothing and no point along the Newton step is lower, to the rounding of what f was: where curvatures are
/// in doubt that step may be long all the same, as where f is of an order below two.
[[nodiscard]] bool is_nothing_left(Walk& walk, const Question& question, const Curvature& curvature);

/// By how much the next Newton step of a fast method would lower f where curvatures are in doubt, as they are on the way to any minimum; 0
/// where that is lost in rounding. A gradient far below that of a steep start does not say that nothing is left.
[[nodiscard]] double open_gain(const Walk& walk, const Question& question, const Curvature& curvature,
                               std::span<const double> gradient);

}  // namespace downhill::optimize
