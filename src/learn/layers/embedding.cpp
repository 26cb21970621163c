#include <downhill/learn/layers/embedding.hpp>
#include <downhill/operations.hpp>

#include "learn/layer_erasure.hpp"

namespace downhill::learn {

options::Fields Embedding::fields() {
  using options::closed;
  using options::field;
  return {field("vocabulary", &Embedding::vocabulary, "of the numbers 0 … vocabulary - 1", closed(1, 1e9)),
          field("width", &Embedding::width, "numbers each becomes", closed(1, 1e6)),
          field("weights", &Embedding::weights, "where the table starts")};
}

template <>
struct Apply<Embedding> {
  static LayerVariables start(const Embedding& options, const Shape&, DType dtype, const Array& key) {
    const Weights table{{options.vocabulary, options.width}, options.width, options.width, dtype};
    return {{{"weight", options.weights.draw(table, key)}}, {}};
  }
  static LayerOutput apply(const Embedding&, const LayerInput& in) {
    return {gather(in.parameters[0], astype(in.x, DType::i32))};
  }
  static std::string onnx(const Embedding&, const OnnxInput& in, OnnxGraph& graph) {
    return graph.add("Gather", {in.parameters[0], graph.add("Cast", {in.x}, {{"to", onnx_integer}})});
  }
};

template Layer::Layer(const Embedding&);

}  // namespace downhill::learn
