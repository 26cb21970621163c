#pragma once
#include <downhill/learn/loss.hpp>

#include "options/registry.hpp"

/// The inside of a Loss.
namespace downhill::learn {

class LossModel {
 public:
  virtual ~LossModel() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual std::string text(options::Detail detail) const = 0;
  [[nodiscard]] virtual Target target() const = 0;
  [[nodiscard]] virtual Array mean(const Array& outputs, const Array& targets) const = 0;
  [[nodiscard]] virtual bool has_residuals() const = 0;
  [[nodiscard]] virtual std::optional<Array> residuals(const Array& outputs, const Array& targets) const = 0;
};

}  // namespace downhill::learn
