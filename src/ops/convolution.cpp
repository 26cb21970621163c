#include "ops/promote.hpp"

#include <downhill/convolution.hpp>
#include <downhill/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string_view>

namespace downhill {
namespace {

// A window of `size` on images [samples, height, width, channels], with what lies around them.
struct Placement {
  Pair size;
  Window window;
  Pair before = {0, 0};  ///< rows and columns added around the image
  Pair after = {0, 0};
  Pair count = {0, 0};  ///< places of the window

  [[nodiscard]] bool has_padding() const { return before != Pair{0, 0} || after != Pair{0, 0}; }
};

constexpr std::array<std::string_view, 2> axis_names{"rows", "columns"};

Placement place(std::string_view name, const Type& x, const Pair& size, const Window& window) {
  if (x.shape.rank() != 4) {
    throw ShapeError(fmt::format("{}: images are [samples, height, width, channels]: given {}", name, to_string(x)));
  }
  Placement result{size, window};
  for (std::size_t k = 0; k < 2; ++k) {
    const std::int64_t length = x.shape[k + 1];
    if (size[k] < 1 || window.stride[k] < 1 || window.dilation[k] < 1) {
      throw ShapeError(fmt::format("{}: size, stride and dilation are at least 1: {}, {} and {} for {}", name, size[k],
                                   window.stride[k], window.dilation[k], axis_names[k]));
    }
    const std::int64_t reach = (size[k] - 1) * window.dilation[k] + 1;
    if (window.padding == Padding::same) {
      result.count[k] = (length + window.stride[k] - 1) / window.stride[k];
      const std::int64_t around = std::max<std::int64_t>(0, (result.count[k] - 1) * window.stride[k] + reach - length);
      result.before[k] = around / 2;
      result.after[k] = around - around / 2;
    } else if (reach > length) {
      throw ShapeError(
          fmt::format("{}: the window is larger than the image: {} and {} {}", name, reach, length, axis_names[k]));
    } else {
      result.count[k] = (length - reach) / window.stride[k] + 1;
    }
  }
  return result;
}

Array padded(const Array& x, const Placement& p) {
  if (!p.has_padding()) return x;
  return pad(x, {0, p.before[0], p.before[1], 0}, {0, p.after[0], p.after[1], 0});
}

// What the place (k, l) of all windows reads: [samples, rows, columns, channels].
Array shifted(const Array& x, const Placement& p, std::int64_t k, std::int64_t l) {
  const auto range = [&](std::size_t axis, std::int64_t at) {
    const std::int64_t begin = at * p.window.dilation[axis];
    const std::int64_t step = p.window.stride[axis];
    return Range{begin, begin + (p.count[axis] - 1) * step + 1, step};
  };
  return slice(x, {Range{}, range(0, k), range(1, l)});
}

std::vector<Array> all_shifted(const Array& x, const Placement& p) {
  std::vector<Array> result;
  for (std::int64_t k = 0; k < p.size[0]; ++k) {
    for (std::int64_t l = 0; l < p.size[1]; ++l) result.push_back(shifted(x, p, k, l));
  }
  return result;
}

// One product for all windows: x [n, h, w, c], weights [kh, kw, c, o].
Array by_product(const Array& x, const Array& weights, const Placement& p) {
  const std::int64_t samples = x.shape()[0];
  const std::int64_t outputs = weights.shape()[3];
  const std::int64_t width = weights.size() / std::max<std::int64_t>(1, outputs);
  const Array windows = reshape(concatenate(all_shifted(x, p), 3), {samples * p.count[0] * p.count[1], width});
  return reshape(matmul(windows, reshape(weights, {width, outputs})), {samples, p.count[0], p.count[1], outputs});
}

// Each channel by itself: weights [kh, kw, 1, c].
Array by_channel(const Array& x, const Array& weights, const Placement& p) {
  const std::int64_t channels = weights.shape()[3];
  const Array factors = reshape(weights, {p.size[0] * p.size[1], channels});
  const std::vector<Array> parts = all_shifted(x, p);
  Array total = parts[0] * index(factors, 0);
  for (std::size_t k = 1; k < parts.size(); ++k)
    total = total + parts[k] * index(factors, static_cast<std::int64_t>(k));
  return total;
}

Array channels_of(const Array& x, std::int64_t begin, std::int64_t end) {
  return slice(x, {Range{}, Range{}, Range{}, Range{begin, end}});
}

}  // namespace

Array conv2d(const Operand& x, const Operand& weights, const Window& window, std::int64_t groups) {
  constexpr std::string_view name = "conv2d";
  const Type& w = weights.array.type();
  const Type& t = x.array.type();
  if (w.shape.rank() != 4) {
    throw ShapeError(fmt::format("{}: weights are [height, width, channels, outputs]: given {}", name, to_string(w)));
  }
  const Placement p = place(name, t, {w.shape[0], w.shape[1]}, window);
  const std::int64_t channels = t.shape[3];
  const std::int64_t outputs = w.shape[3];
  if (groups < 1 || channels % groups != 0 || outputs % groups != 0) {
    throw ShapeError(
        fmt::format("{}: {} groups do not divide {} channels and {} outputs", name, groups, channels, outputs));
  }
  if (w.shape[2] * groups != channels) {
    throw ShapeError(fmt::format("{}: weights and images differ in channels: {} and {} in {} groups", name, w.shape[2],
                                 channels, groups));
  }
  const Array images = padded(x.array, p);
  if (groups == 1) return by_product(images, weights.array, p);
  if (groups == channels && outputs == channels) return by_channel(images, weights.array, p);
  std::vector<Array> parts;
  for (std::int64_t g = 0; g < groups; ++g) {
    const std::int64_t in = channels / groups;
    const std::int64_t out = outputs / groups;
    parts.push_back(
        by_product(channels_of(images, g * in, (g + 1) * in), channels_of(weights.array, g * out, (g + 1) * out), p));
  }
  return concatenate(parts, 3);
}

Array max_pool(const Operand& x, const Pair& size, const Window& window) {
  const Placement p = place("max_pool", x.array.type(), size, window);
  const Shape& shape = x.array.shape();
  const bool is_tiling = size == window.stride && window.dilation == Pair{1, 1} && !p.has_padding();
  if (is_tiling) {
    const Array whole = slice(x, {Range{}, Range{0, p.count[0] * size[0]}, Range{0, p.count[1] * size[1]}});
    return max(reshape(whole, {shape[0], p.count[0], size[0], p.count[1], size[1], shape[3]}), {{2, 4}});
  }
  Array images = padded(x.array, p);
  if (p.has_padding()) {
    const Array is_inside = padded(ones(shape, x.array.dtype()), p) > 0.0;
    images = where(is_inside, images, -std::numeric_limits<double>::infinity());
  }
  return max(stack(all_shifted(images, p)), {{0}});
}

Array average_pool(const Operand& x, const Pair& size, const Window& window) {
  const Placement p = place("average_pool", x.array.type(), size, window);
  const auto total = [&](const Array& images) { return sum(stack(all_shifted(padded(images, p), p)), {{0}}); };
  if (!p.has_padding()) return total(x.array) * (1.0 / static_cast<double>(size[0] * size[1]));
  const Shape one{1, x.array.shape()[1], x.array.shape()[2], 1};
  return total(x.array) / total(ones(one, x.array.dtype()));
}

}  // namespace downhill
