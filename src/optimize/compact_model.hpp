#pragma once
#include <Eigen/Core>
#include <Eigen/LU>
#include <span>
#include <vector>

#include "optimize/box.hpp"
#include "optimize/limited_memory.hpp"

/// The quadratic model of a limited-memory BFGS method, minimised within bounds.
namespace downhill::optimize {

/// g·p + ½ pᵀB p with B = D - W K⁻¹ Wᵀ, D diagonal, W = [Y, D S] and K = [[-diag(SᵀY), Lᵀ], [L, SᵀD S]], L the strictly lower part of
/// SᵀY: Byrd, Nocedal & Schnabel, Math. Programming 63 (1994) 129-156, theorem 2.3, with a diagonal in place of θ I.
class CompactModel {
 public:
  /// memory: at least one pair. Cost: O(n m²) for m pairs.
  CompactModel(const LimitedMemory& memory, const Box& box, std::span<const double> x,
               std::span<const double> gradient);

  /// The way to a point within the bounds where the model is low: from the generalised Cauchy point, the first minimiser along the
  /// projected way against the gradient (Byrd, Lu, Nocedal & Zhu, SIAM J. Sci. Comput. 16 (1995) 1190-1208, algorithm CP), on to
  /// the minimiser over the variables that are free there (section 5.1), projected on the bounds if that leads down, else cut off at
  /// the first bound (Morales & Nocedal, ACM Trans. Math. Software 38 (2011) 7). Variables are scaled by D throughout.
  ///
  /// Returns n numbers; empty where rounding has left nothing of the model.
  [[nodiscard]] std::vector<double> way() const;

 private:
  using Matrix = Eigen::MatrixXd;
  using Vector = Eigen::VectorXd;

  /// A step from x, and its image Wᵀ step.
  struct Step {
    std::vector<double> step;
    Vector image;
    std::vector<bool> is_held;  ///< at a bound
  };
  [[nodiscard]] Step cauchy_step() const;
  [[nodiscard]] std::vector<double> towards_minimum(const Step& from) const;
  [[nodiscard]] double gap(std::size_t i, double direction) const;

  std::size_t n_;
  std::vector<double> gradient_;       // in the units of the memory
  std::vector<double> lower_, upper_;  // of the step
  std::vector<double> diagonal_;       // D
  Matrix w_;                           // 2m × n: Wᵀ
  Matrix middle_;                      // K
  Eigen::PartialPivLU<Matrix> inverse_middle_;
  int step_exponent_;
};

}  // namespace downhill::optimize
