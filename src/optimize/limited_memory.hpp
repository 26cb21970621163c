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
  /// units: of each variable the exponent of 2, or empty; what the first diagonal is a multiple of in those units.
  void add(std::span<const double> step, std::span<const double> before, std::span<const double> after,
           std::size_t most, std::span<const int> units = {});
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
  void direction(std::span<const double> gradient, std::vector<double>& result) const;
  /// The same over the variables that are free, the others held: from what the pairs say of those alone. 0 for the others.
  [[nodiscard]] std::vector<double> direction(std::span<const double> gradient, const std::vector<bool>& is_free) const;

  /// What is remembered, in common units: steps of 2^step_exponent, changes of the gradient of 2^change_exponent.
  struct Columns {
    std::vector<std::vector<double>> steps;    ///< the oldest first
    std::vector<std::vector<double>> changes;  ///< likewise
    std::vector<double> diagonal;              ///< of the inverse Hessian before the first pair
    int step_exponent = 0;
    int change_exponent = 0;
  };
  /// Needs a pair.
  [[nodiscard]] Columns columns() const;

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

  [[nodiscard]] static std::vector<double> first_diagonal(const Pair& pair, std::span<const int> units);
  void update_diagonal(const Pair& pair);
  void direction(std::span<const double> gradient, const std::deque<Pair>& pairs, std::vector<double>& r) const;

  std::deque<Pair> pairs_;  // the oldest first
  std::vector<double>
      diagonal_;  // H before the first pair, in the units of the last one: 2^(step_exponent - change_exponent)
  Pair spare_;    // the pair forgotten last, for its room
  std::vector<double> curvature_;  // room for 1 / diagonal_
};

/// Whether stepᵀ(after - before) is positive beyond what rounding of the gradients can do to it.
[[nodiscard]] bool is_safely_positive(std::span<const double> step, std::span<const double> before,
                                      std::span<const double> after);

}  // namespace downhill::optimize
