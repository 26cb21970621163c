#pragma once
#include <downhill/verdict.hpp>

#include <span>
#include <string>
#include <vector>

#include "optimize/curvature.hpp"
#include "optimize/walk.hpp"

/// Which bounds hold a point, and what second derivatives say about the directions that leave them.
namespace downhill::optimize {

/// The variables at the present point of a walk, by what bounds do to them.
struct BoundStand {
  std::vector<std::size_t> free;    ///< no bound holds them: between bounds, or at one from which f falls inwards
  std::vector<std::size_t> weak;    ///< at a bound where the derivative is zero
  std::vector<ActiveBound> active;  ///< bounds that hold, those of `weak` included; ascending by variable

  /// Moves a variable whose multiplier turned out to be no larger than its uncertainty to `weak`.
  void make_weak(std::size_t variable);
};

/// zero: n, below which a derivative counts as zero.
[[nodiscard]] BoundStand stand_at_bounds(const Walk& walk, std::span<const double> zero);

/// The way into the box from the bound that variable i is at: 1 or -1.
[[nodiscard]] double inward(const Box& box, std::size_t i, double x);

/// What f does along the directions into the box whose slope is zero: where the free variables vary freely and the weak ones inwards.
struct InwardCurvature {
  enum class Sign : std::uint8_t { positive, doubtful, negative } sign = Sign::positive;
  std::vector<double> direction;                     ///< negative: one of them, of the variables looked at
  double curvature = 0;                              ///< along it, negative
  std::vector<std::vector<double>> flat_directions;  ///< doubtful: along which the curvature cannot be told from zero
};

/// hessian      of the free variables, then the weak ones; positive definite over the free ones
/// x            the same variables
/// free         number of free variables
/// inwards      1 or -1 for each weak variable
/// relative     relative error of the Hessian
///
/// Free variables are eliminated (Schur complement); what is left is strictly copositive if and only if no principal submatrix
/// has a positive eigenvector of an eigenvalue that is not positive: Kaplan, Linear Algebra Appl. 313 (2000) 203-206. Exact for up
/// to 10 weak variables; of more, pairs are looked at.
[[nodiscard]] InwardCurvature inward_curvature(std::span<const double> hessian, std::span<const double> x,
                                               std::size_t free, std::span<const double> inwards, double relative);

/// `x[1] at its upper bound 1: the loss would fall at 0.3 a unit beyond it; …`; empty if no bound holds.
[[nodiscard]] std::string explain_bounds(const Box& box, std::span<const ActiveBound> active);

/// Moves the walk onto the bounds it has all but reached, where f does not rise by it: a method that closes in on a bound from inside
/// ends near it. Returns whether it moved. Cost: none where no bound is near, else a value, or a few where f rises.
bool settle_on_bounds(Walk& walk);

}  // namespace downhill::optimize
