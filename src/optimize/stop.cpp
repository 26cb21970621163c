#include <downhill/stop.hpp>

#include "options/fields.hpp"

namespace downhill {

options::Fields Stop::fields() {
  using options::field;
  return {
      field("gradient_tolerance", &Stop::gradient_tolerance,
            "ends when max |g_i(x)| / max |g_i met so far| <= gradient_tolerance", options::right_open(0, 1)),
      field("max_iterations", &Stop::max_iterations, "iterations <= max_iterations"),
      field("max_evaluations", &Stop::max_evaluations, "values and gradients, each counted, <= max_evaluations"),
      field("max_seconds", &Stop::max_seconds, "wall time of the run <= max_seconds",
            {0, options::infinity, options::End::closed, options::End::closed}),
      field("target_value", &Stop::target_value, "ends when f <= target_value"),
  };
}

}  // namespace downhill
