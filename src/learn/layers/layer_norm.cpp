#include <downhill/learn/layers/normalisation.hpp>
#include <downhill/operations.hpp>

#include "learn/layer_erasure.hpp"

namespace downhill::learn {

options::Fields LayerNorm::fields() {
  return {options::field("epsilon", &LayerNorm::epsilon, "added to the variance, in units of x²", options::positive())};
}

template <>
struct Apply<LayerNorm> {
  static LayerVariables start(const LayerNorm&, const Shape& sample, DType dtype, const Array&) {
    const Shape features{features_of(LayerNorm::name, sample)};
    return {{{"scale", ones(features, dtype)}, {"shift", zeros(features, dtype)}}, {}};
  }
  static LayerOutput apply(const LayerNorm& options, const LayerInput& in) {
    std::vector<std::int64_t> kept = in.x.shape().lengths();
    kept.back() = 1;
    const Array m = reshape(mean(in.x, {{-1}}), Shape(kept));
    const Array from_mean = in.x - m;
    const Array v = reshape(mean(square(from_mean), {{-1}}), Shape(kept));
    return {from_mean * rsqrt(v + options.epsilon) * in.parameters[0] + in.parameters[1]};
  }
  static std::string onnx(const LayerNorm& options, const OnnxInput& in, OnnxGraph& graph) {
    return graph.add("LayerNormalization", {in.x, in.parameters[0], in.parameters[1]},
                     {{"axis", std::int64_t{-1}}, {"epsilon", static_cast<float>(options.epsilon)}});
  }
};

template Layer::Layer(const LayerNorm&);

}  // namespace downhill::learn
