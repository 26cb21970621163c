#pragma once
#include <span>

#include "optimize/walk.hpp"

namespace downhill::optimize {

/// Whether f at x, `value`, being lower by `fall` than elsewhere is more than what moving x in its last digit does to f there: where large
/// terms cancel, what is left is rounding, and grows with x as smoothly as they do. Cost: three values.
[[nodiscard]] bool is_real_fall(Walk& walk, std::span<const double> x, double value, double fall);

}  // namespace downhill::optimize
