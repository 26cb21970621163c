#pragma once
#include <downhill/learn/layers/convolution.hpp>

namespace downhill::learn {

/// [samples, height, width] as images of one channel; others as they are.
[[nodiscard]] Array as_images(const Array& x);
[[nodiscard]] Window window_of(std::int64_t stride, Border padding, std::int64_t dilation = 1);

}  // namespace downhill::learn
