#include "exec/schedule/step_accesses.hpp"

namespace downhill::exec::scheduling {

StepAccesses accesses_of(const DraftNest& nest) {
  StepAccesses all{nest.extents, {}, {}};
  for (const DraftElement& element : nest.body.elements()) {
    if (element.kind == DraftElement::Kind::load) {
      all.reads.push_back(element.access);
    }
  }
  for (const DraftStore& store : nest.stores) {
    all.writes.push_back(store.access);
  }
  for (const DraftReduction& reduction : nest.reductions) {
    all.writes.push_back(reduction.access);
  }
  return all;
}

StepAccesses accesses_of(const DraftProduct& product) {
  StepAccesses all{product.batch, {}, {}};
  const std::size_t m = product.batch.size();
  all.extents.insert(all.extents.end(), {product.m, product.n, product.k});
  const auto index = [&](std::size_t row, std::size_t column) {
    std::vector<Affine> result;
    for (std::size_t k = 0; k < m; ++k) {
      result.push_back(axis_index(k, m + 3));
    }
    result.push_back(axis_index(row, m + 3));
    result.push_back(axis_index(column, m + 3));
    return result;
  };
  all.reads = {substitute(product.a, index(m, m + 2)), substitute(product.b, index(m + 2, m + 1))};
  all.writes = {substitute(product.c, index(m, m + 1))};
  return all;
}

std::optional<std::size_t> single_axis(const Affine& f) {
  std::optional<std::size_t> axis;
  for (std::size_t k = 0; k < f.axis.size(); ++k) {
    if (f.axis[k] != 0) {
      if (axis || f.axis[k] != 1) {
        return std::nullopt;
      }
      axis = k;
    }
  }
  return is_zero(f.loop) ? axis : std::nullopt;
}

std::optional<std::size_t> aligned_dimension(const Access& access, std::size_t axis) {
  std::optional<std::size_t> dimension;
  if (access.flat) {
    return std::nullopt;
  }
  for (std::size_t d = 0; d < access.index.size(); ++d) {
    const Affine& f = access.index[d];
    if (axis < f.axis.size() && f.axis[axis] != 0) {
      if (dimension || single_axis(f) != axis || f.offset != 0) {
        return std::nullopt;
      }
      dimension = d;
    }
  }
  return dimension;
}

}  // namespace downhill::exec::scheduling
