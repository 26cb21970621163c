#pragma once
#include <downhill/method.hpp>

namespace downhill {

/// The minimum of a quadratic loss, from one linear system H p = -g and one step of refinement.
///
/// Needs a loss that is provably quadratic and second derivatives. A singular but consistent system gives the solution
/// nearest to the start (in scaled variables). Cost: two gradients, one Hessian, O(n³).
struct ClosedForm {
  static constexpr std::string_view name = "closed_form";
  static constexpr std::string_view doc = "the minimum of a provably quadratic loss, from one linear system";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
