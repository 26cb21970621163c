#pragma once
#include <downhill/objective.hpp>

#include <cstddef>
#include <span>
#include <vector>

/// What second derivatives say about a point.
namespace downhill::optimize {

/// Below or at this many variables the Hessian is decomposed; above, a few Lanczos vectors must do.
constexpr std::size_t dense_limit = 300;

/// The signs of curvatures that are beyond doubt, and where the model's bottom is.
///
/// Variables that a bound holds are left out: `size` of them are looked at, and directions and units are 0 in the others.
/// All directions are in x, and of length 1 in variables scaled by the Hessian (see ScaledHessian), so that they are comparable in size.
struct Curvature {
  std::size_t size = 0;   ///< variables looked at
  bool is_known = false;  ///< false: the Hessian is not finite
  double smallest = 0;    ///< eigenvalues of the Hessian itself
  double largest = 0;
  double rounding = 0;       ///< of the two
  std::size_t positive = 0;  ///< beyond doubt
  std::size_t negative = 0;  ///< beyond doubt
  std::size_t doubtful = 0;
  std::size_t flat = 0;              ///< of these, zero within rounding
  bool is_sharp = false;             ///< small ones are known along their own directions; see CurvatureFrame
  bool is_partial = false;           ///< only the extreme directions were looked at
  std::vector<double> newton_step;   ///< |H|⁻¹ (-g), without what is rounding error in g
  std::vector<double> whole_step;    ///< with it; empty above the dense limit
  std::vector<double> decided_step;  ///< newton_step along decided curvatures; empty where it is all of it or not known
  std::vector<double> downward;      ///< the most negative direction beyond doubt, or empty
  std::vector<std::vector<double>> flat_directions;  ///< the doubtful ones
  std::vector<double> unit;                          ///< n: the length of one scaled unit of each variable
  double downward_curvature = 0;                     ///< curvature along `downward`
  bool is_inward = false;                            ///< `downward` leaves a bound: its opposite is no way
  double downward_noise = 0;                         ///< rounding error of the slope along `downward`
  /// The most negative direction beyond rounding, even if its curvature may be another at the bottom; or empty. Values must decide.
  std::vector<double> perhaps_downward;
};

/// Relative error of a Hessian: rounding, or truncation when it comes from differences of gradients or of values.
[[nodiscard]] double relative_error(const Capabilities& capabilities, std::size_t n);

/// objective: with second derivatives; x, gradient, gradient_noise: n; hessian: n*n, at x.
/// Cost: two more Hessians and O(n³).
[[nodiscard]] Curvature dense_curvature(Objective& objective, std::span<const double> x,
                                        std::span<const double> gradient, std::span<const double> gradient_noise,
                                        std::span<const double> hessian);

/// The same from Hessian-vector products: the extreme eigenpairs by Lanczos, the Newton step by conjugate gradients. Where products leave
/// it open whether all curvatures are positive, up to 2000 variables, by a factorisation; a Hessian of few entries always by that.
/// Cost: some hundred products, and n with O(n³) for a factorisation; of a Hessian of few entries less.
[[nodiscard]] Curvature lanczos_curvature(Objective& objective, std::span<const double> x,
                                          std::span<const double> gradient, std::span<const double> gradient_noise);

}  // namespace downhill::optimize
