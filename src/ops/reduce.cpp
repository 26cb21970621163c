#include "ops/reduce.hpp"

#include <algorithm>

namespace downhill::ops {

ReductionLayout reduction_layout(const Shape& shape, const std::vector<std::int64_t>& axes) {
  const std::vector<std::int64_t> strides = row_major_strides(shape);
  ReductionLayout layout{{0}, {0}};
  for (std::size_t k = 0; k < shape.rank(); ++k) {
    const bool is_reduced = std::ranges::find(axes, static_cast<std::int64_t>(k)) != axes.end();
    std::vector<std::int64_t>& offsets = is_reduced ? layout.reduced : layout.kept;
    std::vector<std::int64_t> next;
    next.reserve(offsets.size() * static_cast<std::size_t>(shape[k]));
    for (const std::int64_t offset : offsets) {
      for (std::int64_t i = 0; i < shape[k]; ++i) {
        next.push_back(offset + i * strides[k]);
      }
    }
    offsets = std::move(next);
  }
  return layout;
}

}  // namespace downhill::ops
