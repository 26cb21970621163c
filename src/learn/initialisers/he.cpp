#include "learn/initialisers/initialiser_erasure.hpp"

namespace downhill::learn {

options::Fields He::fields() {
  return {options::field("distribution", &He::distribution, "of the weights: uniform or normal")};
}

template <>
struct Draw<He> {
  static Array draw(const He& options, const Weights& weights, const Array& key) {
    return drawn(options.distribution, 2 / static_cast<double>(weights.fan_in), weights, key);
  }
};

template Initialiser::Initialiser(const He&);

}  // namespace downhill::learn
