#include "learn/layers/sequence.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/operations.hpp>
#include <downhill/random.hpp>

namespace downhill::learn {

std::int64_t sequence_features(std::string_view layer, const Shape& sample) {
  if (sample.rank() != 2 || sample[0] < 1) {
    throw ShapeError(fmt::format("{}: a sample is a sequence [time, features]: given {}", layer, to_string(sample)));
  }
  return sample[1];
}

std::vector<NamedArray> gate_arrays(const GateSizes& sizes, const Initialiser& weights, const Initialiser& recurrent,
                                    DType dtype, const Array& key) {
  const auto side_by_side = [&](const Initialiser& initialiser, std::int64_t rows, int stream) {
    std::vector<Array> gates;
    for (std::int64_t k = 0; k < sizes.gates; ++k) {
      const Array own = fold_in(fold_in(key, stream), static_cast<int>(k));
      gates.push_back(initialiser.draw({{rows, sizes.units}, rows, sizes.units, dtype}, own));
    }
    return concatenate(gates, 1);
  };
  return {{"weight", side_by_side(weights, sizes.features, 0)},
          {"recurrent", side_by_side(recurrent, sizes.units, 1)},
          {"bias", zeros({sizes.gates * sizes.units}, dtype)}};
}

Array gate(const Array& all, std::int64_t gate, std::int64_t units) {
  return slice(all, {Range{}, Range{gate * units, (gate + 1) * units}});
}

Array over_time(const Array& x, const Array& weight, const Array& bias, std::int64_t units, std::size_t states,
                Kept output, const SequenceStep& step) {
  // One product for all steps, then time first.
  const Array projected = transpose(matmul(x, weight) + bias, {1, 0, 2});
  const std::vector<Array> start(states, zeros({x.shape()[0], units}, x.dtype()));
  const ScanResult walk = scan(
      [&](std::span<const Array> carry, std::span<const Array> inputs) -> ScanStep {
        const std::vector<Array> next = step(inputs[0], carry);
        return {next, output == Kept::all ? std::vector<Array>{next[0]} : std::vector<Array>{}};
      },
      start, {projected});
  return output == Kept::all ? transpose(walk.outputs[0], {1, 0, 2}) : walk.carry[0];
}

std::string onnx_sequence(const OnnxSequence& form, std::int64_t units, Kept output, const OnnxInput& in,
                          OnnxGraph& graph) {
  const auto gates = static_cast<std::int64_t>(form.order.size());
  // [rows, gates units] -> [1, gates units, rows], the gates in ONNX's order.
  const auto weight_of = [&](const Array& weight) {
    std::vector<Array> parts;
    for (const std::int64_t k : form.order) parts.push_back(gate(weight, k, units));
    return graph.constant(expand_dims(transpose(concatenate(parts, 1)), 0));
  };
  std::vector<Array> biases;
  for (const std::int64_t k : form.order) biases.push_back(slice(in.values[2], {Range{k * units, (k + 1) * units}}));
  const std::vector<double> none(static_cast<std::size_t>(gates * units), 0.0);
  const std::vector<double>& recurrent = form.recurrent_bias.empty() ? none : form.recurrent_bias;
  biases.push_back(Array(recurrent, Shape{gates * units}, in.values[2].dtype()));
  std::vector<OnnxAttribute> attributes = form.attributes;
  attributes.push_back({"hidden_size", units});
  const std::string time_first = graph.add("Transpose", {in.x}, {{"perm", std::vector<std::int64_t>{1, 0, 2}}});
  const std::vector<std::string> outputs =
      graph.add_several(form.operation,
                        {time_first, weight_of(in.values[0]), weight_of(in.values[1]),
                         graph.constant(expand_dims(concatenate(biases), 0))},
                        attributes, 2);
  if (output == Kept::last) return graph.add("Squeeze", {outputs[1], graph.integers({0})});
  const std::string states = graph.add("Squeeze", {outputs[0], graph.integers({1})});
  return graph.add("Transpose", {states}, {{"perm", std::vector<std::int64_t>{1, 0, 2}}});
}

}  // namespace downhill::learn
