#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "optimize/walk.hpp"

/// Points that are evaluated together: populations, simplices, samples.
namespace downhill::optimize {

/// Whether the value a is lower than b. What is not finite is higher than everything finite, and equal among itself.
[[nodiscard]] bool is_lower(double a, double b);

/// f at x, or NaN where x is not finite.
[[nodiscard]] double value_at(Walk& walk, std::span<const double> x);

struct Batch {
  std::vector<double> points;  ///< k*n
  std::vector<double> values;  ///< k

  Batch() = default;
  Batch(std::size_t k, std::size_t n) : points(k * n), values(k) {}
  [[nodiscard]] std::size_t size() const { return values.size(); }
  [[nodiscard]] std::size_t width() const { return values.empty() ? 0 : points.size() / values.size(); }
  [[nodiscard]] std::span<double> operator[](std::size_t k) { return std::span(points).subspan(k * width(), width()); }
  [[nodiscard]] std::span<const double> operator[](std::size_t k) const {
    return std::span(points).subspan(k * width(), width());
  }
  void put(std::size_t k, std::span<const double> x, double value);

  void evaluate(Walk& walk) { walk.values(points, values); }
  /// The index of the lowest value, the first of equals.
  [[nodiscard]] std::size_t lowest() const;
  /// The indices from the lowest value to the highest; equals keep their order.
  void rank(std::vector<std::uint64_t>& order) const;
  /// Moves the walk to the lowest point if that is finite and lower than where it is. Returns whether it moved.
  bool has_moved(Walk& walk) const;

  template <class Visitor>
  void visit(Visitor& v) {
    v("points", points);
    v("values", values);
  }
};

}  // namespace downhill::optimize
