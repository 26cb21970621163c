#pragma once
#include <optional>
#include <string_view>

#include "optimize/line_search/line_search_model.hpp"

/// The function of one variable that a line search works on.
namespace downhill::optimize {

/// One trial, in units of the slope at the start.
struct Sample {
  double step = 0;
  double rise = 0;   ///< (phi(t) - phi(0)) / unit; NaN if phi or its gradient is not finite there
  double slope = 0;  ///< phi'(t) / unit
  double value = 0;  ///< phi(t)

  [[nodiscard]] bool is_usable() const;
};

/// phi(t) = f(x + t p) and its slope, divided by the power of two that brings the slope at the start into [-2, -1), so that no
/// square or product of them overflows, whatever the size of f.
///
/// Where the difference of two values of f agrees with the trapezoidal rule for the slopes to within the rounding of f, the rise
/// is taken from the slopes, which are exact where values no longer tell points apart. With it the sufficient decrease
/// rise <= c t slope becomes slope(t) <= (2c - 1) slope(0), the approximate Wolfe test of Hager & Zhang, SIAM J. Optim. 16
/// (2005) 170-192, equation 4.1; a step may then raise f by its rounding.
class LineFunction {
 public:
  LineFunction(Walk& walk, const Ray& ray);
  ~LineFunction();
  LineFunction(const LineFunction&) = delete;
  LineFunction& operator=(const LineFunction&) = delete;

  /// Evaluates f and its gradient at the step t.
  Sample at(double t);
  [[nodiscard]] bool is_over() const { return walk_.is_over(); }
  /// Step 0, rise 0.
  [[nodiscard]] Sample start() const;
  [[nodiscard]] double slope() const { return slope_; }
  /// The step that bounds allow at most.
  [[nodiscard]] double longest() const { return ray_.longest; }
  /// Whether x + t p of the last sample is x, after rounding.
  [[nodiscard]] bool is_last_at_start() const { return last_.x == walk_.here().x; }
  /// The last sample as a method wants it: for the end of a search.
  [[nodiscard]] Trial last() { return {last_step_, std::move(last_)}; }

  /// Whether phi is lower at a than at b; where values are lost in the rounding of f, by the trapezoidal rule between them.
  [[nodiscard]] bool is_lower(const Sample& a, const Sample& b) const;

  /// The lowest trial so far if it is lower than the start by more than rounding: what a search that has failed otherwise may still return.
  [[nodiscard]] std::optional<Trial> lowest();

 private:
  Walk& walk_;
  const Ray& ray_;
  int exponent_ = 0;  // unit = 2^exponent
  double slope_ = 0;
  Point last_;
  double last_step_ = 0;
  std::optional<Sample> lowest_;
  bool is_lowest_last_ = false;
  Point lowest_point_;  // unless it is the last
};

/// phi(t) <= phi(0) + sufficient_decrease t slope and |phi'(t)| <= curvature |slope| (Wolfe, SIAM Rev. 11 (1969) 226-235).
struct Wolfe {
  double sufficient_decrease = 1e-4;
  double curvature = 0.9;
};
[[nodiscard]] bool has_fallen_enough(const Wolfe& wolfe, const LineFunction& phi, const Sample& sample);
[[nodiscard]] bool is_strong(const Wolfe& wolfe, const LineFunction& phi, const Sample& sample);
/// The same without an upper bound on the slope.
[[nodiscard]] bool is_weak(const Wolfe& wolfe, const LineFunction& phi, const Sample& sample);

/// Whether f has fallen enough and would go on falling if a bound were not in the way.
[[nodiscard]] bool is_at_bound(const Wolfe& wolfe, const LineFunction& phi, const Sample& sample);

/// Throws OptionError unless sufficient_decrease <= curvature, without which no step need satisfy both conditions.
void check_order(std::string_view search, double sufficient_decrease, double curvature);

constexpr int most_trials = 80;
constexpr int most_expansions = 20;  ///< of a step while f falls: the method goes on from there

}  // namespace downhill::optimize
