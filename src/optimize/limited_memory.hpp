#pragma once
#include <cstddef>
#include <deque>
#include <span>
#include <vector>

namespace downhill::optimize {

/// The inverse Hessian that the last few steps tell of: L-BFGS (Nocedal, Math. Comp. 35 (1980) 773-782).
///
/// Each pair is kept in its own units, powers of two, so that multiplying f by 2^k, or x by 2^k, changes no digit of it.
class LimitedMemory {
 public:
  /// Takes in the step from x to x + step, over which the gradient changed by `change`, and forgets the oldest pair above `most`.
  /// before, after: the gradients. A pair whose curvature is not positive beyond the rounding of the gradients is left out.
  void add(std::span<const double> step, std::span<const double> before, std::span<const double> after,
           std::size_t most);
  void clear() {
    pairs_.clear();
    diagonal_.clear();
  }
  [[nodiscard]] bool is_empty() const { return pairs_.empty(); }
  [[nodiscard]] std::size_t size() const { return pairs_.size(); }

  /// -H gradient by the two-loop recursion (Nocedal & Wright, Numerical Optimization, 2nd ed. 2006, algorithm 7.4) that begins with a
  /// diagonal D: sᵀy / yᵀy at first, updated by every pair since (Gilbert & Lemaréchal, Math. Programming 45 (1989) 407-435).
  /// Needs a pair. Cost: 4 n size().
  [[nodiscard]] std::vector<double> direction(std::span<const double> gradient) const;

  template <class Visitor>
  void visit(Visitor& v) {
    v("pairs", pairs_);
    v("diagonal", diagonal_);
  }

 private:
  struct Pair {
    std::vector<double> step;    // s / 2^step_exponent
    std::vector<double> change;  // y / 2^change_exponent
    int step_exponent = 0;
    int change_exponent = 0;
    double product = 0;  // of the two scaled vectors, positive
    template <class Visitor>
    void visit(Visitor& v) {
      v("step", step);
      v("change", change);
      v("step_exponent", step_exponent);
      v("change_exponent", change_exponent);
      v("product", product);
    }
  };

  void update_diagonal(const Pair& pair);

  std::deque<Pair> pairs_;  // the oldest first
  std::vector<double>
      diagonal_;  // H before the first pair, in the units of the last one: 2^(step_exponent - change_exponent)
};

/// Whether stepᵀ(after - before) is positive beyond what rounding of the gradients can do to it.
[[nodiscard]] bool is_safely_positive(std::span<const double> step, std::span<const double> before,
                                      std::span<const double> after);

}  // namespace downhill::optimize
