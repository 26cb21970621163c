#pragma once
#include <downhill/method.hpp>

namespace downhill {

/// A primal-dual interior-point method for bounds: Newton steps on the conditions of optimality with x_i - l_i and its multiplier z_i
/// kept positive and (x_i - l_i) z_i = mu, while mu goes to zero. Sees the bounds from inside, so that many active bounds cost no
/// more steps than few.
///
/// mu follows the complementarity of the last point; a step goes at most `fraction` of the way to a bound and lowers f minus mu times
/// the logarithms of the distances. Where f curves down its curvatures are taken by size. Once it is clear which bounds are active,
/// x is put on them and projected_newton ends the run. Without bounds it is projected_newton from the start.
///
/// Needs second derivatives. Keeps to bounds. Cost per iteration: one Hessian and O(n³).
/// References: Fiacco & McCormick 1968; Vanderbei & Shanno, Comput. Optim. Appl. 13 (1999) 231-252, for mu; Wächter & Biegler, Math.
/// Programming 106 (2006) 25-57, sections 2 and 3, for the multipliers.
struct InteriorPoint {
  double fraction = 0.99;  ///< of the way to a bound, in (0, 1)

  static constexpr std::string_view name = "interior_point";
  static constexpr std::string_view doc = "newton steps between the bounds, which a barrier keeps away from";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
