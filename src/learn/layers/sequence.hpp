#pragma once
#include <downhill/control.hpp>
#include <downhill/learn/layers/recurrent.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "learn/export/onnx_graph.hpp"
#include "options/fields.hpp"

/// What the layers that read sequences share.
namespace downhill::learn {

/// The features of a sample [time, features]. Throws ShapeError `<layer>: …` for another shape.
[[nodiscard]] std::int64_t sequence_features(std::string_view layer, const Shape& sample);

template <class Options>
[[nodiscard]] options::Fields sequence_fields() {
  using options::field;
  return {field("units", &Options::units, "numbers of the state", options::closed(1, 1e6)),
          field("output", &Options::output, "the state after the last step, or after all steps"),
          field("weights", &Options::weights, "where the weights of the input start"),
          field("recurrent", &Options::recurrent, "where the weights of the state start, of each gate by itself")};
}

/// weight [features, gates units], recurrent [units, gates units] and bias [gates units] of zeros.
struct GateSizes {
  std::int64_t features;
  std::int64_t units;
  std::int64_t gates;
};
[[nodiscard]] std::vector<NamedArray> gate_arrays(const GateSizes& sizes, const Initialiser& weights,
                                                  const Initialiser& recurrent, DType dtype, const Array& key);

/// Part `gate` of [samples, gates units].
[[nodiscard]] Array gate(const Array& all, std::int64_t gate, std::int64_t units);

/// The states that a step carries, the first of them its output, from x W + b at that step, [samples, gates units].
using SequenceStep = std::function<std::vector<Array>(const Array& projected, std::span<const Array> states)>;
/// Walks over x [samples, time, features] with `states` arrays [samples, units] that start at 0.
[[nodiscard]] Array over_time(const Array& x, const Array& weight, const Array& bias, std::int64_t units,
                              std::size_t states, Kept output, const SequenceStep& step);

/// The ONNX operation for it: `RNN`, `LSTM` or `GRU`. `order[k]` is the gate of ours that is the k-th there; recurrent_bias [gates units] may
/// be empty.
struct OnnxSequence {
  std::string operation;
  std::vector<std::int64_t> order;
  std::vector<OnnxAttribute> attributes = {};
  std::vector<double> recurrent_bias = {};
};
[[nodiscard]] std::string onnx_sequence(const OnnxSequence& form, std::int64_t units, Kept output, const OnnxInput& in,
                                        OnnxGraph& graph);

}  // namespace downhill::learn
