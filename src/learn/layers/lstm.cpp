#include <downhill/operations.hpp>

#include "learn/layer_erasure.hpp"
#include "learn/layers/sequence.hpp"

namespace downhill::learn {

options::Fields Lstm::fields() { return sequence_fields<Lstm>(); }

template <>
struct Apply<Lstm> {
  static LayerVariables start(const Lstm& options, const Shape& sample, DType dtype, const Array& key) {
    const GateSizes sizes{sequence_features(Lstm::name, sample), options.units, gates};
    LayerVariables result{gate_arrays(sizes, options.weights, options.recurrent, dtype, key), {}};
    std::vector<Array> biases(gates, zeros({options.units}, dtype));
    biases[forget] = ones({options.units}, dtype);
    result.parameters[2].array = concatenate(biases);
    return result;
  }
  static LayerOutput apply(const Lstm& options, const LayerInput& in) {
    const std::int64_t units = options.units;
    const auto step = [&](const Array& projected, std::span<const Array> states) -> std::vector<Array> {
      const Array all = projected + matmul(states[0], in.parameters[1]);
      const Array cell = logistic(gate(all, forget, units)) * states[1] +
                         logistic(gate(all, input, units)) * tanh(gate(all, candidate, units));
      return {logistic(gate(all, shown, units)) * tanh(cell), cell};
    };
    return {over_time(in.x, in.parameters[0], in.parameters[2], units, 2, options.output, step)};
  }
  static std::string onnx(const Lstm& options, const OnnxInput& in, OnnxGraph& graph) {
    return onnx_sequence({"LSTM", {input, shown, forget, candidate}}, options.units, options.output, in, graph);
  }

 private:
  static constexpr std::int64_t gates = 4;
  static constexpr std::int64_t input = 0;
  static constexpr std::int64_t forget = 1;
  static constexpr std::int64_t candidate = 2;
  static constexpr std::int64_t shown = 3;
};

template Layer::Layer(const Lstm&);

}  // namespace downhill::learn
