#include <downhill/learn/layers/attention.hpp>
#include <downhill/operations.hpp>
#include <downhill/random.hpp>

#include <cmath>
#include <limits>

#include "learn/layer_erasure.hpp"
#include "learn/layers/sequence.hpp"

namespace downhill::learn {

options::Fields Attention::fields() {
  using options::closed;
  using options::field;
  return {field("heads", &Attention::heads, "ways to look at a sequence, side by side", closed(1, 1e4)),
          field("width", &Attention::width, "numbers that are compared, of each head", closed(1, 1e6)),
          field("mask", &Attention::mask, "causal: a step sees itself and those before it"),
          field("weights", &Attention::weights, "where the weights start")};
}

template <>
struct Apply<Attention> {
  static LayerVariables start(const Attention& options, const Shape& sample, DType dtype, const Array& key) {
    const std::int64_t features = sequence_features(Attention::name, sample);
    const std::int64_t wide = options.heads * options.width;
    LayerVariables result;
    int stream = 0;
    for (const char* name : {"query", "key", "value"}) {
      result.parameters.push_back(
          {name, options.weights.draw({{features, wide}, features, wide, dtype}, fold_in(key, stream++))});
    }
    result.parameters.push_back(
        {"output", options.weights.draw({{wide, features}, wide, features, dtype}, fold_in(key, stream))});
    result.parameters.push_back({"bias", zeros({features}, dtype)});
    return result;
  }

  static LayerOutput apply(const Attention& options, const LayerInput& in) {
    const std::int64_t samples = in.x.shape()[0];
    const std::int64_t time = in.x.shape()[1];
    // [samples, time, features] -> [samples, heads, time, width], or its last two axes the other way
    const auto by_head = [&](std::size_t parameter, const std::vector<std::int64_t>& axes) {
      return transpose(reshape(matmul(in.x, in.parameters[parameter]), {samples, time, options.heads, options.width}),
                       axes);
    };
    Array scores = matmul(by_head(0, {0, 2, 1, 3}), by_head(1, {0, 2, 3, 1})) * scale(options);
    if (options.mask == Mask::causal) {
      const Array step = arange(time);
      const Array is_seen = reshape(step, {time, 1}) >= reshape(step, {1, time});
      scores = where(is_seen, scores, -std::numeric_limits<double>::infinity());
    }
    const Array mixed = transpose(matmul(softmax(scores), by_head(2, {0, 2, 1, 3})), {0, 2, 1, 3});
    const Array flat = reshape(mixed, {samples, time, options.heads * options.width});
    return {matmul(flat, in.parameters[3]) + in.parameters[4]};
  }

  static std::string onnx(const Attention& options, const OnnxInput& in, OnnxGraph& graph) {
    const DType dtype = in.values[0].dtype();
    const auto by_head = [&](std::size_t parameter, const std::vector<std::int64_t>& axes) {
      const std::string product = graph.add("MatMul", {in.x, in.parameters[parameter]});
      const std::string apart = graph.add("Reshape", {product, graph.integers({0, 0, options.heads, options.width})});
      return graph.add("Transpose", {apart}, {{"perm", axes}});
    };
    std::string scores = graph.add("MatMul", {by_head(0, {0, 2, 1, 3}), by_head(1, {0, 2, 3, 1})});
    scores = graph.add("Mul", {scores, graph.constant(full({}, scale(options), dtype))});
    if (options.mask == Mask::causal) {
      const std::int64_t time = in.sample[0];
      std::vector<double> hidden;
      for (std::int64_t row = 0; row < time; ++row) {
        for (std::int64_t column = 0; column < time; ++column) {
          hidden.push_back(column <= row ? 0 : -std::numeric_limits<double>::infinity());
        }
      }
      scores = graph.add("Add", {scores, graph.constant(Array(hidden, Shape{time, time}, dtype))});
    }
    const std::string shares = graph.add("Softmax", {scores}, {{"axis", std::int64_t{-1}}});
    const std::string mixed = graph.add("Transpose", {graph.add("MatMul", {shares, by_head(2, {0, 2, 1, 3})})},
                                        {{"perm", std::vector<std::int64_t>{0, 2, 1, 3}}});
    const std::string flat = graph.add("Reshape", {mixed, graph.integers({0, 0, options.heads * options.width})});
    return graph.add("Add", {graph.add("MatMul", {flat, in.parameters[3]}), in.parameters[4]});
  }

 private:
  static double scale(const Attention& options) { return 1 / std::sqrt(static_cast<double>(options.width)); }
};

template Layer::Layer(const Attention&);

}  // namespace downhill::learn
