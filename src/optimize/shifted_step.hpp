#pragma once
#include <span>
#include <vector>

/// Steps that minimise a quadratic model with a tridiagonal matrix under a bound or a cost on their length.
namespace downhill::optimize {

/// A symmetric matrix T: k diagonal entries and the k - 1 beside them. Diagonal where the latter are 0.
struct Tridiagonal {
  std::vector<double> diagonal;
  std::vector<double> beside;
};

/// p = -(T + shift I)⁻¹ g, in the hard case plus a multiple of the eigenvector of the lowest curvature.
struct ShiftedStep {
  std::vector<double> step;
  double shift = 0;
  double length = 0;
  double fall = 0;  ///< of the model: -(g·p + ½ pᵀT p)
};

/// Minimises g·p + ½ pᵀT p over |p| <= radius. The shift is 0 where the minimum lies inside.
///
/// guess  a shift to begin with, such as the solution of a similar problem; 0 for none
///
/// Cost: O(k) for each of a few iterations of Newton's method on 1/|p| = 1/radius.
/// Reference: Gould, Lucidi, Roma & Toint, SIAM J. Optim. 9 (1999) 504-525, section 5.
[[nodiscard]] ShiftedStep step_within(const Tridiagonal& matrix, std::span<const double> gradient, double radius,
                                      double guess);

/// Minimises g·p + ½ pᵀT p + ⅓ weight |p|³, for which shift = weight |p|.
/// Reference: Cartis, Gould & Toint, Math. Programming 127 (2011) 245-295, section 6.1.
[[nodiscard]] ShiftedStep cubic_step(const Tridiagonal& matrix, std::span<const double> gradient, double weight,
                                     double guess);

}  // namespace downhill::optimize
