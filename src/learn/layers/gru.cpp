#include <downhill/operations.hpp>

#include "learn/layer_erasure.hpp"
#include "learn/layers/sequence.hpp"

namespace downhill::learn {

options::Fields Gru::fields() { return sequence_fields<Gru>(); }

template <>
struct Apply<Gru> {
  static LayerVariables start(const Gru& options, const Shape& sample, DType dtype, const Array& key) {
    const GateSizes sizes{sequence_features(Gru::name, sample), options.units, gates};
    LayerVariables result{gate_arrays(sizes, options.weights, options.recurrent, dtype, key), {}};
    result.parameters.push_back({"recurrent_bias", zeros({options.units}, dtype)});
    return result;
  }
  static LayerOutput apply(const Gru& options, const LayerInput& in) {
    const std::int64_t units = options.units;
    const auto step = [&](const Array& projected, std::span<const Array> states) -> std::vector<Array> {
      const Array& h = states[0];
      const Array mixed = matmul(h, in.parameters[1]);
      const auto opened = [&](std::int64_t k) { return logistic(gate(projected, k, units) + gate(mixed, k, units)); };
      const Array proposed =
          tanh(gate(projected, candidate, units) + opened(reset) * (gate(mixed, candidate, units) + in.parameters[3]));
      const Array kept = opened(update);
      return {(1.0 - kept) * proposed + kept * h};
    };
    return {over_time(in.x, in.parameters[0], in.parameters[2], units, 1, options.output, step)};
  }
  static std::string onnx(const Gru& options, const OnnxInput& in, OnnxGraph& graph) {
    OnnxSequence form{"GRU", {update, reset, candidate}, {{"linear_before_reset", std::int64_t{1}}}};
    form.recurrent_bias.assign(static_cast<std::size_t>(2 * options.units), 0.0);
    const std::vector<double> own = in.values[3].values();
    form.recurrent_bias.insert(form.recurrent_bias.end(), own.begin(), own.end());
    return onnx_sequence(form, options.units, options.output, in, graph);
  }

 private:
  static constexpr std::int64_t gates = 3;
  static constexpr std::int64_t reset = 0;
  static constexpr std::int64_t update = 1;
  static constexpr std::int64_t candidate = 2;
};

template Layer::Layer(const Gru&);

}  // namespace downhill::learn
