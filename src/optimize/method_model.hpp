#pragma once
#include <downhill/method.hpp>

#include <cstddef>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

#include "optimize/state.hpp"
#include "optimize/walk.hpp"
#include "options/registry.hpp"

/// The inside of a Method.
namespace downhill {

namespace optimize {

/// What a method must be given.
enum class Needs : std::uint8_t { values, gradient, hessian_products, hessian, residuals, quadratic };

/// What the driver has to know about a method; it knows nothing else.
struct Traits {
  Needs needs = Needs::gradient;
  /// Whether the driver takes it off a saddle or maximum along negative curvature.
  enum class Saddles : std::uint8_t { stays, leaves } saddles = Saddles::stays;
  /// Whether f never rises by more than its rounding error.
  enum class Descent : std::uint8_t { free, monotone } descent = Descent::monotone;
  /// How fast it closes in: a superlinear method is asked for a more accurate x before it may stop.
  /// values_alone: it ends by itself, having used up its search, and no small gradient ends it before.
  enum class Rate : std::uint8_t { values_alone, linear, superlinear } rate = Rate::linear;
  /// Whether every point it tries is within the bounds of the walk's box; a method that ignores them is refused where there are any.
  enum class Bounds : std::uint8_t { ignores, keeps } bounds = Bounds::ignores;
  /// Which kinks of f it knows what to do with: a method that needs the rest of f to be smooth is refused where that is known to
  /// have others and f has no L1 terms.
  enum class Kinks : std::uint8_t { any, of_l1_terms } kinks = Kinks::any;
  /// Of a method that needs the Hessian: whether it can do with one of few entries.
  enum class Matrix : std::uint8_t { dense, dense_or_sparse } matrix = Matrix::dense;
  /// γ where every step is -γ gradient; 0 where steps are not.
  double fixed_rate = 0;
  /// The number of variables it can work on.
  std::size_t most_variables = std::numeric_limits<std::size_t>::max();
};

/// A method under way.
class Steps {
 public:
  virtual ~Steps() = default;
  virtual StepOutcome step(Walk& walk) = 0;
  /// The state between two steps. A run that goes on from it takes the same steps, bit for bit.
  [[nodiscard]] virtual Snapshot save() = 0;
  /// Throws InputError if the record is of another method.
  virtual void load(const Snapshot& record) = 0;
};

}  // namespace optimize

class MethodModel {
 public:
  virtual ~MethodModel() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual std::string text(options::Detail detail) const = 0;
  [[nodiscard]] virtual optimize::Traits traits() const = 0;
  /// Begins at walk.here(); also called again after the driver has moved the walk by itself.
  [[nodiscard]] virtual std::unique_ptr<optimize::Steps> start(optimize::Walk& walk) const = 0;
};

}  // namespace downhill
