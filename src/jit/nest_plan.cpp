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
    if (nest.extents[static_cast<std::size_t>(axis)] == 1 && nest.tiled != axis && !last_reduced)
      remove_axis(nest, axis);
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
    for_each_affine(nest, [&](Affine& affine) {
      joined = joined && affine.axis[outer] == affine.axis[outer + 1] * nest.extents[outer + 1];
    });
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

// What runs at every point, beside what rare arguments need: instructions, and constants that want to stay in registers.
struct CommonPath {
  std::int64_t weight = 0;
  std::int64_t constants = 0;
};
CommonPath common_path(const Element& element) {
  if (element.kind != Element::Kind::formula) return {weight_of(element), 0};
  CommonPath path;
  const std::vector<ir::ScalarInstruction>& all = element.code->instructions;
  for (std::size_t k = 0; k < all.size(); ++k) {
    const bool constant = all[k].op == ir::ScalarOp::constant;
    path.constants += constant ? 1 : 0;
    path.weight += constant || all[k].op == ir::ScalarOp::argument ? 0 : 1;
    k += all[k].op == ir::ScalarOp::rare ? static_cast<std::size_t>(all[k].immediate) : 0;
  }
  return path;
}

// Instructions of one point where the axes have indices in `ranges`.
std::int64_t needed_weight(const Nest& nest, const std::vector<IndexRange>& ranges) {
  const std::vector<bool> needed = needed_elements(nest, ranges);
  std::int64_t weight = 0;
  for (std::size_t k = 0; k < nest.body.size(); ++k) weight += needed[k] ? weight_of(nest.body[k]) : 0;
  return std::max<std::int64_t>(weight, 1);
}

// Instructions when all axes from `first` on except the lane axis are written out; more than `limit` if there are too many points.
std::int64_t written_out_weight(const Nest& nest, int first, int lane, std::int64_t limit) {
  std::vector<IndexRange> ranges;
  std::int64_t points = 1;
  for (int axis = 0; axis < static_cast<int>(nest.extents.size()); ++axis) {
    ranges.push_back({0, nest.extents[static_cast<std::size_t>(axis)] - 1});
    if (axis >= first && axis != lane) points *= nest.extents[static_cast<std::size_t>(axis)];
  }
  if (points > 64) return std::max(limit + 1, points);
  std::int64_t weight = 0;
  for (std::int64_t point = 0; point < points; ++point) {
    std::int64_t rest = point;
    for (int axis = static_cast<int>(nest.extents.size()) - 1; axis >= first; --axis) {
      if (axis == lane) continue;
      const std::int64_t extent = nest.extents[static_cast<std::size_t>(axis)];
      ranges[static_cast<std::size_t>(axis)] = {rest % extent, rest % extent};
      rest /= extent;
    }
    weight += needed_weight(nest, ranges);
  }
  return weight;
}

bool has_guards_on(const Nest& nest, int axis) {
  return std::ranges::any_of(nest.body, [&](const Element& element) {
    return std::ranges::any_of(element.guards,
                               [&](const loops::Guard& guard) { return factor(guard.position, axis) != 0; });
  });
}

