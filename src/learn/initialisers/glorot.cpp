#include "learn/initialisers/initialiser_erasure.hpp"

namespace downhill::learn {

options::Fields Glorot::fields() {
  return {options::field("distribution", &Glorot::distribution, "of the weights: uniform or normal")};
}

template <>
struct Draw<Glorot> {
  static Array draw(const Glorot& options, const Weights& weights, const Array& key) {
    return drawn(options.distribution, 2 / static_cast<double>(weights.fan_in + weights.fan_out), weights, key);
  }
};

template Initialiser::Initialiser(const Glorot&);

}  // namespace downhill::learn
