#include "exec/schedule/access.hpp"

#include <algorithm>

namespace downhill::exec::scheduling {
namespace {

bool same_factors(const std::vector<std::int64_t>& a, const std::vector<std::int64_t>& b) {
  for (std::size_t k = 0; k < std::max(a.size(), b.size()); ++k) {
    if ((k < a.size() ? a[k] : 0) != (k < b.size() ? b[k] : 0)) {
      return false;
    }
  }
  return true;
}

void add_factors(std::vector<std::int64_t>& a, const std::vector<std::int64_t>& b, std::int64_t factor) {
  if (a.size() < b.size()) {
    a.resize(b.size(), 0);
  }
  for (std::size_t k = 0; k < b.size(); ++k) {
    a[k] += factor * b[k];
  }
}

// Groups of neighbouring axes of two shapes that hold the same elements in row-major order.
struct AxisGroup {
  std::size_t from_begin, from_end, to_begin, to_end;
};

std::vector<AxisGroup> axis_groups(const Shape& from, const Shape& to) {
  std::vector<AxisGroup> groups;
  std::size_t a = 0;
  std::size_t b = 0;
  while (a < from.rank() || b < to.rank()) {
    AxisGroup group{a, a, b, b};
    std::int64_t p = 1;
    std::int64_t q = 1;
    if (a < from.rank()) {
      p = from[a++];
    }
    if (b < to.rank()) {
      q = to[b++];
    }
    while (p != q) {
      if (p < q) {
        p *= from[a++];
      } else {
        q *= to[b++];
      }
    }
    // Axes of length 1 that follow belong to the group as well.
    while (a < from.rank() && from[a] == 1) {
      ++a;
    }
    while (b < to.rank() && to[b] == 1) {
      ++b;
    }
    group.from_end = a;
    group.to_end = b;
    groups.push_back(group);
  }
  return groups;
}

// The row-major index within the axes [begin, end) of `shape`, over `rank` axes.
Affine linear_index(const Shape& shape, std::size_t begin, std::size_t end) {
  Affine result;
  result.axis.assign(shape.rank(), 0);
  std::int64_t stride = 1;
  for (std::size_t k = end; k-- > begin;) {
    if (shape[k] != 1) {
      result.axis[k] = stride;
    }
    stride *= shape[k];
  }
  return result;
}

}  // namespace

bool is_zero(std::span<const std::int64_t> factors) {
  return std::ranges::all_of(factors, [](std::int64_t f) { return f == 0; });
}

bool same(const Affine& f, const Affine& g) {
  return f.offset == g.offset && same_factors(f.axis, g.axis) && same_factors(f.loop, g.loop);
}

bool operator==(const Access& a, const Access& b) {
  return a.place == b.place && a.flat == b.flat && std::ranges::equal(a.index, b.index, same);
}

Affine axis_index(std::size_t axis, std::size_t rank) {
  Affine result;
  result.axis.assign(rank, 0);
  result.axis[axis] = 1;
  return result;
}

std::vector<Affine> identity_index(std::size_t rank) {
  std::vector<Affine> index;
  index.reserve(rank);
  for (std::size_t k = 0; k < rank; ++k) {
    index.push_back(axis_index(k, rank));
  }
  return index;
}

Affine scaled(const Affine& f, std::int64_t factor) {
  Affine result;
  result.offset = f.offset * factor;
  add_factors(result.axis, f.axis, factor);
  add_factors(result.loop, f.loop, factor);
  return result;
}

void add_to(Affine& f, const Affine& g) {
  f.offset += g.offset;
  add_factors(f.axis, g.axis, 1);
  add_factors(f.loop, g.loop, 1);
}

Affine substitute(const Affine& f, std::span<const Affine> index) {
  Affine result;
  result.offset = f.offset;
  result.loop = f.loop;
  for (std::size_t k = 0; k < f.axis.size(); ++k) {
    if (f.axis[k] != 0) {
      result.offset += f.axis[k] * index[k].offset;
      add_factors(result.axis, index[k].axis, f.axis[k]);
      add_factors(result.loop, index[k].loop, f.axis[k]);
    }
  }
  return result;
}

Access substitute(const View& view, std::span<const Affine> index) {
  Access result{view.place, view.flat, {}};
  result.index.reserve(view.index.size());
  for (const Affine& f : view.index) {
    result.index.push_back(substitute(f, index));
  }
  return result;
}

View whole(PlaceId place, const Shape& shape) { return {place, false, identity_index(shape.rank())}; }

View flattened(const View& view, const Shape& place) {
  if (view.flat) {
    return view;
  }
  const std::vector<std::int64_t> strides = row_major_strides(place);
  Affine index;
  for (std::size_t k = 0; k < view.index.size(); ++k) {
    add_to(index, scaled(view.index[k], strides[k]));
  }
  return {view.place, true, {index}};
}

std::optional<std::vector<Affine>> reshape_index(const Shape& from, const Shape& to) {
  std::vector<Affine> index(from.rank());
  if (from.size() == 0) {
    return index;
  }
  for (const AxisGroup& group : axis_groups(from, to)) {
    std::size_t axis = from.rank();
    for (std::size_t k = group.from_begin; k < group.from_end; ++k) {
      if (from[k] != 1) {
        if (axis != from.rank()) {
          return std::nullopt;
        }
        axis = k;
      }
    }
    if (axis != from.rank()) {
      index[axis] = linear_index(to, group.to_begin, group.to_end);
    }
  }
  return index;
}

std::optional<View> reshaped(const View& view, const Shape& place, const Shape& from, const Shape& to) {
  if (const auto index = reshape_index(from, to)) {
    return substitute(view, *index);
  }
  // Several axes become one: possible where they follow each other in memory without a gap.
  const View flat = flattened(view, place);
  const Affine& offset = flat.index[0];
  const auto stride = [&](std::size_t axis) { return axis < offset.axis.size() ? offset.axis[axis] : 0; };
  Affine result;
  result.offset = offset.offset;
  result.loop = offset.loop;
  for (const AxisGroup& group : axis_groups(from, to)) {
    std::optional<std::int64_t> innermost;
    std::int64_t expected = 0;
    for (std::size_t k = group.from_end; k-- > group.from_begin;) {
      if (from[k] == 1) {
        continue;
      }
      if (!innermost) {
        innermost = stride(k);
      } else if (stride(k) != expected) {
        return std::nullopt;
      }
      expected = stride(k) * from[k];
    }
    if (innermost) {
      add_to(result, scaled(linear_index(to, group.to_begin, group.to_end), *innermost));
    }
  }
  return View{view.place, true, {result}};
}

std::optional<Affine> contiguous_offset(const View& view, const Shape& place, const Shape& shape) {
  const View flat = flattened(view, place);
  const Affine& index = flat.index[0];
  std::int64_t expected = 1;
  if (shape.size() > 0) {
    for (std::size_t k = shape.rank(); k-- > 0;) {
      if (shape[k] == 1) {
        continue;
      }
      if (k >= index.axis.size() || index.axis[k] != expected) {
        return std::nullopt;
      }
      expected *= shape[k];
    }
  }
  Affine offset;
  offset.offset = index.offset;
  offset.loop = index.loop;
  return offset;
}

}  // namespace downhill::exec::scheduling
