#include <downhill/learn/layers/activations.hpp>
#include <downhill/operations.hpp>

#include <numbers>

#include "learn/layer_erasure.hpp"

namespace downhill::learn {

options::Fields Relu::fields() { return {}; }
options::Fields LeakyRelu::fields() {
  return {options::field("slope", &LeakyRelu::slope, "for negative x", options::closed(0, 1))};
}
options::Fields Tanh::fields() { return {}; }
options::Fields Logistic::fields() { return {}; }
options::Fields Softplus::fields() { return {}; }
options::Fields Gelu::fields() { return {}; }
options::Fields Silu::fields() { return {}; }

template <>
struct Apply<Relu> {
  static LayerOutput apply(const Relu&, const LayerInput& in) { return {relu(in.x)}; }
  static std::string onnx(const Relu&, const OnnxInput& in, OnnxGraph& graph) { return graph.add("Relu", {in.x}); }
};
template <>
struct Apply<LeakyRelu> {
  static LayerOutput apply(const LeakyRelu& options, const LayerInput& in) {
    return {where(in.x > 0.0, in.x, options.slope * in.x)};
  }
  static std::string onnx(const LeakyRelu& options, const OnnxInput& in, OnnxGraph& graph) {
    return graph.add("LeakyRelu", {in.x}, {{"alpha", static_cast<float>(options.slope)}});
  }
};
template <>
struct Apply<Tanh> {
  static LayerOutput apply(const Tanh&, const LayerInput& in) { return {tanh(in.x)}; }
  static std::string onnx(const Tanh&, const OnnxInput& in, OnnxGraph& graph) { return graph.add("Tanh", {in.x}); }
};
template <>
struct Apply<Logistic> {
  static LayerOutput apply(const Logistic&, const LayerInput& in) { return {logistic(in.x)}; }
  static std::string onnx(const Logistic&, const OnnxInput& in, OnnxGraph& graph) {
    return graph.add("Sigmoid", {in.x});
  }
};
template <>
struct Apply<Softplus> {
  static LayerOutput apply(const Softplus&, const LayerInput& in) { return {softplus(in.x)}; }
  static std::string onnx(const Softplus&, const OnnxInput& in, OnnxGraph& graph) {
    return graph.add("Softplus", {in.x});
  }
};
template <>
struct Apply<Gelu> {
  static LayerOutput apply(const Gelu&, const LayerInput& in) { return {gelu(in.x)}; }
  // x (1 + erf(x / sqrt 2)) / 2
  static std::string onnx(const Gelu&, const OnnxInput& in, OnnxGraph& graph) {
    const auto number = [&](double value) { return graph.constant(full({}, value, in.dtype)); };
    const std::string erf = graph.add("Erf", {graph.add("Mul", {in.x, number(std::numbers::sqrt2 / 2)})});
    const std::string twice = graph.add("Mul", {in.x, graph.add("Add", {erf, number(1)})});
    return graph.add("Mul", {twice, number(0.5)});
  }
};
template <>
struct Apply<Silu> {
  static LayerOutput apply(const Silu&, const LayerInput& in) { return {silu(in.x)}; }
  static std::string onnx(const Silu&, const OnnxInput& in, OnnxGraph& graph) {
    return graph.add("Mul", {in.x, graph.add("Sigmoid", {in.x})});
  }
};

template Layer::Layer(const Relu&);
template Layer::Layer(const LeakyRelu&);
template Layer::Layer(const Tanh&);
template Layer::Layer(const Logistic&);
template Layer::Layer(const Softplus&);
template Layer::Layer(const Gelu&);
template Layer::Layer(const Silu&);

}  // namespace downhill::learn
