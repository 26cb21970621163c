#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "optimize/walk.hpp"

/// What a diagnosis may look at: the loss around points of a walk, never outside its bounds.
namespace downhill::optimize {

class Surroundings {
 public:
  using Label = std::function<std::string(std::size_t)>;

  /// walk: without limits; outlives this. label: what to call coordinate i, `x[i]` if empty.
  Surroundings(Walk& walk, Label label);

  [[nodiscard]] Walk& walk() { return walk_; }
  [[nodiscard]] Objective& objective() { return walk_.objective(); }
  [[nodiscard]] std::size_t size() const { return lengths_.size(); }
  [[nodiscard]] std::string label(std::size_t i) const;
  [[nodiscard]] const Label& labels() const { return label_; }
  /// `x[0], x[3] and 4 more`
  [[nodiscard]] std::string labels(std::span<const std::size_t> coordinates) const;
  /// A length for each variable, n, all positive: as far as it has been from 0 or from its start, or what is usual among the others.
  [[nodiscard]] const std::vector<double>& lengths() const { return lengths_; }
  /// A length for variable i at x that is no longer than x there: |x_i|, or where that is next to nothing a thousandth of its start.
  /// Differences over a longer one see nothing of f where the walk has been far away.
  [[nodiscard]] double length_at(std::span<const double> x, std::size_t i) const;
  /// Whether the loss may be evaluated at x.
  [[nodiscard]] bool contains(std::span<const double> x) const;
  /// f(x); NaN outside the bounds.
  double value(std::span<const double> x);
  /// The gradient at x; false if x is outside the bounds, or f or the gradient is not finite there.
  bool gradient(std::span<const double> x, std::span<double> gradient);

 private:
  Walk& walk_;
  Label label_;
  std::vector<double> lengths_;
};

}  // namespace downhill::optimize
