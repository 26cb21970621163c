#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/operations.hpp>

#include "learn/layer_erasure.hpp"
#include "learn/layers/image.hpp"

namespace downhill::learn {

options::Fields Conv2d::fields() {
  using options::closed;
  using options::field;
  constexpr double most = 1e6;
  return {field("channels", &Conv2d::channels, "of the result", closed(1, most)),
          field("size", &Conv2d::size, "rows and columns of the window", closed(1, most)),
          field("stride", &Conv2d::stride, "distance between windows", closed(1, most)),
          field("padding", &Conv2d::padding, "same: zeros around the image, so that it keeps its size"),
          field("dilation", &Conv2d::dilation, "distance between the places a window reads", closed(1, most)),
          field("groups", &Conv2d::groups, "of channels that are kept apart", closed(1, most)),
          field("bias", &Conv2d::bias, "whether a number is added to each channel"),
          field("weights", &Conv2d::weights, "where the weights start")};
}

template <>
struct Apply<Conv2d> {
  static LayerVariables start(const Conv2d& options, const Shape& sample, DType dtype, const Array& key) {
    if (sample.rank() != 2 && sample.rank() != 3) {
      throw ShapeError(
          fmt::format("conv2d: a sample is [height, width] or [height, width, channels]: given {}", to_string(sample)));
    }
    const std::int64_t channels = sample.rank() == 3 ? sample[2] : 1;
    if (channels % options.groups != 0 || options.channels % options.groups != 0) {
      throw ShapeError(fmt::format("conv2d: {} groups do not divide {} channels and {} outputs", options.groups,
                                   channels, options.channels));
    }
    const std::int64_t places = options.size * options.size;
    const Weights weights{{options.size, options.size, channels / options.groups, options.channels},
                          places * channels / options.groups,
                          places * options.channels / options.groups,
                          dtype};
    LayerVariables result;
    result.parameters.push_back({"weight", options.weights.draw(weights, key)});
    if (options.bias == Bias::yes) result.parameters.push_back({"bias", zeros({options.channels}, dtype)});
    return result;
  }
  static LayerOutput apply(const Conv2d& options, const LayerInput& in) {
    const Array y = conv2d(as_images(in.x), in.parameters[0],
                           window_of(options.stride, options.padding, options.dilation), options.groups);
    return {options.bias == Bias::yes ? y + in.parameters[1] : y};
  }
  static std::string onnx(const Conv2d& options, const OnnxInput& in, OnnxGraph& graph) {
    // [height, width, channels, outputs] -> [outputs, channels, height, width]
    std::vector<std::string> inputs{onnx_channels_first(in, graph),
                                    graph.constant(transpose(in.values[0], {3, 2, 0, 1}))};
    if (options.bias == Bias::yes) inputs.push_back(in.parameters[1]);
    std::vector<OnnxAttribute> attributes =
        onnx_window(in.sample, options.size, options.stride, options.padding, options.dilation);
    attributes.push_back({"dilations", std::vector<std::int64_t>{options.dilation, options.dilation}});
    attributes.push_back({"group", options.groups});
    return onnx_channels_last(graph.add("Conv", inputs, attributes), graph);
  }
};

template Layer::Layer(const Conv2d&);

}  // namespace downhill::learn
