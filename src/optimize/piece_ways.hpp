#pragma once
#include <Eigen/Dense>

#include <cstddef>
#include <vector>

#include "optimize/piece_model.hpp"
#include "optimize/piece_step.hpp"
#include "optimize/walk.hpp"

namespace downhill::optimize {

/// The ways along which the pieces that meet at a kink agree to first order, and the curvature of their combination along these.
///
/// Directions are in z, x = unit z: each variable by its slopes and its curvature, so that nothing said here depends on the units of x.
class PieceWays {
 public:
  /// found: the combination, to which pieces that belong to it are added; slopes: n, the largest of each variable; tolerance: relative, below
  /// which a slope counts as zero; height: by how much a piece may lie below f and still meet here.
  PieceWays(Walk& walk, PieceModel& model, PieceStep& found, Eigen::VectorXd slopes, double tolerance, double height);

  /// n: the length of one unit of each variable
  [[nodiscard]] const Eigen::VectorXd& unit() const { return unit_; }
  /// The length of x in z.
  [[nodiscard]] double length() const;
  /// n*k, columns orthonormal in z: along which all gradients that have a share agree and no bound holds.
  [[nodiscard]] const Eigen::MatrixXd& ways() const { return ways_; }
  /// k*k: of the combination, along the ways
  [[nodiscard]] Eigen::MatrixXd curvature() const;
  /// The size of what that is the sum of.
  [[nodiscard]] double curvature_of_pieces();
  /// Along the kinks other choices may change without a kink, and with them the curvature. How many curvatures are not positive to one side.
  [[nodiscard]] std::size_t level_aside(double rounding);

 private:
  [[nodiscard]] std::vector<Eigen::VectorXd> across_kinks();
  [[nodiscard]] Eigen::MatrixXd along_kinks();
  [[nodiscard]] bool adds_pieces();
  [[nodiscard]] Eigen::MatrixXd in_units(const Eigen::MatrixXd& hessian) const;
  [[nodiscard]] std::vector<double> chosen_along(Eigen::Index way, double length);

  Walk& walk_;
  PieceModel& model_;
  PieceStep& found_;
  const Eigen::Index n_;
  const Eigen::VectorXd slopes_;
  const double tolerance_, height_;
  Eigen::VectorXd unit_;
  Eigen::MatrixXd ways_;
};

}  // namespace downhill::optimize
