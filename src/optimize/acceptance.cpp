#include "optimize/acceptance.hpp"

#include <algorithm>
#include <cmath>

#include "optimize/line_search/line_search_model.hpp"

namespace downhill::optimize {

namespace {

constexpr double surely_rounding = 4;  // times the rounding error of f: below it the fall says nothing
constexpr double possibly_rounding =
    4096;  // f may be computed with many operations: below it a much smaller gradient counts as well

// Of the larger of the two values.
double rounding_around(const Foretold& step) {
  return rounding_of(std::max(std::abs(step.value_before), std::abs(step.value_after)));
}

}  // namespace

bool is_left_to_gradients(const Foretold& step) {
  const double rounding = rounding_around(step);
  if (!(step.fall > 0) || step.fall > possibly_rounding * rounding) return false;
  return step.fall <= surely_rounding * rounding || step.value_before - step.value_after < 0.25 * step.fall;
}

double success_of(const Foretold& step) {
  if (!(step.fall > 0)) return -1;
  const double rounding = rounding_around(step);
  const double fall = step.value_before - step.value_after;
  if (step.fall <= surely_rounding * rounding) {
    return step.gradient_after < step.gradient_before && fall >= -rounding ? 1 : -1;
  }
  const double success = fall / step.fall;
  if (success >= 0.25 || step.fall > possibly_rounding * rounding) return success;
  const bool is_much_closer = step.gradient_after <= 0.5 * step.gradient_before;
  return is_much_closer && fall >= -surely_rounding * rounding ? 1 : success;
}

}  // namespace downhill::optimize
