#pragma once
#include <downhill/operations.hpp>

#include <array>
#include <cstdint>

/// Convolutions and pooling of images, channels last: x [samples, height, width, channels].
namespace downhill {

/// Rows and columns, in this order.
using Pair = std::array<std::int64_t, 2>;

enum class Padding : std::uint8_t {
  valid,  ///< none: windows lie within the image
  same,   ///< zeros around it, as many as make the result ⌈length / stride⌉ long, the odd one behind
};

/// How a window moves over an image.
struct Window {
  Pair stride = {1, 1};
  Padding padding = Padding::valid;
  Pair dilation = {1, 1};  ///< distance between the places that a window reads
};

/// y[n, i, j, o] = Σ x[n, i s + k d, j s + l d, c] weights[k, l, c, o], the correlation that networks call convolution.
///
/// weights  [height, width, channels / groups, outputs]; group g of the channels makes group g of the outputs
/// Returns  [samples, rows, columns, outputs]
/// Throws ShapeError for shapes that do not fit and for a window larger than the image.
/// Cost: one product of [samples rows columns, height width channels] with [height width channels, outputs], for which the windows are
/// copied out first (Chellapilla, Puri & Simard, IWFHR 2006).
[[nodiscard]] Array conv2d(const Operand& x, const Operand& weights, const Window& window = {},
                           std::int64_t groups = 1);

/// The largest of each window of `size`; ties share the derivative equally; zeros of the padding do not count.
/// [samples, height, width, channels] -> [samples, rows, columns, channels]
[[nodiscard]] Array max_pool(const Operand& x, const Pair& size, const Window& window);
/// The mean of each window of `size`, over the places within the image.
[[nodiscard]] Array average_pool(const Operand& x, const Pair& size, const Window& window);

}  // namespace downhill
