#include "ir/trace.hpp"
#include "ops/primitives.hpp"
#include "ops/promote.hpp"

#include <downhill/error.hpp>
#include <downhill/operations.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

namespace downhill {
namespace {

using namespace ops;
using Integers = std::vector<std::int64_t>;

Array literal_filled(const Shape& shape, double value, DType dtype) {
  return broadcast_to(ir::make_array(ir::scalar_literal(dtype, value)), shape);
}

/// begin and count of numpy's slice begin:end:step on an axis of `length` (Python's slice.indices).
void resolve(const Range& range, std::int64_t length, std::int64_t& begin, std::int64_t& count) {
  if (range.step == 0) {
    throw ShapeError("slice: step is 0");
  }
  const bool is_forward = range.step > 0;
  const auto clamped = [&](std::int64_t at) {
    at = at < 0 ? at + length : at;
    return std::clamp(at, is_forward ? std::int64_t{0} : std::int64_t{-1}, is_forward ? length : length - 1);
  };
  begin = range.begin ? clamped(*range.begin) : is_forward ? 0 : length - 1;
  const std::int64_t end = range.end ? clamped(*range.end) : is_forward ? length : -1;
  const std::int64_t distance = is_forward ? end - begin : begin - end;
  const std::int64_t step = std::abs(range.step);
  count = distance > 0 ? (distance + step - 1) / step : 0;
}

/// x with `axis` last, `use` applied, and the axis back in its place.
template <class Use>
Array on_last_axis(std::string_view name, const Operand& x, std::int64_t axis, const Use& use) {
  const std::size_t at = resolve_axis(name, axis, x.array.type());
  Integers there(x.array.rank());
  std::iota(there.begin(), there.end(), 0);
  std::rotate(there.begin() + static_cast<std::ptrdiff_t>(at), there.begin() + static_cast<std::ptrdiff_t>(at) + 1,
              there.end());
  Array result = use(transpose(x, there));
  if (result.rank() != x.array.rank()) {
    return result;
  }
  Integers back(there.size());
  for (std::size_t k = 0; k < there.size(); ++k) {
    back[static_cast<std::size_t>(there[k])] = static_cast<std::int64_t>(k);
  }
  return transpose(result, back);
}

/// x with `axis` first (or, backwards, the first axis put at `axis`).
Array moved(const Array& x, std::size_t from, std::size_t to) {
  Integers axes(x.rank());
  std::iota(axes.begin(), axes.end(), 0);
  axes.erase(axes.begin() + static_cast<std::ptrdiff_t>(from));
  axes.insert(axes.begin() + static_cast<std::ptrdiff_t>(to), static_cast<std::int64_t>(from));
  return transpose(x, axes);
}

}  // namespace

Array reshape(const Operand& x, const Shape& shape) {
  Shape resolved = shape;
  std::int64_t known = 1;
  std::ptrdiff_t open = -1;
  for (std::size_t k = 0; k < shape.rank(); ++k) {
    if (shape[k] != -1) {
      known *= shape[k];
    } else if (open >= 0) {
      throw ShapeError(fmt::format("reshape: more than one length is -1: {}", to_string(shape)));
    } else {
      open = static_cast<std::ptrdiff_t>(k);
    }
  }
  if (open >= 0) {
    if (known == 0 || x.array.size() % known != 0) {
      throw ShapeError(
          fmt::format("reshape: number of elements differs: {} to {}", to_string(x.array.type()), to_string(shape)));
    }
    resolved[static_cast<std::size_t>(open)] = x.array.size() / known;
  }
  if (resolved == x.array.shape()) {
    return x.array;
  }
  return ir::apply(primitives::reshape, std::vector<Array>{x.array}, {{"shape", resolved.lengths()}}, x.where);
}

Array transpose(const Operand& x, const Integers& axes) {
  Integers all = axes;
  if (axes.empty()) {
    all.resize(x.array.rank());
    std::iota(all.rbegin(), all.rend(), 0);
  }
  std::vector<bool> seen(x.array.rank(), false);
  for (std::int64_t& axis : all) {
    axis = static_cast<std::int64_t>(resolve_axis("transpose", axis, x.array.type()));
    if (all.size() != seen.size() || seen[static_cast<std::size_t>(axis)]) {
      throw ShapeError(fmt::format("transpose: axes are not a permutation of those of {}", to_string(x.array.type())));
    }
    seen[static_cast<std::size_t>(axis)] = true;
  }
  if (std::ranges::is_sorted(all)) {
    return x.array;
  }
  return ir::apply(primitives::transpose, std::vector<Array>{x.array}, {{"axes", all}}, x.where);
}

Array broadcast_to(const Operand& x, const Shape& shape) {
  if (x.array.shape() == shape) {
    return x.array;
  }
  return ir::apply(primitives::broadcast_to, std::vector<Array>{x.array}, {{"shape", shape.lengths()}}, x.where);
}

Array expand_dims(const Operand& x, std::int64_t axis) {
  const auto rank = static_cast<std::int64_t>(x.array.rank());
  if (axis < -rank - 1 || axis > rank) {
    throw ShapeError(fmt::format("expand_dims: axis {} is outside the {} places beside the axes of {}", axis, rank + 1,
                                 to_string(x.array.type())));
  }
  Integers lengths = x.array.shape().lengths();
  lengths.insert(lengths.begin() + (axis < 0 ? axis + rank + 1 : axis), 1);
  return reshape(x, Shape(lengths));
}

Array slice(const Operand& x, const std::vector<Range>& ranges) {
  if (ranges.size() > x.array.rank()) {
    throw ShapeError(fmt::format("slice: more ranges than axes: {} for {}", ranges.size(), to_string(x.array.type())));
  }
  Integers begin(x.array.rank());
  Integers step(x.array.rank());
  Integers counts(x.array.rank());
  std::vector<Range> all = ranges;
  all.resize(x.array.rank());
  for (std::size_t k = 0; k < x.array.rank(); ++k) {
    resolve(all[k], x.array.shape()[k], begin[k], counts[k]);
    step[k] = all[k].step;
  }
  if (counts == x.array.shape().lengths() && std::ranges::all_of(step, [](std::int64_t s) { return s == 1; })) {
    return x.array;
  }
  return ir::apply(primitives::slice, std::vector<Array>{x.array},
                   {{"begin", begin}, {"step", step}, {"counts", counts}}, x.where);
}

Array index(const Operand& x, std::int64_t i, std::int64_t axis) {
  const std::size_t at = resolve_axis("index", axis, x.array.type());
  const std::int64_t length = x.array.shape()[at];
  if (i < -length || i >= length) {
    throw ShapeError(fmt::format("index: {} is outside axis {} of {}", i, at, to_string(x.array.type())));
  }
  std::vector<Range> ranges(at + 1);
  const std::int64_t begin = i < 0 ? i + length : i;
  ranges[at] = {begin, begin + 1};
  Integers lengths = x.array.shape().lengths();
  lengths.erase(lengths.begin() + static_cast<std::ptrdiff_t>(at));
  return reshape(Operand(slice(x, ranges), x.where), Shape(lengths));
}

Array pad(const Operand& x, const Integers& before, const Integers& after, const Integers& between) {
  const Integers gaps = between.empty() ? Integers(x.array.rank(), 0) : between;
  if (before.size() != x.array.rank() || after.size() != x.array.rank() || gaps.size() != x.array.rank()) {
    throw ShapeError(fmt::format("pad: number of widths differs from the axes: {} for {}", before.size(),
                                 to_string(x.array.type())));
  }
  for (const Integers* widths : {&before, &after, &gaps}) {
    if (std::ranges::any_of(*widths, [](std::int64_t width) { return width < 0; })) {
      throw ShapeError("pad: a width is negative");
    }
  }
  return ir::apply(primitives::pad, std::vector<Array>{x.array},
                   {{"before", before}, {"after", after}, {"between", gaps}}, x.where);
}

Array concatenate(const std::vector<Array>& arrays, std::int64_t axis, std::source_location where) {
  if (arrays.empty()) {
    throw ShapeError("concatenate: no arrays");
  }
  DType dtype = DType::boolean;
  for (const Array& array : arrays) {
    dtype = std::min(dtype, array.dtype());
  }
  std::vector<Array> all;
  for (const Array& array : arrays) {
    all.push_back(astype(array, dtype));
  }
  const auto at = static_cast<std::int64_t>(resolve_axis("concatenate", axis, all[0].type()));
  return all.size() == 1 ? all[0] : ir::apply(primitives::concatenate, all, {{"axis", at}}, where);
}

Array stack(const std::vector<Array>& arrays, std::source_location where) {
  std::vector<Array> expanded;
  for (const Array& array : arrays) {
    expanded.push_back(expand_dims(Operand(array, where), 0));
  }
  return concatenate(expanded, 0, where);
}

Array tile(const Operand& x, std::int64_t repeats) {
  if (x.array.rank() == 0 || repeats < 0) {
    throw ShapeError(fmt::format("tile: not possible: {} times {}", repeats, to_string(x.array.type())));
  }
  Integers lengths = x.array.shape().lengths();
  Integers repeated = lengths;
  repeated.insert(repeated.begin(), repeats);
  lengths[0] *= repeats;
  return reshape(Operand(broadcast_to(expand_dims(x, 0), Shape(repeated)), x.where), Shape(lengths));
}

Array zeros(const Shape& shape, DType dtype) { return literal_filled(shape, 0, dtype); }
Array ones(const Shape& shape, DType dtype) { return literal_filled(shape, 1, dtype); }
Array full(const Shape& shape, double value, DType dtype) { return literal_filled(shape, value, dtype); }

Array arange(std::int64_t n) { return arange(0.0, static_cast<double>(n)); }

Array arange(double begin, double end, double step) {
  constexpr double most = 1e9;
  const double count = std::ceil((end - begin) / step);
  if (!(step != 0) || !(count < most)) {
    throw ShapeError(fmt::format("arange: not possible: from {} to {} by {}", begin, end, step));
  }
  std::vector<double> values(static_cast<std::size_t>(std::max(count, 0.0)));
  for (std::size_t k = 0; k < values.size(); ++k) {
    values[k] = begin + static_cast<double>(k) * step;
  }
  return Array(values);
}

Array linspace(double begin, double end, std::int64_t count) {
  if (count < 0) {
    throw ShapeError(fmt::format("linspace: count is negative: {}", count));
  }
  std::vector<double> values(static_cast<std::size_t>(count));
  for (std::size_t k = 0; k < values.size(); ++k) {
    const double fraction = count > 1 ? static_cast<double>(k) / static_cast<double>(count - 1) : 0.0;
    values[k] = k + 1 == values.size() && count > 1 ? end : begin + fraction * (end - begin);
  }
  return Array(values);
}

Array gather(const Operand& x, const Operand& indices, std::int64_t axis) {
  const std::size_t at = resolve_axis("gather", axis, x.array.type());
  const Array picked = astype(indices, DType::i32);
  Array result = ir::apply(primitives::gather, std::vector<Array>{moved(x.array, at, 0), picked},
                           {{"batch", std::int64_t{0}}}, x.where);
  // [picked…, before…, after…] -> [before…, picked…, after…]
  Integers axes;
  for (std::size_t k = 0; k < at; ++k) {
    axes.push_back(static_cast<std::int64_t>(picked.rank() + k));
  }
  for (std::size_t k = 0; k < picked.rank(); ++k) {
    axes.push_back(static_cast<std::int64_t>(k));
  }
  for (std::size_t k = picked.rank() + at; k < result.rank(); ++k) {
    axes.push_back(static_cast<std::int64_t>(k));
  }
  return transpose(result, axes);
}

Array scatter_add(const Operand& updates, const Operand& indices, std::int64_t length, std::int64_t axis) {
  const std::size_t at = resolve_axis("scatter_add", axis, updates.array.type());
  const Array result =
      ir::apply(primitives::scatter_add, std::vector<Array>{moved(updates.array, at, 0), astype(indices, DType::i32)},
                {{"length", length}, {"batch", std::int64_t{0}}}, updates.where);
  return moved(result, 0, at);
}

Array cumsum(const Operand& x, std::int64_t axis) {
  return on_last_axis("cumsum", x, axis, [&](const Array& y) {
    return ir::apply(primitives::cumsum, std::vector<Array>{y}, {{"backward", std::int64_t{0}}}, x.where);
  });
}

Array sort(const Operand& x, std::int64_t axis) {
  return on_last_axis("sort", x, axis,
                      [&](const Array& y) { return ir::apply(primitives::sort, std::vector<Array>{y}, {}, x.where); });
}

Array argsort(const Operand& x, std::int64_t axis) {
  return on_last_axis("argsort", x, axis, [&](const Array& y) {
    return ir::apply(primitives::argsort, std::vector<Array>{y}, {}, x.where);
  });
}

Array argmax(const Operand& x, std::int64_t axis) {
  return on_last_axis("argmax", x, axis, [&](const Array& y) {
    return ir::apply(primitives::argmax, std::vector<Array>{y}, {}, x.where);
  });
}

}  // namespace downhill
