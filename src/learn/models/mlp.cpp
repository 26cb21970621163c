#include "learn/models/model_erasure.hpp"

namespace downhill::learn {

options::Fields Mlp::fields() {
  using options::field;
  return {rest(field("hidden", &Mlp::hidden, "widths of the hidden layers", options::closed(1, 1e9))),
          field("activation", &Mlp::activation, "layer after each hidden one"),
          field("dropout", &Mlp::dropout, "probability that a hidden number becomes 0 in training",
                options::right_open(0, 1))};
}

template <>
struct Layers<Mlp> {
  static std::vector<Layer> of(const Mlp& options, std::int64_t outputs) {
    std::vector<Layer> layers{Flatten{}};
    for (const std::int64_t width : options.hidden) {
      layers.emplace_back(Dense{.units = width});
      layers.push_back(options.activation);
      if (options.dropout > 0) layers.emplace_back(Dropout{options.dropout});
    }
    layers.emplace_back(Dense{.units = outputs});
    return layers;
  }
};

template Model::Model(const Mlp&);

}  // namespace downhill::learn
