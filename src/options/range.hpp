#pragma once
#include <limits>
#include <string>

/// Ranges of numbers, as an option declares them and as messages print them.
namespace downhill::options {

enum class End { open, closed };

/// The numbers between two ends. NaN is in no range.
struct Range {
  double lower = -std::numeric_limits<double>::infinity();
  double upper = std::numeric_limits<double>::infinity();
  End lower_end = End::closed;
  End upper_end = End::closed;

  [[nodiscard]] bool contains(double number) const;
  /// `(0, 1)`, `[0, inf)`, …
  [[nodiscard]] std::string text() const;
};

inline constexpr double infinity = std::numeric_limits<double>::infinity();

/// Every number but NaN, ±inf included: the range of an option that declares none.
constexpr Range anything() { return {}; }
constexpr Range open(double lower, double upper) { return {lower, upper, End::open, End::open}; }
constexpr Range closed(double lower, double upper) { return {lower, upper, End::closed, End::closed}; }
/// [lower, upper)
constexpr Range right_open(double lower, double upper) { return {lower, upper, End::closed, End::open}; }
/// (lower, upper]
constexpr Range left_open(double lower, double upper) { return {lower, upper, End::open, End::closed}; }
/// (0, inf)
constexpr Range positive() { return open(0, infinity); }
/// [0, inf)
constexpr Range non_negative() { return right_open(0, infinity); }
/// [lower, inf)
constexpr Range at_least(double lower) { return right_open(lower, infinity); }

}  // namespace downhill::options
