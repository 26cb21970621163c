#include "learn/export/onnx.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <downhill/learn/export.hpp>
#include <downhill/operations.hpp>

#include "learn/layer_model.hpp"

namespace downhill::learn {
namespace {

Array of_features(const std::vector<float>& numbers, const Shape& sample) {
  const std::vector<double> wide(numbers.begin(), numbers.end());
  return {wide, numbers.size() == 1 ? Shape{} : sample, DType::f32};
}

// (x - mean) / deviation, in f32 as in training.
std::string scaled(const TrainedNetwork& trained, const std::string& x, OnnxGraph& graph) {
  const Normalisation& normalisation = trained.normalisation;
  if (normalisation.mean.empty()) return x;
  const Shape& sample = trained.network.sample();
  const std::string from_mean = graph.add("Sub", {x, graph.constant(of_features(normalisation.mean, sample))});
  return graph.add("Div", {from_mean, graph.constant(of_features(normalisation.deviation, sample))});
}

std::string through_layers(const TrainedNetwork& trained, std::string x, OnnxGraph& graph) {
  const Network& network = trained.network;
  std::vector<std::string> names;
  for (std::size_t k = 0; k < trained.parameters.size(); ++k) {
    names.push_back(graph.constant(trained.parameters[k], network.parameters()[k].name));
  }
  for (std::size_t layer = 0; layer < network.layers().size(); ++layer) {
    OnnxInput in;
    in.x = std::move(x);
    in.sample = network.sample_after(layer);
    in.dtype = network.dtype();
    for (std::size_t k = 0; k < names.size(); ++k) {
      if (network.parameters()[k].layer != layer) continue;
      in.parameters.push_back(names[k]);
      in.values.push_back(trained.parameters[k]);
    }
    for (std::size_t k = 0; k < trained.buffers.size(); ++k) {
      if (network.buffers()[k].layer == layer) in.buffers.push_back(trained.buffers[k]);
    }
    x = network.layers()[layer].model().onnx(in, graph);
  }
  return x;
}

// As predicted_labels does it.
std::string labels_of(Target target, const std::string& scores, OnnxGraph& graph) {
  if (target == Target::label) {
    return graph.add("ArgMax", {scores}, {{"axis", std::int64_t{1}}, {"keepdims", std::int64_t{0}}});
  }
  const std::string is_positive = graph.add("Greater", {scores, graph.constant(zeros({}, DType::f32))});
  return graph.add("Squeeze", {graph.add("Cast", {is_positive}, {{"to", onnx_integer}}), graph.integers({1})});
}

}  // namespace

std::string onnx_model(const TrainedNetwork& trained) {
  const Network& network = trained.network;
  OnnxGraph graph;
  const bool is_wide = network.dtype() == DType::f64;
  std::string x = scaled(trained, "input", graph);
  if (is_wide) x = graph.add("Cast", {x}, {{"to", onnx_double}});
  std::string scores = through_layers(trained, x, graph);
  if (is_wide) scores = graph.add("Cast", {scores}, {{"to", onnx_real}});
  scores = graph.add("Flatten", {scores}, {{"axis", std::int64_t{1}}});
  graph.name_output(scores, "output");
  std::vector<OnnxPort> outputs{{"output", onnx_real, {network.output().size()}}};
  std::vector<std::pair<std::string, std::string>> metadata;
  if (trained.loss.target() != Target::number) {
    graph.name_output(labels_of(trained.loss.target(), scores, graph), "label");
    outputs.push_back({"label", onnx_integer, {}});
  }
  const auto note = [&](const char* key, const std::vector<std::string>& names) {
    if (!names.empty()) metadata.emplace_back(key, fmt::format("{}", fmt::join(names, "\n")));
  };
  note("classes", trained.names.classes);
  note("features", trained.names.features);
  return graph.model({{"input", onnx_real, network.sample()}}, outputs, metadata);
}

std::string export_onnx(const std::string& network) { return onnx_model(read_network(network)); }

}  // namespace downhill::learn
