#include <downhill/learn/layers/normalisation.hpp>
#include <downhill/operations.hpp>

#include <algorithm>

#include "learn/layer_erasure.hpp"

namespace downhill::learn {

options::Fields BatchNorm::fields() {
  using options::field;
  return {field("momentum", &BatchNorm::momentum, "weight of the past in the running means", options::right_open(0, 1)),
          field("epsilon", &BatchNorm::epsilon, "added to the variance, in units of x²", options::positive())};
}

template <>
struct Apply<BatchNorm> {
  static LayerVariables start(const BatchNorm&, const Shape& sample, DType dtype, const Array&) {
    const Shape channels{features_of(BatchNorm::name, sample)};
    return {{{"scale", ones(channels, dtype)}, {"shift", zeros(channels, dtype)}},
            {{"mean", zeros(channels, dtype)}, {"variance", ones(channels, dtype)}}};
  }
  static LayerOutput apply(const BatchNorm& options, const LayerInput& in) {
    if (in.mode == Mode::evaluation) return {normalised(options, in, in.buffers[0], in.buffers[1])};
    std::vector<std::int64_t> axes;
    for (std::size_t k = 0; k + 1 < in.x.rank(); ++k) axes.push_back(static_cast<std::int64_t>(k));
    const Array m = mean(in.x, axes);
    const Array v = mean(square(in.x - m), axes);
    const double samples = static_cast<double>(in.x.size()) / static_cast<double>(std::max<std::int64_t>(1, m.size()));
    const double unbiased = samples > 1 ? samples / (samples - 1) : 1;
    const double past = options.momentum;
    return {normalised(options, in, m, v),
            {past * in.buffers[0] + (1 - past) * stop_gradient(m),
             past * in.buffers[1] + ((1 - past) * unbiased) * stop_gradient(v)}};
  }
  static std::string onnx(const BatchNorm& options, const OnnxInput& in, OnnxGraph& graph) {
    const std::string from_mean = graph.add("Sub", {in.x, graph.constant(in.buffers[0])});
    const Array factor = in.values[0] * rsqrt(in.buffers[1] + options.epsilon);
    return graph.add("Add", {graph.add("Mul", {from_mean, graph.constant(factor)}), in.parameters[1]});
  }

 private:
  static Array normalised(const BatchNorm& options, const LayerInput& in, const Array& m, const Array& v) {
    return (in.x - m) * (in.parameters[0] * rsqrt(v + options.epsilon)) + in.parameters[1];
  }
};

template Layer::Layer(const BatchNorm&);

}  // namespace downhill::learn
