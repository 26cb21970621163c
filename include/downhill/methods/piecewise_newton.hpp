#pragma once
#include <downhill/method.hpp>

namespace downhill {

/// Newton's method for losses with kinks: steps to the minimum of a model that has the kinks of f, its smooth pieces to first order and a
/// curvature, that of the combination of pieces which holds the point.
///
/// The model is minimised by cutting planes, each of which is the gradient of one choice at every kink: maxima, absolute values and
/// norms wherever they stand in the loss. Where a smooth minimum or a kink holds every direction the steps close in quadratically, and x
/// comes to rest on kinks to the last digit. Of a loss without kinks it is Newton's method with damping.
///
/// Needs second derivatives. Keeps to bounds. Cost per iteration: one or two Hessians, a gradient for each cut, and O(n³) for each.
/// Reference: Fletcher, Math. Programming Study 17 (1982) 67-76; Lukšan & Vlček, Math. Programming 83 (1998) 373-391;
/// Griewank, Optim. Meth. Softw. 28 (2013) 1139-1178.
struct PiecewiseNewton {
  static constexpr std::string_view name = "piecewise_newton";
  static constexpr std::string_view doc = "newton on the smooth pieces of a loss with kinks, within bounds";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
