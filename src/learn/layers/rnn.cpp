#include <downhill/operations.hpp>

#include "learn/layer_erasure.hpp"
#include "learn/layers/sequence.hpp"

namespace downhill::learn {

options::Fields Rnn::fields() { return sequence_fields<Rnn>(); }

template <>
struct Apply<Rnn> {
  static LayerVariables start(const Rnn& options, const Shape& sample, DType dtype, const Array& key) {
    const GateSizes sizes{sequence_features(Rnn::name, sample), options.units, 1};
    return {gate_arrays(sizes, options.weights, options.recurrent, dtype, key), {}};
  }
  static LayerOutput apply(const Rnn& options, const LayerInput& in) {
    const auto step = [&](const Array& projected, std::span<const Array> states) -> std::vector<Array> {
      return {tanh(projected + matmul(states[0], in.parameters[1]))};
    };
    return {over_time(in.x, in.parameters[0], in.parameters[2], options.units, 1, options.output, step)};
  }
  static std::string onnx(const Rnn& options, const OnnxInput& in, OnnxGraph& graph) {
    return onnx_sequence({"RNN", {0}}, options.units, options.output, in, graph);
  }
};

template Layer::Layer(const Rnn&);

}  // namespace downhill::learn
