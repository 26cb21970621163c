#pragma once
#include <Eigen/Dense>

#include <limits>
#include <span>
#include <vector>

namespace downhill::optimize {

/// min over d of  max_j (g_j·d - a_j) + ½ dᵀBd  with low <= d <= high: the model of a bundle method, by an active set in its dual
///     min ½ |L⁻¹(Σ y_k c_k)|² + Σ y_k a_k,  y >= 0, the y of all cuts adding to 1,  B = L Lᵀ,
/// in which every bound that holds is a column ±e_i. Cuts are added one by one, and each solution starts from the last.
/// Reference: Kiwiel, IMA J. Numer. Anal. 6 (1986) 137-152.
class CutProgram {
 public:
  /// low <= 0 <= high: n each, infinite where there is no bound
  CutProgram(Eigen::LLT<Eigen::MatrixXd> factor, std::vector<double> low, std::vector<double> high);

  /// a >= 0, how much the cut lies below f where d = 0
  void add(const Eigen::VectorXd& gradient, double a);
  void solve();

  /// One for each cut, in the order in which they were added.
  [[nodiscard]] const std::vector<double>& weights() const { return cut_weights_; }
  /// n: of the bounds, positive at an upper one
  [[nodiscard]] const Eigen::VectorXd& multipliers() const { return multipliers_; }
  [[nodiscard]] const Eigen::VectorXd& step() const { return step_; }
  /// max_j (g_j·d - a_j) at the step, as far as the cuts go.
  [[nodiscard]] double height() const { return height_; }
  /// ½ dᵀBd
  [[nodiscard]] double curvature() const { return curvature_; }

 private:
  enum class Kind { cut, upper, lower };
  struct Column {
    Kind kind = Kind::cut;
    std::size_t index = 0;  // of the cut, or of the variable
    Eigen::VectorXd z;      // L⁻¹ c
    double a = 0;
  };

  [[nodiscard]] Column bound(Kind kind, std::size_t variable) const;
  [[nodiscard]] Eigen::MatrixXd conditions() const;
  void settle_passive();
  void take_step();
  void refine_step();
  [[nodiscard]] bool add_violated();

  Eigen::LLT<Eigen::MatrixXd> factor_;
  std::vector<double> low_, high_;
  std::vector<Eigen::VectorXd> gradients_;
  std::vector<Eigen::VectorXd> images_;  // L⁻¹ g
  std::vector<double> heights_;
  std::vector<Column> passive_;
  std::vector<double> y_;                        // of these
  Eigen::PartialPivLU<Eigen::MatrixXd> solver_;  // of the conditions
  std::vector<double> cut_weights_;
  Eigen::VectorXd multipliers_, step_;
  double height_ = 0, curvature_ = 0;
};

}  // namespace downhill::optimize
