#pragma once
#include <Eigen/Dense>

#include <optional>
#include <vector>

#include "optimize/piece_model.hpp"

/// Newton's method on the smooth pieces of a loss with kinks.
namespace downhill::optimize {

/// The minimum of a piece model with a curvature.
struct PieceStep {
  std::vector<double> step;  ///< n
  double fall = 0;           ///< of f, foretold
  /// The cuts that hold the step, with their shares, which add to 1: a combination of gradients that is the shortest there is.
  std::vector<PieceModel::Cut> cuts;
  std::vector<double> share;
  Eigen::VectorXd gradient;     ///< that combination, without what bounds add
  Eigen::VectorXd multipliers;  ///< of bounds, positive at an upper one
  double gap = 0;               ///< how far the combination lies below f at x
  Eigen::MatrixXd hessian;      ///< of the pieces so combined, before it was made positive definite
};

/// How large f is, as far as it has come: above 0 wherever it has slopes at all. slopes: n
[[nodiscard]] double size_of_f(const Walk& walk, const Eigen::VectorXd& slopes);

/// What one step tells the next. Part of a method's state.
class PieceNewton {
 public:
  /// The model at the walk's point, with a curvature of its own plus as little as makes it safe. `least`: no more than that.
  enum class Damping : std::uint8_t { adapted, least };
  [[nodiscard]] std::optional<PieceStep> look(Walk& walk, PieceModel& model, Damping damping);

  /// A lower point, or nothing.
  [[nodiscard]] std::optional<Point> step(Walk& walk);

  template <class Visitor>
  void visit(Visitor& v) {
    v("damping", damping_);
    v("active", active_);
    v("share", share_);
  }

 private:
  [[nodiscard]] std::vector<PieceModel::Cut> warm_cuts(PieceModel& model) const;
  void remember(const PieceStep& found);

  double damping_ = 0;          // 0: not known yet
  std::vector<double> active_;  // weights of the last step's cuts, one after another
  std::vector<double> share_;
};

}  // namespace downhill::optimize
