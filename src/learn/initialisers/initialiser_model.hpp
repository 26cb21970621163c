#pragma once
#include <downhill/learn/initialiser.hpp>

#include "options/registry.hpp"

/// The inside of an Initialiser.
namespace downhill::learn {

class InitialiserModel {
 public:
  virtual ~InitialiserModel() = default;
  [[nodiscard]] virtual std::string text(options::Detail detail) const = 0;
  [[nodiscard]] virtual Array draw(const Weights& weights, const Array& key) const = 0;
};

}  // namespace downhill::learn
