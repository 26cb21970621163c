#include "jit/nest_plan.hpp"

#include <algorithm>
#include <functional>

namespace downhill::jit {
namespace {

using loops::Affine;
using loops::Element;
using loops::Nest;

// Everything in a nest that depends on its axes.
void for_each_affine(Nest& nest, const std::function<void(Affine&)>& visit) {
  for (Element& element : nest.body) {
    visit(element.index);
    for (loops::Guard& guard : element.guards) visit(guard.position);
  }
  for (loops::Store& store : nest.stores) visit(store.index);
  for (loops::Reduction& reduction : nest.reductions) visit(reduction.index);
}

void fill_axes(Nest& nest) {
  for_each_affine(nest, [&](Affine& affine) { affine.axis.resize(nest.extents.size(), 0); });
}

// Removes `axis`, whose index is part of that of axis - 1 from now on, or always 0.
void remove_axis(Nest& nest, int axis) {
  const auto at = static_cast<std::ptrdiff_t>(axis);
  const auto rank = static_cast<int>(nest.extents.size());
  if (axis >= rank - static_cast<int>(nest.reduced)) --nest.reduced;
  nest.extents.erase(nest.extents.begin() + at);
  for_each_affine(nest, [&](Affine& affine) { affine.axis.erase(affine.axis.begin() + at); });
  if (nest.lane == axis) nest.lane = -1;
  if (nest.lane > axis) --nest.lane;
  if (nest.tiled > axis) --nest.tiled;
}

void drop_unit_axes(Nest& nest) {
  for (int axis = static_cast<int>(nest.extents.size()) - 1; axis >= 0; --axis) {
    // A reduction keeps its last reduced axis: without one it would be no reduction.
    const bool last_reduced = nest.reduced == 1 && axis == static_cast<int>(nest.extents.size()) - 1;
    if (nest.extents[static_cast<std::size_t>(axis)] == 1 && nest.tiled != axis && !last_reduced) remove_axis(nest, axis);
  }
}

// Joins axis and axis + 1 into one where every access steps through both as through one.
void join_axes(Nest& nest) {
  for (int axis = static_cast<int>(nest.extents.size()) - 2; axis >= 0; --axis) {
    const auto outer = static_cast<std::size_t>(axis);
    const auto rank = static_cast<int>(nest.extents.size());
    const bool same_kind = axis + 1 != rank - static_cast<int>(nest.reduced);
    if (!same_kind || nest.tiled == axis || nest.tiled == axis + 1) continue;
    bool joined = true;
    for_each_affine(nest, [&](Affine& affine) { joined = joined && affine.axis[outer] == affine.axis[outer + 1] * nest.extents[outer + 1]; });
    if (!joined) continue;
    const bool lane = nest.lane == axis || nest.lane == axis + 1;
    const std::int64_t product = nest.extents[outer] * nest.extents[outer + 1];
    for_each_affine(nest, [&](Affine& affine) { affine.axis[outer] = affine.axis[outer + 1]; });
    remove_axis(nest, axis + 1);
    nest.extents[outer] = product;
    if (lane) nest.lane = axis;
  }
}

bool needs_eight_lanes(const Nest& nest) {
  return std::ranges::any_of(nest.body, [](const Element& element) {
    if (element.dtype == DType::f64) return true;
    if (element.kind != Element::Kind::formula) return false;
    return std::ranges::any_of(element.code->instructions, [](const ir::ScalarInstruction& one) {
      return one.type == ir::ScalarType::f64 || one.type == ir::ScalarType::i64;
    });
  });
}

std::int64_t weight_of(const Element& element) {
  if (element.kind == Element::Kind::formula) return static_cast<std::int64_t>(element.code->instructions.size());
  return 1 + 2 * static_cast<std::int64_t>(element.guards.size());
}

std::vector<int> levels_of(const Nest& nest) {
  std::vector<int> levels;
  const auto raise = [&](int& level, const Affine& affine) {
    for (int axis = static_cast<int>(nest.extents.size()) - 1; axis >= level; --axis) {
      if (factor(affine, axis) != 0) level = axis + 1;
    }
  };
  for (const Element& element : nest.body) {
    int level = 0;
    if (element.kind == Element::Kind::load || element.kind == Element::Kind::index) raise(level, element.index);
    for (const loops::Guard& guard : element.guards) raise(level, guard.position);
    for (const std::uint32_t operand : element.operands) level = std::max(level, levels[operand]);
    levels.push_back(level);
  }
  return levels;
}

}  // namespace

std::int64_t NestPlan::reduced_points() const {
  std::int64_t count = 1;
  for (int axis = static_cast<int>(parallel); axis < rank(); ++axis) count *= extent(axis);
  return count;
}

NestPlan plan_nest(const loops::Nest& nest) {
  NestPlan plan;
  plan.nest = nest;
  fill_axes(plan.nest);
  drop_unit_axes(plan.nest);
  join_axes(plan.nest);
  const Nest& made = plan.nest;
  const int rank = plan.rank();
  plan.parallel = rank - static_cast<int>(made.reduced);
  plan.tiled = made.tiled;
  for (const std::int64_t extent : made.extents) plan.points *= extent;
  for (const Element& element : made.body) plan.weight += weight_of(element);
  plan.level = levels_of(made);

  plan.lane = made.lane;
  // Lanes across a reduced axis need consecutive elements of the sum in neighbouring lanes: a single reduced axis.
  if (plan.lane >= plan.parallel && made.reduced > 1) plan.lane = -1;
  if (plan.lane >= 0) plan.lanes = needs_eight_lanes(made) ? 8 : 16;

  // Short axes inside the vector loop, and all axes of a small scalar nest, are written out.
  constexpr std::int64_t written_out = 512;
  plan.unrolled.assign(static_cast<std::size_t>(rank), false);
  std::int64_t size = std::max<std::int64_t>(plan.weight, 1);
  for (int axis = rank - 1; axis >= 0 && axis != plan.lane; --axis) {
    if (axis == plan.tiled || plan.extent(axis) > 32 || size * plan.extent(axis) > written_out) break;
    plan.unrolled[static_cast<std::size_t>(axis)] = true;
    size *= plan.extent(axis);
  }
  bool innermost = plan.lane >= 0 && plan.lane < plan.parallel;
  for (int axis = plan.lane + 1; axis < rank; ++axis) innermost = innermost && plan.unrolled[static_cast<std::size_t>(axis)];
  if (innermost) plan.copies = size <= 160 ? 4 : size <= 320 ? 2 : 1;
  return plan;
}

}  // namespace downhill::jit
