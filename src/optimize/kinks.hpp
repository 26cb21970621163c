#pragma once
#include <downhill/objective.hpp>

#include <cstddef>
#include <span>
#include <vector>

/// The function h(x) = Σ w |x_i - c|: separable, convex, straight between kinks.
namespace downhill::optimize {

class Kinks {
 public:
  /// Terms of n variables; those of one variable at one centre are taken together.
  Kinks(std::size_t n, std::span<const L1Term> terms);

  [[nodiscard]] double value(std::span<const double> x) const;

  /// The derivatives of h along variable i to the left and to the right of x; they differ at a kink.
  struct Slopes {
    double below = 0;
    double above = 0;
  };
  [[nodiscard]] Slopes slopes(std::size_t i, double x) const;
  [[nodiscard]] bool has_kinks(std::size_t i) const { return begin_[i] != begin_[i + 1]; }
  [[nodiscard]] bool is_on_kink(std::size_t i, double x) const;
  /// The kink of variable i, which has some, nearest to x.
  [[nodiscard]] double nearest(std::size_t i, double x) const;

  /// The part between two kinks, or beyond the last, where x + t way is for small t > 0.
  struct Piece {
    double low = 0;
    double high = 0;
  };
  [[nodiscard]] Piece piece(std::size_t i, double x, double way) const;

  /// argmin over z of (z - v)² / 2 + t h(z), along variable i: soft thresholding (Parikh & Boyd, Proximal Algorithms, 2014, section 6.5.2).
  [[nodiscard]] double prox(std::size_t i, double v, double t) const;

  /// From the gradient of a smooth g at x to the shortest subgradient of g + h there, the way along which it falls fastest.
  void shorten(std::span<const double> x, std::span<double> gradient) const;

 private:
  [[nodiscard]] std::span<const double> centers(std::size_t i) const {
    return {centers_.data() + begin_[i], begin_[i + 1] - begin_[i]};
  }
  // One more than centers: before the first, between, after the last.
  [[nodiscard]] std::span<const double> slopes(std::size_t i) const {
    return {slopes_.data() + begin_[i] + i, begin_[i + 1] - begin_[i] + 1};
  }

  std::vector<L1Term> terms_;       // by variable, then by centre
  std::vector<std::size_t> begin_;  // n + 1: of each variable's kinks
  std::vector<double> centers_, slopes_;
};

/// f with its shortest subgradient: with its gradient where no kink of f is known.
[[nodiscard]] double value_and_subgradient(Objective& objective, std::span<const double> x, std::span<double> gradient);

}  // namespace downhill::optimize
