#pragma once
#include <downhill/learn/model.hpp>

#include "options/registry.hpp"

/// The inside of a Model.
namespace downhill::learn {

class ModelKind {
 public:
  virtual ~ModelKind() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual std::string text(options::Detail detail) const = 0;
  [[nodiscard]] virtual std::vector<Layer> layers(std::int64_t outputs) const = 0;
};

}  // namespace downhill::learn
