#include "learn/layer_erasure.hpp"
#include "learn/layers/image.hpp"

namespace downhill::learn {
namespace {

template <class Pool>
options::Fields pool_fields() {
  using options::field;
  constexpr double most = 1e6;
  return {field("size", &Pool::size, "rows and columns of the window", options::closed(1, most)),
          field("stride", &Pool::stride, "distance between windows", options::closed(1, most)),
          field("padding", &Pool::padding, "same: as if the image went on, without counting what is not there")};
}

// Its windows count no more places than lie within the image, as ONNX's do by default.
template <class Pool>
std::string onnx_pool(const char* operation, const Pool& options, const OnnxInput& in, OnnxGraph& graph) {
  const std::string images = onnx_channels_first(in, graph);
  const std::vector<OnnxAttribute> window = onnx_window(in.sample, options.size, options.stride, options.padding, 1);
  return onnx_channels_last(graph.add(operation, {images}, window), graph);
}

}  // namespace

options::Fields MaxPool::fields() { return pool_fields<MaxPool>(); }
options::Fields AveragePool::fields() { return pool_fields<AveragePool>(); }

template <>
struct Apply<MaxPool> {
  static LayerOutput apply(const MaxPool& options, const LayerInput& in) {
    return {max_pool(as_images(in.x), {options.size, options.size}, window_of(options.stride, options.padding))};
  }
  static std::string onnx(const MaxPool& options, const OnnxInput& in, OnnxGraph& graph) {
    return onnx_pool("MaxPool", options, in, graph);
  }
};
template <>
struct Apply<AveragePool> {
  static LayerOutput apply(const AveragePool& options, const LayerInput& in) {
    return {average_pool(as_images(in.x), {options.size, options.size}, window_of(options.stride, options.padding))};
  }
  static std::string onnx(const AveragePool& options, const OnnxInput& in, OnnxGraph& graph) {
    return onnx_pool("AveragePool", options, in, graph);
  }
};

template Layer::Layer(const MaxPool&);
template Layer::Layer(const AveragePool&);

}  // namespace downhill::learn
