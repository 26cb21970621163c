#include "learn/layers/image.hpp"

#include <downhill/operations.hpp>

namespace downhill::learn {

Array as_images(const Array& x) { return x.rank() == 3 ? expand_dims(x, -1) : x; }

Window window_of(std::int64_t stride, Border padding, std::int64_t dilation) {
  return {.stride = {stride, stride},
          .padding = padding == Border::same ? Padding::same : Padding::valid,
          .dilation = {dilation, dilation}};
}

}  // namespace downhill::learn
