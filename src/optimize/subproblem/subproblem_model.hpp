#pragma once
#include <downhill/subproblem.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "optimize/method_model.hpp"
#include "optimize/quadratic_model.hpp"
#include "options/registry.hpp"

/// The inside of a Subproblem.
namespace downhill {

namespace optimize {

/// A step of a model in its scaled variables.
struct ModelStep {
  enum class Ends : std::uint8_t { inside, on_boundary };

  std::vector<double> step;
  double fall = 0;  ///< that the model foretells
  Ends ends = Ends::inside;
};

/// The subproblem at one point: what was computed for one radius serves for the next.
class Region {
 public:
  Region() = default;
  Region(const Region&) = delete;
  Region& operator=(const Region&) = delete;
  virtual ~Region() = default;
  /// radius: positive and finite
  [[nodiscard]] virtual ModelStep within(double radius) = 0;
};

}  // namespace optimize

class SubproblemModel {
 public:
  virtual ~SubproblemModel() = default;
  [[nodiscard]] virtual std::string text(options::Detail detail) const = 0;
  /// hessian or hessian_products
  [[nodiscard]] virtual optimize::Needs needs() const = 0;
  /// `tightness`: the residual, relative to the gradient, that the method's convergence asks for.
  /// The model outlives the region.
  [[nodiscard]] virtual std::unique_ptr<optimize::Region> at(optimize::QuadraticModel& model,
                                                             double tightness) const = 0;
};

}  // namespace downhill
