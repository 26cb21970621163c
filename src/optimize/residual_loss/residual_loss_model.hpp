#pragma once
#include <downhill/array.hpp>
#include <downhill/residual_loss.hpp>

#include <string>

#include "options/registry.hpp"

/// The inside of a ResidualLoss.
namespace downhill {

namespace optimize {

/// scale² ρ(s) of a residual r with s = (r / scale)².
struct ResidualCost {
  double value = 0;
  double weight = 1;     ///< ρ'(s): half the derivative by r is weight * r
  double curvature = 1;  ///< ρ'(s) + 2 s ρ''(s): half the second derivative by r; may be negative
};

}  // namespace optimize

class ResidualLossModel {
 public:
  virtual ~ResidualLossModel() = default;
  [[nodiscard]] virtual std::string text(options::Detail detail) const = 0;
  [[nodiscard]] virtual optimize::ResidualCost cost(double residual) const = 0;
  /// The sum over all residuals, by array functions.
  [[nodiscard]] virtual Array total(const Array& residuals) const = 0;
};

}  // namespace downhill
