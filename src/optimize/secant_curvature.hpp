#pragma once
#include <cstddef>
#include <span>
#include <vector>

/// What J leaves out of the Hessian of a sum of squares, learnt from how the gradient changes.
namespace downhill::optimize {

/// What two models foretold of the fall of f along one step, and what came of it.
struct Forecast {
  double value = 0;  ///< of f before the step
  double fall = 0;
  double by_residuals = 0;  ///< by |r + J p|²
  double by_secant = 0;     ///< by the same less pᵀSp
};

/// S with H/2 = JᵀJ + S, by the structured secant update of least change, and whether the model with it is the better one.
///
/// References: Dennis, Gay & Welsch, ACM TOMS 7 (1981) 348-368: the update, its sizing and the choice between the two models.
class SecantCurvature {
 public:
  /// Whether the next step is to be taken by the model with S.
  [[nodiscard]] bool is_trusted() const { return is_trusted_; }
  void distrust() { is_trusted_ = false; }
  /// S, n*n; empty before the first update.
  [[nodiscard]] const std::vector<double>& matrix() const { return matrix_; }
  /// pᵀSp
  [[nodiscard]] double along(std::span<const double> step) const;

  /// The model with S takes over when f hardly falls any more and that model foretold better.
  void judge(const Forecast& forecast);
  /// step: from the last point here; change: of half the gradient; by_jacobian: JᵀJ step with the J of here. All n.
  void update(std::span<const double> step, std::span<const double> change, std::span<const double> by_jacobian);

  template <class Visitor>
  void visit(Visitor& v) {
    v("matrix", matrix_);
    v("is_trusted", is_trusted_);
  }

 private:
  std::vector<double> matrix_;
  bool is_trusted_ = false;
  std::vector<double> wanted_;  // room
};

}  // namespace downhill::optimize
