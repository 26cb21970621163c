#include <algorithm>
#include <limits>

#include "jit/nest.hpp"
#include "jit/vector_code.hpp"
#include "llvm/IR/Constants.h"

namespace downhill::jit {

using loops::Affine;
using loops::Element;
using loops::Guard;

NestEmitter::NestEmitter(Scope& scope, const NestPlan& plan, std::vector<ReductionRoom> rooms)
    : scope_(scope),
      emitter_(scope.emitter),
      ir_(scope.emitter.ir),
      plan_(plan),
      rooms_(std::move(rooms)),
      index_(plan.nest.extents.size()),
      values_(plan.nest.body.size()) {
  for (const Element& element : plan.nest.body) {
    bool varies =
        (element.kind == Element::Kind::load || element.kind == Element::Kind::index) && depends_on_lane(element.index);
    for (const Guard& guard : element.guards) varies = varies || depends_on_lane(guard.position);
    for (const std::uint32_t operand : element.operands) varies = varies || varies_[operand];
    varies_.push_back(varies);
  }
}

// Every point written out, in scalars: what is stored can be read back from registers.
bool NestEmitter::is_straight() const {
  return plan_.lane < 0 && plan_.tiled < 0 && range_.axis < 0 &&
         std::ranges::all_of(plan_.unrolled, [](bool unrolled) { return unrolled; });
}

void NestEmitter::emit_elements(int level) {
  truths_.clear();
  const std::vector<bool> needed = needed_elements(plan_.nest, known_ranges());
  const std::vector<bool> loaded = load_records(level, needed);
  for (std::size_t k = 0; k < values_.size(); ++k) {
    if (plan_.level[k] == level && needed[k] && !loaded[k]) emit_element(k);
  }
}

void NestEmitter::emit_constants() {
  for (int axis = 0; axis < plan_.rank(); ++axis)
    index_[static_cast<std::size_t>(axis)] = {nullptr, 0, plan_.extent(axis) - 1};
  emit_elements(0);
}

void NestEmitter::emit_points(const Values& index, const Values& lane_bases, const Values& masks,
                              const std::map<std::size_t, Values>& given) {
  for (std::size_t axis = 0; axis < index.size(); ++axis)
    index_[axis] = {index[axis], 0, plan_.extent(static_cast<int>(axis)) - 1};
  lane_bases_ = lane_bases;
  lane_masks_ = masks;
  truths_.clear();
  for (const auto& [element, values] : given) values_[element] = values;
  const std::vector<bool> needed = needed_elements(plan_.nest, known_ranges());
  for (std::size_t k = 0; k < values_.size(); ++k) {
    if (plan_.level[k] > 0 && needed[k] && !given.contains(k)) emit_element(k);
  }
  emit_stores();
}

void NestEmitter::prefetch_points(const Values& index, const Values& lane_bases,
                                  const std::map<std::size_t, Values>& given) {
  for (std::size_t axis = 0; axis < index.size(); ++axis) index_[axis].value = index[axis];
  lane_bases_ = lane_bases;
  const auto fetch = [&](loops::BufferId buffer, const Affine& at) {
    if (!depends_on_lane(at)) return;
    const loops::BufferDeclaration& declared = scope_.layout.buffer(buffer);
    const bool in_tile = declared.place == loops::BufferDeclaration::Place::tile;
    for (std::size_t copy = 0; copy < lane_bases.size(); ++copy) {
      emitter_.prefetch(
          emitter_.at(scope_.base(buffer), emitter_.times(position(at, copy, in_tile), element_bytes(declared.dtype))));
    }
  };
  for (std::size_t k = 0; k < values_.size(); ++k) {
    const Element& element = plan_.nest.body[k];
    if (element.kind == Element::Kind::load && element.guards.empty() && !given.contains(k))
      fetch(element.buffer, element.index);
  }
  for (const loops::Store& store : plan_.nest.stores) fetch(store.buffer, store.index);
}

void NestEmitter::emit_element(std::size_t position) {
  const Element& element = plan_.nest.body[position];
  const bool vector = varies_[position];
  const std::size_t copies = vector ? lane_bases_.size() : 1;
  Values made;
  if (element.kind == Element::Kind::formula) {
    std::vector<Values> arguments(copies);
    for (std::size_t copy = 0; copy < copies; ++copy) {
      for (const std::uint32_t argument : element.operands) arguments[copy].push_back(operand(argument, copy, vector));
    }
    made = emit_code(emitter_, *element.code, arguments, vector ? plan_.lanes : 1);
  } else {
    for (std::size_t copy = 0; copy < copies; ++copy) {
      switch (element.kind) {
        case Element::Kind::load: made.push_back(load(element, copy, vector)); break;
        case Element::Kind::select: made.push_back(select(element, copy, vector)); break;
        default: made.push_back(number(element, copy, vector)); break;
      }
    }
  }
  // A uniform value is spread over the lanes where it is made: once, however often it is used further in.
  if (!vector && plan_.lanes > 1) made.push_back(splat(emitter_, made[0], plan_.lanes));
  values_[position] = std::move(made);
}

Value* NestEmitter::operand(std::uint32_t element, std::size_t copy, bool as_vector) {
  const Values& values = values_[element];
  if (varies_[element]) return values[copy];
  return as_vector && plan_.lanes > 1 ? values[1] : values[0];
}

// The affine function at the first lane of a copy. Tile buffers count along the tiled axis from the block's first index.
Value* NestEmitter::position(const Affine& affine, std::size_t copy, bool in_tile) {
  Value* sum = affine_start(scope_, affine);
  for (int axis = 0; axis < plan_.rank(); ++axis) {
    const std::int64_t by = factor(affine, axis);
    if (by == 0) continue;
    Value* at =
        axis == plan_.lane && !lane_bases_.empty() ? lane_bases_[copy] : index_[static_cast<std::size_t>(axis)].value;
    if (in_tile && axis == plan_.tiled) at = ir_.CreateSub(at, scope_.tile_first());
    sum = emitter_.plus(sum, emitter_.times(at, by));
  }
  return sum;
}

std::vector<IndexRange> NestEmitter::known_ranges() const {
  std::vector<IndexRange> ranges;
  for (const AxisIndex& at : index_) ranges.push_back({at.low, at.high});
  return ranges;
}

NestEmitter::Truth NestEmitter::truth(const Guard& guard, std::size_t copy) {
  if (const std::optional<bool> known = known_truth(guard, known_ranges())) return {.known = true, .value = *known};
  for (const auto& [key, known] : truths_) {
    const bool same = key.second == copy && key.first->begin == guard.begin && key.first->end == guard.end &&
                      key.first->position.offset == guard.position.offset &&
                      key.first->position.axis == guard.position.axis &&
                      key.first->position.loop == guard.position.loop;
    if (same) return known;
  }
  const Truth made{.mask = dynamic_truth(guard, copy)};
  truths_.push_back({{&guard, copy}, made});
  return made;
}

// begin <= position < end as one unsigned comparison.
Value* NestEmitter::dynamic_truth(const Guard& guard, std::size_t copy) {
  Value* const from_begin = ir_.CreateSub(position(guard.position, copy, false), emitter_.index(guard.begin));
  const std::int64_t width = guard.end - guard.begin;
  if (!depends_on_lane(guard.position)) return ir_.CreateICmpULT(from_begin, emitter_.index(width));
  llvm::Type* const type = llvm::FixedVectorType::get(ir_.getInt64Ty(), plan_.lanes);
  std::vector<llvm::Constant*> offsets;
  for (unsigned lane = 0; lane < plan_.lanes; ++lane) {
    offsets.push_back(llvm::ConstantInt::getSigned(
        ir_.getInt64Ty(), factor(guard.position, plan_.lane) * static_cast<std::int64_t>(lane)));
  }
  Value* const positions =
      ir_.CreateAdd(ir_.CreateVectorSplat(plan_.lanes, from_begin), llvm::ConstantVector::get(offsets));
  return ir_.CreateICmpULT(positions, llvm::ConstantInt::get(type, static_cast<std::uint64_t>(width)));
}

NestEmitter::Truth NestEmitter::all_hold(const std::vector<Guard>& guards, std::size_t copy) {
  Truth all{.known = true, .value = true};
  for (const Guard& guard : guards) {
    const Truth one = truth(guard, copy);
    if (one.known && !one.value) return one;
    if (one.known) continue;
    Value* mask = one.mask;
    if (all.mask != nullptr) {
      const bool vector = mask->getType()->isVectorTy() || all.mask->getType()->isVectorTy();
      mask = vector ? ir_.CreateAnd(splat(emitter_, all.mask, plan_.lanes), splat(emitter_, mask, plan_.lanes))
                    : ir_.CreateAnd(all.mask, mask);
    }
    all = {.known = false, .value = false, .mask = mask};
  }
  return all;
}

Value* NestEmitter::load(const Element& element, std::size_t copy, bool vector) {
  const Truth held = all_hold(element.guards, copy);
  const unsigned lanes = vector ? plan_.lanes : 1;
  if (held.known && !held.value) return llvm::Constant::getNullValue(register_type(emitter_, element.dtype, lanes));
  const bool in_tile = scope_.layout.buffer(element.buffer).place == loops::BufferDeclaration::Place::tile;
  LaneAccess access{.base = scope_.base(element.buffer),
                    .dtype = element.dtype,
                    .index = position(element.index, copy, in_tile),
                    .lanes = lanes};
  access.stride = vector ? factor(element.index, plan_.lane) : 1;
  access.mask = held.mask;
  if (vector) {
    if (access.mask != nullptr) access.mask = splat(emitter_, access.mask, lanes);
    if (Value* const active = lane_masks_[copy])
      access.mask = access.mask != nullptr ? ir_.CreateAnd(access.mask, active) : active;
  }
  if (access.mask != nullptr) access.zeros = scope_.layout.zeros();
  const auto* const fixed = llvm::dyn_cast<llvm::ConstantInt>(access.index);
  const bool remembered = lanes == 1 && access.mask == nullptr && fixed != nullptr && is_straight();
  if (!remembered) return load_lanes(emitter_, access);
  Value*& known = scope_.known[{element.buffer, fixed->getSExtValue()}];
  if (known == nullptr) known = load_lanes(emitter_, access);
  return known;
}

Value* NestEmitter::select(const Element& element, std::size_t copy, bool vector) {
  const Truth held = all_hold(element.guards, copy);
  const unsigned lanes = vector ? plan_.lanes : 1;
  const auto otherwise = [&]() -> Value* {
    if (element.operands.size() == 2) return operand(element.operands[1], copy, vector);
    return llvm::Constant::getNullValue(register_type(emitter_, element.dtype, lanes));
  };
  if (held.known) return held.value ? operand(element.operands[0], copy, vector) : otherwise();
  return ir_.CreateSelect(held.mask, operand(element.operands[0], copy, vector), otherwise());
}

Value* NestEmitter::number(const Element& element, std::size_t copy, bool vector) {
  Value* const first = ir_.CreateTrunc(position(element.index, copy, false), ir_.getInt32Ty());
  if (!vector) return first;
  llvm::Type* const type = llvm::FixedVectorType::get(ir_.getInt32Ty(), plan_.lanes);
  Value* const steps = ir_.CreateMul(lane_numbers(emitter_, plan_.lanes),
                                     llvm::ConstantInt::getSigned(type, factor(element.index, plan_.lane)));
  return ir_.CreateAdd(ir_.CreateVectorSplat(plan_.lanes, first), steps);
}

// values: one scalar, or a vector for every copy.
void NestEmitter::store(loops::BufferId buffer, const Affine& index, const Values& values) {
  const loops::BufferDeclaration& declared = scope_.layout.buffer(buffer);
  const bool in_tile = declared.place == loops::BufferDeclaration::Place::tile;
  const bool vector = !lane_bases_.empty();
  const std::int64_t stride = vector ? factor(index, plan_.lane) : 1;
  const std::size_t copies = vector && stride != 0 ? lane_bases_.size() : 1;
  for (std::size_t copy = 0; copy < copies; ++copy) {
    LaneAccess access{.base = scope_.base(buffer),
                      .dtype = declared.dtype,
                      .index = position(index, copy, in_tile),
                      .stride = stride};
    access.lanes = vector ? plan_.lanes : 1;
    if (vector) access.mask = lane_masks_[copy];
    if (access.mask != nullptr) access.zeros = scope_.layout.zeros();
    store_lanes(emitter_, access, values[copy]);
    const auto* const fixed = llvm::dyn_cast<llvm::ConstantInt>(access.index);
    if (!vector && fixed != nullptr && is_straight()) scope_.known[{buffer, fixed->getSExtValue()}] = values[copy];
  }
}

void NestEmitter::emit_stores() {
  const std::vector<bool> stored = store_records();
  for (std::size_t k = 0; k < stored.size(); ++k) {
    if (stored[k]) continue;
    const loops::Store& one = plan_.nest.stores[k];
    Values values;
    const std::size_t copies = std::max<std::size_t>(lane_bases_.size(), 1);
    for (std::size_t copy = 0; copy < copies; ++copy)
      values.push_back(operand(one.element, copy, !lane_bases_.empty()));
    store(one.buffer, one.index, values);
  }
}

}  // namespace downhill::jit
