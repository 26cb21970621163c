#pragma once
#include <Eigen/Dense>

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "optimize/pieces.hpp"
#include "optimize/walk.hpp"

namespace downhill::optimize {

/// A loss with kinks around one point: its smooth parts to first order, the kinks as they are.
///
/// Kinks that fold downwards, as -|x| does, keep the alternative that x is on: what is left is convex, and bounds the model from above.
class PieceModel {
 public:
  /// f(x + d) >= f(x) - gap + gradient·d to first order, and for every d if f is convex.
  struct Cut {
    std::vector<double> weights;
    Eigen::VectorXd gradient;
    std::vector<double> slopes;  ///< by the values of the groups
    std::vector<double> gaps;    ///< of the groups
    double gap = 0;
  };

  /// x: n. A loss whose pieces are not known is one.
  PieceModel(Walk& walk, std::span<const double> x);

  [[nodiscard]] const PieceSource& pieces() const { return *pieces_; }
  [[nodiscard]] bool is_finite() const { return is_finite_; }
  /// The alternatives that the model takes at x + direction.
  [[nodiscard]] std::vector<double> chosen(std::span<const double> direction);
  [[nodiscard]] std::optional<Cut> cut(std::vector<double> weights);
  /// n*n, of the loss with these weights held; empty where it is not finite
  [[nodiscard]] Eigen::MatrixXd hessian(const std::vector<double>& weights);

  /// Lengths of which less than a third is left along the step, or which are 0, are kinks from now on; until then they count as smooth.
  /// Whether there are new ones.
  [[nodiscard]] bool has_met_lengths(std::span<const double> step);

  /// From now on alternatives count as if at x they were what they are at `other`, less what the model foretells for the way there.
  void correct_by(std::span<const double> other);

  /// Whether a kink that folds downwards has a tie here, which the model knows nothing of: two alternatives no farther apart than
  /// `tolerance` in f.
  [[nodiscard]] bool has_tie_downwards(double tolerance);
  /// The weights at x, equal among the alternatives that are no farther apart than `tolerance` in f; slopes: those of a cut. Empty where
  /// there are no such ties. Lengths are left as they are.
  [[nodiscard]] std::vector<double> tied_weights(std::span<const double> slopes, double tolerance);
  /// How large what is compared has been before it cancelled, in f: for each group its slope by how much its alternatives change along x
  /// itself, all added up. slopes: those of a cut.
  [[nodiscard]] double size_of_compared(std::span<const double> slopes);
  /// Whether a choice may come out otherwise within this share of the lengths of the variables, or a length be zero. lengths: n.
  [[nodiscard]] bool has_tie(std::span<const double> lengths, double near);
  /// Whether a comparison by which the loss chooses among formulas may come out otherwise a millionth of a length away from x.
  /// lengths: n, of the variables. Cost: a derivative for each variable.
  [[nodiscard]] bool has_open_comparison(std::span<const double> lengths);

 private:
  [[nodiscard]] bool look(std::span<const double> weights, std::span<const double> direction);
  void choose(std::vector<double>& weights) const;
  void keep_chosen(std::vector<double>& weights) const;
  [[nodiscard]] bool freeze(const Cut& cut);
  [[nodiscard]] double corrected_gap(const PieceSource::Part& part, std::size_t group, const Cut& cut) const;

  Walk& walk_;
  std::unique_ptr<PieceSource> whole_;  // of a loss without pieces
  PieceSource* pieces_;
  std::vector<double> x_;
  std::vector<double> here_;     // weights at x
  std::vector<double> numbers_;  // as last looked at
  std::vector<double> changes_;
  std::vector<double> correction_;    // to the numbers; empty: none
  std::vector<bool> is_frozen_;       // groups
  std::vector<double> frozen_slope_;  // of these
  std::vector<bool> is_smooth_;       // groups that are lengths
  bool is_finite_ = false;
};

/// The point at the end of a step of the model, with its value and gradient, which is that of one of its pieces where f has none that is
/// finite. A coordinate that rounding of the step has left next to 0 is 0 where f is no higher there.
[[nodiscard]] Point end_of_step(Walk& walk, std::span<const double> step);

/// The mean of the weights of some cuts, each kink's by how much of f goes through it.
[[nodiscard]] std::vector<double> mean_weights(const PieceSource& pieces, std::span<const PieceModel::Cut> cuts,
                                               std::span<const double> share);

}  // namespace downhill::optimize
