#include "learn/layers/image.hpp"

#include <downhill/operations.hpp>

#include <algorithm>
#include <cstdint>

namespace downhill::learn {

Array as_images(const Array& x) { return x.rank() == 3 ? expand_dims(x, -1) : x; }

Window window_of(std::int64_t stride, Border padding, std::int64_t dilation) {
  return {.stride = {stride, stride},
          .padding = padding == Border::same ? Padding::same : Padding::valid,
          .dilation = {dilation, dilation}};
}

std::string onnx_channels_first(const OnnxInput& in, OnnxGraph& graph) {
  if (in.sample.rank() == 2) return graph.add("Unsqueeze", {in.x, graph.integers({1})});
  return graph.add("Transpose", {in.x}, {{"perm", std::vector<std::int64_t>{0, 3, 1, 2}}});
}

std::string onnx_channels_last(const std::string& x, OnnxGraph& graph) {
  return graph.add("Transpose", {x}, {{"perm", std::vector<std::int64_t>{0, 2, 3, 1}}});
}

std::vector<OnnxAttribute> onnx_window(const Shape& sample, std::int64_t size, std::int64_t stride, Border padding,
                                       std::int64_t dilation) {
  std::vector<std::int64_t> pads(4, 0);  // before rows and columns, then behind
  if (padding == Border::same) {
    for (std::size_t k = 0; k < 2; ++k) {
      const std::int64_t length = sample[k];
      const std::int64_t count = (length + stride - 1) / stride;
      const std::int64_t around = std::max<std::int64_t>(0, (count - 1) * stride + (size - 1) * dilation + 1 - length);
      pads[k] = around / 2;
      pads[k + 2] = around - around / 2;
    }
  }
  return {{"kernel_shape", std::vector<std::int64_t>{size, size}},
          {"strides", std::vector<std::int64_t>{stride, stride}},
          {"pads", pads}};
}

}  // namespace downhill::learn
