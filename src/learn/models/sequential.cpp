#include "learn/models/model_erasure.hpp"

namespace downhill::learn {

options::Fields Sequential::fields() {
  return {rest(options::field("layers", &Sequential::layers, "one after the other"))};
}

template <>
struct Layers<Sequential> {
  static std::vector<Layer> of(const Sequential& options, std::int64_t outputs) {
    std::vector<Layer> layers = options.layers;
    layers.emplace_back(Flatten{});
    layers.emplace_back(Dense{.units = outputs});
    return layers;
  }
};

template Model::Model(const Sequential&);

}  // namespace downhill::learn
