#include <downhill/learn/layers/dense.hpp>
#include <downhill/operations.hpp>

#include "learn/layer_erasure.hpp"

namespace downhill::learn {

options::Fields Dense::fields() {
  using options::field;
  return {field("units", &Dense::units, "number of outputs", options::closed(1, 1e9)),
          field("bias", &Dense::bias, "whether a number is added to each output"),
          field("weights", &Dense::weights, "where the weights start")};
}

template <>
struct Apply<Dense> {
  static LayerVariables start(const Dense& options, const Shape& sample, DType dtype, const Array& key) {
    const std::int64_t features = features_of(Dense::name, sample);
    LayerVariables result;
    result.parameters.push_back(
        {"weight", options.weights.draw({{features, options.units}, features, options.units, dtype}, key)});
    if (options.bias == Bias::yes) result.parameters.push_back({"bias", zeros({options.units}, dtype)});
    return result;
  }
  static LayerOutput apply(const Dense& options, const LayerInput& in) {
    const Array product = matmul(in.x, in.parameters[0]);
    return {options.bias == Bias::yes ? product + in.parameters[1] : product};
  }
  static std::string onnx(const Dense& options, const OnnxInput& in, OnnxGraph& graph) {
    const std::string product = graph.add("MatMul", {in.x, in.parameters[0]});
    return options.bias == Bias::yes ? graph.add("Add", {product, in.parameters[1]}) : product;
  }
};

template Layer::Layer(const Dense&);

}  // namespace downhill::learn
