#include <downhill/learn/layers/flatten.hpp>
#include <downhill/operations.hpp>

#include "learn/layer_erasure.hpp"

namespace downhill::learn {

options::Fields Flatten::fields() { return {}; }

template <>
struct Apply<Flatten> {
  static LayerOutput apply(const Flatten&, const LayerInput& in) {
    const Shape& shape = in.x.shape();
    std::int64_t features = 1;
    for (std::size_t k = 1; k < shape.rank(); ++k) features *= shape[k];
    return {shape.rank() == 2 ? in.x : reshape(in.x, {shape[0], features})};
  }
  static std::string onnx(const Flatten&, const OnnxInput& in, OnnxGraph& graph) {
    return graph.add("Flatten", {in.x}, {{"axis", std::int64_t{1}}});
  }
};

template Layer::Layer(const Flatten&);

}  // namespace downhill::learn
