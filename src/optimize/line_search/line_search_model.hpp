#pragma once
#include <downhill/line_search.hpp>

#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "optimize/method_model.hpp"
#include "optimize/walk.hpp"
#include "options/registry.hpp"

/// The inside of a LineSearch.
namespace downhill {

namespace optimize {

/// The half line x + t direction, t > 0, from the present point of a walk. slope = gradient · direction < 0.
struct Ray {
  std::span<const double> direction;
  double slope = 0;
  double unit = 1;   ///< a step in the method's own units, such as a learning rate, is t = unit * step
  double noise = 0;  ///< of f near here, where it was measured; its rounding is known without
  double longest = std::numeric_limits<double>::infinity();  ///< t beyond which no point is within the bounds
};

/// An accepted trial, with everything that was computed there, so that nothing is evaluated twice.
struct Trial {
  double step = 0;
  Point point;  ///< gradient included
};

/// x + t direction
[[nodiscard]] std::vector<double> along(std::span<const double> x, double t, std::span<const double> direction);
/// Evaluates the point at t; its value may be anything. Beyond the longest step it is NaN, and f is not evaluated.
[[nodiscard]] Trial try_step(Walk& walk, const Ray& ray, double t);
/// Whether f and all of the gradient are finite.
[[nodiscard]] bool is_usable(const Trial& trial);
/// How much of a difference between values near `value` may be rounding.
[[nodiscard]] double rounding_of(double value);

}  // namespace optimize

class LineSearchModel {
 public:
  virtual ~LineSearchModel() = default;
  [[nodiscard]] virtual std::string text(options::Detail detail) const = 0;
  [[nodiscard]] virtual optimize::Traits::Descent descent() const = 0;
  /// The step in the method's own units if it is always that one, else 0.
  [[nodiscard]] virtual double fixed_rate() const = 0;
  [[nodiscard]] virtual std::optional<optimize::Trial> find(optimize::Walk& walk, const optimize::Ray& ray,
                                                            double suggested_step) const = 0;
};

}  // namespace downhill
