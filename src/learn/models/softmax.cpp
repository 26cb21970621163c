#include "learn/models/model_erasure.hpp"

namespace downhill::learn {

options::Fields Softmax::fields() { return {options::field("weights", &Softmax::weights, "where the weights start")}; }

template <>
struct Layers<Softmax> {
  static std::vector<Layer> of(const Softmax& options, std::int64_t outputs) {
    return {Flatten{}, Dense{.units = outputs, .weights = options.weights}};
  }
};

template Model::Model(const Softmax&);

}  // namespace downhill::learn
