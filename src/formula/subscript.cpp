#include "formula/subscript.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/operations.hpp>

#include <algorithm>

namespace downhill::formula {
namespace {

using Kind = Subscript::Kind;

// Puts slices of whole axes in the place of `...`.
std::vector<Index> expanded(const std::vector<Index>& indices, const Array& x) {
  const auto takes_axis = [](const Index& index) { return index.kind == Kind::index || index.kind == Kind::slice; };
  const auto used = static_cast<std::size_t>(std::count_if(indices.begin(), indices.end(), takes_axis));
  if (used > x.rank()) {
    throw ShapeError(fmt::format("too many indices: {} for {}", used, to_string(x.type())));
  }
  const auto is_ellipsis = [](const Index& index) { return index.kind == Kind::ellipsis; };
  if (std::count_if(indices.begin(), indices.end(), is_ellipsis) > 1)
    throw ShapeError("only one '...' can stand in an index");
  std::vector<Index> result;
  for (const Index& index : indices) {
    if (!is_ellipsis(index)) {
      result.push_back(index);
      continue;
    }
    Index whole;
    whole.kind = Kind::slice;
    result.insert(result.end(), x.rank() - used, whole);
  }
  return result;
}

Array sliced(const Array& x, const std::vector<Index>& indices) {
  std::vector<Range> ranges;
  bool is_whole = true;
  for (const Index& index : indices) {
    if (index.kind == Kind::new_axis) continue;
    Range range;
    if (index.kind == Kind::slice) {
      range = {index.start, index.stop, index.step.value_or(1)};
      if (range.step == 0) throw ShapeError("slice: step is 0");
      is_whole = is_whole && !index.start && !index.stop && range.step == 1;
    }
    ranges.push_back(range);
  }
  return is_whole ? x : slice(x, ranges);
}

}  // namespace

Value subscript(const Value& object, std::vector<Index> indices) {
  if (const List* list = object.list();
      list != nullptr && indices.size() == 1 && indices[0].kind == Kind::index && indices[0].value.is_number()) {
    const auto length = static_cast<std::int64_t>(list->items.size());
    const std::int64_t i = to_integer(indices[0].value, "index");
    if (i < -length || i >= length) throw ShapeError(fmt::format("index {} is outside a list of {}", i, length));
    return list->items[static_cast<std::size_t>(i < 0 ? i + length : i)];
  }
  const Array x = to_array(object);
  indices = expanded(indices, x);
  Array result = sliced(x, indices);
  std::int64_t axis = 0;   // of the result so far
  std::size_t source = 0;  // axis of x, for messages
  bool has_array = false;
  for (const Index& item : indices) {
    if (item.kind == Kind::new_axis) {
      result = expand_dims(result, axis < static_cast<std::int64_t>(result.rank()) ? axis : -1);
      ++axis;
    } else if (item.kind == Kind::slice) {
      ++axis;
    } else if (item.value.is_number()) {
      const std::int64_t i = to_integer(item.value, "index");
      const std::int64_t length = result.shape()[static_cast<std::size_t>(axis)];
      if (i < -length || i >= length)
        throw ShapeError(fmt::format("index {} is outside axis {} of {}", i, source, to_string(x.type())));
      result = index(result, i, axis);
    } else {
      if (has_array) throw ShapeError("only one array of indices can stand in an index");
      has_array = true;
      const Array positions = astype(to_array(item.value), DType::i32);
      result = gather(result, positions, axis);
      axis += static_cast<std::int64_t>(positions.rank());
    }
    if (item.kind != Kind::new_axis) ++source;
  }
  return {result};
}

}  // namespace downhill::formula
