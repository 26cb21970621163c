#pragma once
#include <downhill/learn/layers/convolution.hpp>

#include <string>
#include <vector>

#include "learn/export/onnx_graph.hpp"

namespace downhill::learn {

/// [samples, height, width] as images of one channel; others as they are.
[[nodiscard]] Array as_images(const Array& x);
[[nodiscard]] Window window_of(std::int64_t stride, Border padding, std::int64_t dilation = 1);

/// x as ONNX has images: [samples, channels, height, width]; and back.
[[nodiscard]] std::string onnx_channels_first(const OnnxInput& in, OnnxGraph& graph);
[[nodiscard]] std::string onnx_channels_last(const std::string& x, OnnxGraph& graph);
/// kernel_shape, strides and pads of a window of `size` rows and columns.
[[nodiscard]] std::vector<OnnxAttribute> onnx_window(const Shape& sample, std::int64_t size, std::int64_t stride,
                                                     Border padding, std::int64_t dilation);

}  // namespace downhill::learn
