#pragma once
#include <downhill/bounds.hpp>

#include <limits>
#include <span>
#include <string>
#include <vector>

namespace downhill::optimize {

/// Stands for the derivative at a bound where it is infinite and f falls beyond, as that of sqrt(x) at 0: the point is as good as any.
constexpr double steepest_at_bound = 0x1p1000;

/// The region that bounds leave of space, or all of it. Refers to the bounds of an objective.
class Box {
 public:
  explicit Box(const Bounds* bounds) : bounds_(bounds) {}

  [[nodiscard]] bool is_bounded() const { return bounds_ != nullptr; }
  [[nodiscard]] double lower(std::size_t i) const { return bounds_ != nullptr ? bounds_->lower[i] : -infinity; }
  [[nodiscard]] double upper(std::size_t i) const { return bounds_ != nullptr ? bounds_->upper[i] : infinity; }
  /// What messages call variable i.
  [[nodiscard]] std::string name(std::size_t i) const { return bounds_ != nullptr ? bounds_->name(i) : std::string(); }
  [[nodiscard]] bool is_at_lower(std::size_t i, double x) const { return x <= lower(i); }
  [[nodiscard]] bool is_at_upper(std::size_t i, double x) const { return x >= upper(i); }
  /// Whether every coordinate of x is within its bounds; NaN is not.
  [[nodiscard]] bool contains(std::span<const double> x) const;
  /// The number within the bounds of variable i that is nearest to x.
  [[nodiscard]] double nearest(std::size_t i, double x) const;
  /// Moves every coordinate to its nearest.
  void project(std::span<double> x) const;

  /// x + t direction, each coordinate stopped where it meets a bound; one that has met it lies on it exactly.
  [[nodiscard]] std::vector<double> along(std::span<const double> x, double t, std::span<const double> direction) const;
  void along(std::span<const double> x, double t, std::span<const double> direction, std::vector<double>& result) const;
  /// The largest t for which x + t direction is within the bounds; infinite where there is none.
  [[nodiscard]] double room(std::span<const double> x, std::span<const double> direction) const;
  /// The direction without what ends at a bound: along the rest a half line is within the bounds.
  [[nodiscard]] std::vector<double> without_end(std::span<const double> direction) const;
  /// The gradient, 0 where x_i is at a bound and f falls beyond it.
  [[nodiscard]] std::vector<double> projected_gradient(std::span<const double> x,
                                                       std::span<const double> gradient) const;

 private:
  static constexpr double infinity = std::numeric_limits<double>::infinity();
  const Bounds* bounds_;
};

}  // namespace downhill::optimize
