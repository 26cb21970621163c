#pragma once
#include <cstddef>
#include <span>
#include <vector>

/// A loss with kinks as smooth functions among which it chooses.
namespace downhill::optimize {

/// Each kink is a group of alternatives; its value is Σ weight · alternative for weights that say which ones are taken: one of them is 1
/// where there is no tie. With the weights held the loss is smooth, and where they choose other alternatives than x does, what they miss
/// there (the gap) is added as a constant, so that the value at x is that of the loss.
class PieceSource {
 public:
  /// Groups of one kind whose weights and numbers lie side by side.
  struct Part {
    enum class Kind {
      pair,     ///< weight t of the first, 1 - t of the second alternative; number: first - second
      extreme,  ///< a weight and a number for each of some alternatives
      length,  ///< |v| = u·v: the weights are u, the numbers v, and behind these one for each group that is 1 where the length
               ///< is taken as the smooth function that it is away from 0: it has no gap then; its number is |v|
    };
    Kind kind = Kind::pair;
    bool is_largest = true;
    std::size_t first_weight = 0, weights = 0;
    std::size_t first_group = 0, groups = 0;
    std::vector<std::size_t> group_of = {};  ///< `extreme`: of each weight, counted from first_group
  };

  virtual ~PieceSource() = default;
  [[nodiscard]] std::span<const Part> parts() const { return parts_; }
  [[nodiscard]] std::size_t weights() const;
  [[nodiscard]] std::size_t groups() const;
  /// Comparisons by which the loss chooses among other formulas, of single numbers.
  [[nodiscard]] std::size_t comparisons() const { return comparisons_; }
  /// Whether the loss is smooth but for these kinks and comparisons.
  [[nodiscard]] bool are_complete() const { return are_complete_; }

  /// The numbers at x of all alternatives, and how much they change to first order along `direction`, kinks before them choosing by
  /// `weights`; of a length instead the unit vector u after that change, and the part of |v| that is left along v. numbers, changes: weights(). False if it cannot be computed.
  virtual bool alternatives(std::span<const double> x, std::span<const double> weights,
                            std::span<const double> direction, std::span<double> numbers,
                            std::span<double> changes) = 0;
  /// gradient: n, of the loss with the weights held; slopes: groups(), its derivative by the value of each; gaps: groups().
  /// The loss is at least f(x) - slopes·gaps + gradient·(z - x) at any z if it is convex.
  virtual bool cut(std::span<const double> x, std::span<const double> weights, std::span<double> gradient,
                   std::span<double> slopes, std::span<double> gaps) = 0;
  /// hessian: n*n, of the loss with the weights held
  virtual bool hessian(std::span<const double> x, std::span<const double> weights, std::span<double> hessian) = 0;
  /// What the two sides of each comparison differ by at x, and how much this changes to first order along `direction`; margins, changes:
  /// comparisons().
  virtual bool margins(std::span<const double> x, std::span<const double> weights, std::span<const double> direction,
                       std::span<double> margins, std::span<double> changes) = 0;

 protected:
  std::vector<Part> parts_;
  std::size_t comparisons_ = 0;
  bool are_complete_ = true;
};

}  // namespace downhill::optimize