// A short lane axis on which guards choose between parts (a concatenation of few columns) wastes most of its lanes' work. A longer axis outside
// of it takes the lanes, if all that is inside can be written out: then every guard is decided where the code is written.
int better_lane(const Nest& nest, int parallel, std::int64_t limit) {
  const int lane = nest.lane;
  if (lane < 0 || lane >= parallel || nest.extents[static_cast<std::size_t>(lane)] >= 32 || !has_guards_on(nest, lane))
    return lane;
  for (int axis = lane - 1; axis >= 0; --axis) {
    if (nest.extents[static_cast<std::size_t>(axis)] < 64) continue;
    return written_out_weight(nest, axis + 1, axis, limit) <= limit ? axis : lane;
  }
  return lane;
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

std::optional<bool> known_truth(const loops::Guard& guard, const std::vector<IndexRange>& ranges) {
  if (std::ranges::any_of(guard.position.loop, [](std::int64_t by) { return by != 0; })) return std::nullopt;
  std::int64_t low = guard.position.offset;
  std::int64_t high = guard.position.offset;
  for (std::size_t axis = 0; axis < ranges.size(); ++axis) {
    const std::int64_t by = factor(guard.position, static_cast<int>(axis));
    low += std::min(by * ranges[axis].low, by * ranges[axis].high);
    high += std::max(by * ranges[axis].low, by * ranges[axis].high);
  }
  if (guard.begin <= low && high < guard.end) return true;
  if (high < guard.begin || guard.end <= low) return false;
  return std::nullopt;
}

std::vector<bool> needed_elements(const Nest& nest, const std::vector<IndexRange>& ranges) {
  std::vector<bool> needed(nest.body.size(), false);
  for (const loops::Store& store : nest.stores) needed[store.element] = true;
  for (const loops::Reduction& reduction : nest.reductions) needed[reduction.element] = true;
  for (std::size_t k = nest.body.size(); k-- > 0;) {
    if (!needed[k]) continue;
    const Element& element = nest.body[k];
    bool all_hold = true;
    bool one_fails = false;
    for (const loops::Guard& guard : element.guards) {
      const std::optional<bool> truth = known_truth(guard, ranges);
      all_hold = all_hold && truth == true;
      one_fails = one_fails || truth == false;
    }
    for (std::size_t operand = 0; operand < element.operands.size(); ++operand) {
      const bool is_choice = element.kind == Element::Kind::select;
      const bool is_left_out = is_choice && ((operand == 0 && one_fails) || (operand == 1 && all_hold));
      if (!is_left_out) needed[element.operands[operand]] = true;
    }
  }
  return needed;
}

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

  // Short axes inside the vector loop, and all axes of a small scalar nest, are written out; further where that decides guards.
  constexpr std::int64_t written_out = 512;
  constexpr std::int64_t written_out_with_guards = 4096;
  plan.lane = better_lane(made, static_cast<int>(plan.parallel), written_out_with_guards);
  // Lanes across a reduced axis need consecutive elements of the sum in neighbouring lanes: a single reduced axis.
  if (plan.lane >= plan.parallel && made.reduced > 1) plan.lane = -1;
  if (plan.lane >= 0) plan.lanes = needs_eight_lanes(made) ? 8 : 16;

  plan.unrolled.assign(static_cast<std::size_t>(rank), false);
  std::int64_t size = std::max<std::int64_t>(plan.weight, 1);
  bool guards = false;
  for (int axis = rank - 1; axis >= 0 && axis != plan.lane; --axis) {
    guards = guards || has_guards_on(made, axis);
    if (axis == plan.tiled || plan.extent(axis) > 32) break;
    const std::int64_t limit = guards && plan.lane >= 0 ? written_out_with_guards : written_out;
    const std::int64_t weight = guards ? written_out_weight(made, axis, plan.lane, limit) : size * plan.extent(axis);
    if (weight > limit) break;
    plan.unrolled[static_cast<std::size_t>(axis)] = true;
    size = weight;
  }
  bool innermost = plan.lane >= 0 && plan.lane < plan.parallel;
  for (int axis = plan.lane + 1; axis < rank; ++axis)
    innermost = innermost && plan.unrolled[static_cast<std::size_t>(axis)];
  // Independent vectors in flight hide each other's latency, as long as the registers last.
  constexpr std::int64_t worth_two_copies = 96;
  constexpr std::int64_t longest_twice = 640;
  constexpr std::int64_t most_constants_twice = 40;
  CommonPath common;
  for (const Element& element : made.body) {
    const CommonPath path = common_path(element);
    common.weight += path.weight;
    common.constants = std::max(common.constants, path.constants);
  }
  common.weight *= size / std::max<std::int64_t>(plan.weight, 1);
  const bool twice = common.constants <= most_constants_twice &&
                     (size <= 160 || (common.weight <= worth_two_copies && size <= longest_twice));
  if (innermost) plan.copies = size <= 48 ? 4 : twice ? 2 : 1;
  return plan;
}

NestPlan plan_epilogue(const loops::Nest& nest, unsigned lanes) {
  NestPlan plan;
  plan.nest = nest;
  fill_axes(plan.nest);
  const Nest& made = plan.nest;
  plan.parallel = plan.rank();
  plan.lane = plan.rank() - 1;
  plan.lanes = lanes;
  plan.tiled = made.tiled;
  plan.unrolled.assign(made.extents.size(), false);
  plan.level = levels_of(made);
  for (const std::int64_t extent : made.extents) plan.points *= extent;
  for (const Element& element : made.body) plan.weight += weight_of(element);
  return plan;
}

}  // namespace downhill::jit
