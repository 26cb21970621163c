#pragma once
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

/// Derivatives by finite differences, and the gradient check that they serve.
namespace downhill {

using ScalarFunction = std::function<double(std::span<const double>)>;
using GradientFunction = std::function<void(std::span<const double> x, std::span<double> gradient)>;

/// forward  (f(x+h) - f(x)) / h, h = sqrt(ε)·scale: error about sqrt(ε), n + 1 values
/// central  (f(x+h) - f(x-h)) / 2h, h = cbrt(ε)·scale: error about ε^(2/3), 2n values
/// ridders  central differences at shrinking h, extrapolated to h = 0 until the error estimate grows (Ridders,
///          Accurate computation of F'(x) and F'(x)F''(x), Adv. Eng. Software 4 (1982) 75-76): at most 20n values
enum class Differences { forward, central, ridders };

struct DifferenceGradient {
  std::vector<double> gradient;
  /// Estimated absolute error of each entry: truncation and the rounding of f.
  std::vector<double> error;
};

/// The gradient of f at x from values of f alone. `scale` of a coordinate is |x_i|, or for x_i = 0 the mean of |x|, or 1.
/// A coordinate along which f is not finite near x has NaN for gradient and infinity for error.
[[nodiscard]] DifferenceGradient difference_gradient(const ScalarFunction& f, std::span<const double> x,
                                                     Differences differences = Differences::ridders);

struct CoordinateCheck {
  std::size_t index = 0;
  double gradient = 0;     ///< what was given
  double differences = 0;  ///< what the values of f say
  double error = 0;        ///< estimated error of the latter
  bool agrees = true;
  /// Why nothing can be said, and `agrees` means nothing: "f is not finite near it", "f jumps there"; else empty.
  std::string unjudged = {};
};

struct GradientCheck {
  bool agrees = true;        ///< no coordinate disagrees
  std::size_t unjudged = 0;  ///< coordinates of which nothing can be said
  std::vector<CoordinateCheck> coordinates;
  std::size_t worst = 0;  ///< coordinate of the largest disagreement in units of its error
  /// One sentence with both numbers: what is wrong and why.
  std::string message;
  /// Why, where the pattern is plain: all or one coordinate zero, with its sign reversed or off by a factor, two coordinates
  /// exchanged, entries shifted by one; else empty.
  std::string cause;
};

/// What messages call coordinate k: `x[3]`.
using CoordinateLabel = std::function<std::string(std::size_t k)>;

/// Compares a gradient with Ridders' differences of f at x, coordinate by coordinate.
///
/// A coordinate agrees if both differ by at most `tolerance` of the larger plus ten times the differences' own estimated
/// error, so that noise in f is not taken for a wrong gradient; at a kink of f it agrees from one one-sided slope to the other.
/// label: `coordinate 3` unless given.
[[nodiscard]] GradientCheck check_gradient(const ScalarFunction& f, const GradientFunction& gradient,
                                           std::span<const double> x, double tolerance = 1e-6,
                                           const CoordinateLabel& label = {});

}  // namespace downhill
