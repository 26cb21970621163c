#include <downhill/operations.hpp>
#include <downhill/random.hpp>

#include <cmath>

#include "learn/initialisers/initialiser_erasure.hpp"

namespace downhill::learn {

Array drawn(Distribution distribution, double variance, const Weights& weights, const Array& key) {
  if (distribution == Distribution::normal) {
    return std::sqrt(variance) * random_normal(key, weights.shape, weights.dtype);
  }
  const double limit = std::sqrt(3 * variance);  // that of a uniform number on [-a, a] is a²/3
  return limit * (2.0 * random_uniform(key, weights.shape, weights.dtype) - 1.0);
}

}  // namespace downhill::learn
