#include "exec/schedule/axes.hpp"

#include <algorithm>
#include <numeric>

namespace downhill::exec::scheduling {
namespace {

namespace loops = ir::loops;
using loops::Affine;

template <class F>
void for_each_affine(loops::Nest& nest, const F& f) {
  for (loops::Element& element : nest.body) {
    if (element.kind == loops::Element::Kind::load || element.kind == loops::Element::Kind::index) {
      f(element.index);
    }
    for (loops::Guard& guard : element.guards) {
      f(guard.position);
    }
  }
  for (loops::Store& store : nest.stores) {
    f(store.index);
  }
  for (loops::Reduction& reduction : nest.reductions) {
    f(reduction.index);
  }
}

std::int64_t factor(const Affine& affine, std::size_t axis) {
  return axis < affine.axis.size() ? affine.axis[axis] : 0;
}

// Axis order[k] becomes axis k; axes that are not named disappear.
void reorder(loops::Nest& nest, const std::vector<std::size_t>& order) {
  for_each_affine(nest, [&](Affine& affine) {
    std::vector<std::int64_t> factors;
    for (const std::size_t axis : order) {
      factors.push_back(factor(affine, axis));
    }
    affine.axis = std::move(factors);
  });
  std::vector<std::int64_t> extents;
  std::int32_t tiled = -1;
  for (const std::size_t axis : order) {
    if (nest.tiled == static_cast<std::int32_t>(axis)) {
      tiled = static_cast<std::int32_t>(extents.size());
    }
    extents.push_back(nest.extents[axis]);
  }
  nest.extents = std::move(extents);
  nest.tiled = tiled;
}

// Axes k and k+1 are one if every index moves along k as if it were k+1 continued.
bool can_join(loops::Nest& nest, std::size_t k) {
  const std::size_t parallel = nest.extents.size() - nest.reduced;
  const auto tiled = static_cast<std::size_t>(nest.tiled);
  if ((k < parallel) != (k + 1 < parallel) || (nest.tiled >= 0 && (tiled == k || tiled == k + 1))) {
    return false;
  }
  bool is_one = true;
  for_each_affine(nest, [&](Affine& affine) {
    is_one = is_one && factor(affine, k) == factor(affine, k + 1) * nest.extents[k + 1];
  });
  return is_one;
}

void join(loops::Nest& nest, std::size_t k) {
  const auto at = static_cast<std::ptrdiff_t>(k);
  for_each_affine(nest, [&](Affine& affine) { affine.axis.erase(affine.axis.begin() + at); });
  nest.extents[k + 1] *= nest.extents[k];
  nest.extents.erase(nest.extents.begin() + at);
  nest.reduced -= k >= nest.extents.size() + 1 - nest.reduced ? 1 : 0;
  nest.tiled -= nest.tiled > static_cast<std::int32_t>(k) ? 1 : 0;
}

// What running with `axis` in the lanes costs a point: neighbours that lie apart in memory are gathered one by one.
double lane_cost(const loops::Nest& nest, std::size_t axis) {
  const auto weight = [&](const Affine& affine) {
    const std::int64_t stride = factor(affine, axis);
    return stride == 0 ? 0.25 : stride == 1 ? 1.0 : 6.0;
  };
  double cost = 1;
  for (const loops::Element& element : nest.body) {
    cost += element.kind == loops::Element::Kind::load ? weight(element.index) : 1.0;
  }
  for (const loops::Store& store : nest.stores) {
    cost += weight(store.index);
  }
  const auto extent = static_cast<double>(nest.extents[axis]);
  if (axis >= nest.extents.size() - nest.reduced) {
    cost += static_cast<double>(nest.reductions.size()) * 40 / extent;
  }
  return extent < 8 ? cost * 8 / extent : cost;
}

}  // namespace

void arrange_axes(loops::Nest& nest, const std::vector<bool>& reduced) {
  std::vector<std::size_t> order;
  for (const bool wanted : {false, true}) {
    for (std::size_t k = 0; k < nest.extents.size(); ++k) {
      const bool is_reduced = !reduced.empty() && reduced[k];
      const bool is_tiled = nest.tiled == static_cast<std::int32_t>(k);
      if (is_reduced == wanted && (nest.extents[k] != 1 || is_tiled)) {
        order.push_back(k);
        nest.reduced += is_reduced ? 1 : 0;
      }
    }
  }
  reorder(nest, order);
  for (std::size_t k = nest.extents.size(); k-- > 1;) {
    if (can_join(nest, k - 1)) {
      join(nest, k - 1);
    }
  }
  if (!nest.reductions.empty() && nest.reduced == 0) {  // all reduced axes had length 1
    nest.extents.push_back(1);
    nest.reduced = 1;
    for_each_affine(nest, [](Affine& affine) { affine.axis.push_back(0); });
  }
  double best = 0;
  for (std::size_t k = 0; k < nest.extents.size(); ++k) {
    const double cost = lane_cost(nest, k);
    if (nest.extents[k] >= 2 && (nest.lane < 0 || cost <= best)) {
      nest.lane = static_cast<std::int32_t>(k);
      best = cost;
    }
  }
}

void arrange_product(loops::Product& product) {
  // c = a b and cᵀ = bᵀ aᵀ have the same bits; results want neighbouring columns.
  if (product.c.column != 1 && product.c.row == 1 && product.m > 1) {
    std::swap(product.m, product.n);
    std::swap(product.a, product.b);
    for (loops::Matrix* matrix : {&product.a, &product.b, &product.c}) {
      std::swap(matrix->row, matrix->column);
    }
    using Axis = loops::Product::Axis;
    product.tiled = product.tiled == Axis::m ? Axis::n : product.tiled == Axis::n ? Axis::m : product.tiled;
  }
  const auto is_tiled = [&](std::size_t k) {
    return product.tiled == loops::Product::Axis::batch && product.tiled_batch_axis == k;
  };
  const auto remove = [&](std::size_t k) {
    const auto at = static_cast<std::ptrdiff_t>(k);
    product.batch.erase(product.batch.begin() + at);
    for (loops::Matrix* matrix : {&product.a, &product.b, &product.c}) {
      matrix->batch.erase(matrix->batch.begin() + at);
    }
    if (product.tiled == loops::Product::Axis::batch && product.tiled_batch_axis > k) {
      --product.tiled_batch_axis;
    }
  };
  for (std::size_t k = product.batch.size(); k-- > 0;) {
    if (product.batch[k] == 1 && !is_tiled(k)) {
      remove(k);
    }
  }
  for (std::size_t k = product.batch.size(); k-- > 1;) {
    const auto continues = [&](const loops::Matrix& matrix) {
      return matrix.batch[k - 1] == matrix.batch[k] * product.batch[k];
    };
    if (!is_tiled(k) && !is_tiled(k - 1) && continues(product.a) && continues(product.b) && continues(product.c)) {
      product.batch[k] *= product.batch[k - 1];
      remove(k - 1);
    }
  }
}

}  // namespace downhill::exec::scheduling
