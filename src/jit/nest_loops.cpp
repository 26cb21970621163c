#include <algorithm>

#include "jit/nest.hpp"
#include "llvm/IR/Constants.h"

namespace downhill::jit {

void NestEmitter::emit(const AxisRange& range) {
  range_ = range;
  for (int axis = 0; axis < plan_.rank(); ++axis)
    index_[static_cast<std::size_t>(axis)] = {nullptr, 0, plan_.extent(axis) - 1};
  if (plan_.points == 0) {
    emit_empty();
    return;
  }
  emit_elements(0);
  emit_level(0);
}

void NestEmitter::emit_level(int axis) {
  if (axis == plan_.parallel && plan_.is_reduction()) {
    emit_reduction();
  } else if (axis == plan_.rank()) {
    emit_point();
  } else if (axis == plan_.lane) {
    emit_lane_axis(axis);
  } else {
    emit_plain_axis(axis);
  }
}

void NestEmitter::emit_point() {
  emit_stores();
  if (at_point_) at_point_();
}

// [begin, end) cut to the part of the axis that is to be run.
std::pair<Value*, Value*> NestEmitter::bounds(int axis, std::int64_t begin, std::int64_t end) {
  Value* const first = emitter_.index(begin);
  Value* const last = emitter_.index(end);
  if (is_whole(axis)) return {first, last};
  Value* const low = begin == 0 ? range_.begin : ir_.CreateBinaryIntrinsic(llvm::Intrinsic::smax, first, range_.begin);
  Value* const high =
      end == plan_.extent(axis) ? range_.end : ir_.CreateBinaryIntrinsic(llvm::Intrinsic::smin, last, range_.end);
  return {low, high};
}

// A loop that carries what is being carried, and sets the index and what is known of it.
void NestEmitter::loop_over(int axis, Value* begin, Value* end, std::int64_t step, std::int64_t low, std::int64_t high,
                            const std::function<void(Value*)>& body) {
  carried_ = emitter_.loop(begin, end, step, carried_, [&](Value* i, const Values& carried) {
    carried_ = carried;
    AxisIndex at{i, low, high};
    if (const auto* fixed = llvm::dyn_cast<llvm::ConstantInt>(i); fixed != nullptr && axis != plan_.lane)
      at.low = at.high = fixed->getSExtValue();
    index_[static_cast<std::size_t>(axis)] = at;
    body(i);
    return carried_;
  });
  index_[static_cast<std::size_t>(axis)] = {nullptr, 0, plan_.extent(axis) - 1};
}

void NestEmitter::emit_plain_axis(int axis) {
  const auto inside = [&](Value*) {
    emit_elements(axis + 1);
    emit_level(axis + 1);
  };
  const std::int64_t extent = plan_.extent(axis);
  if (plan_.unrolled[static_cast<std::size_t>(axis)] && is_whole(axis)) {
    for (std::int64_t i = 0; i < extent; ++i)
      loop_over(axis, emitter_.index(i), emitter_.index(i + 1), 1, i, i, inside);
    return;
  }
  const auto [begin, end] = bounds(axis, 0, extent);
  loop_over(axis, begin, end, 1, 0, extent - 1, inside);
}

// Where guards on the lane axis alone change, cut at multiples of `granularity`: long parts without a change run without masks.
std::vector<NestEmitter::Piece> NestEmitter::pieces(std::int64_t granularity) const {
  const std::int64_t extent = plan_.extent(plan_.lane);
  std::vector<std::int64_t> changes;
  const auto add = [&](std::int64_t change) {
    if (change > 0 && change < extent) changes.push_back(change);
  };
  for (const loops::Element& element : plan_.nest.body) {
    for (const loops::Guard& guard : element.guards) {
      const std::int64_t by = factor(guard.position, plan_.lane);
      // Elsewhere constant: then the first index at which offset + by·i reaches a bound.
      bool alone = by != 0 && std::ranges::all_of(guard.position.loop, [](std::int64_t f) { return f == 0; });
      for (int axis = 0; axis < plan_.rank(); ++axis)
        alone = alone && (axis == plan_.lane || factor(guard.position, axis) == 0);
      if (!alone) continue;
      for (const std::int64_t bound : {guard.begin, guard.end}) {
        const std::int64_t distance =
            bound - guard.position.offset;  // by·i >= distance (by > 0), by·i < distance (by < 0) …
        if (by > 0) {
          add(distance <= 0 ? 0 : (distance + by - 1) / by);
        } else {
          add(distance > 0 ? 0 : (-distance) / -by + 1);
        }
      }
    }
  }
  std::ranges::sort(changes);
  changes.push_back(extent);
  std::vector<Piece> result;
  const auto append = [&](std::int64_t begin, std::int64_t end, bool uniform) {
    if (begin >= end) return;
    if (!uniform && !result.empty() && !result.back().uniform) {
      result.back().end = end;
    } else {
      result.push_back({begin, end, uniform});
    }
  };
  // At most four long parts: code is written once for each.
  const std::int64_t worthwhile = std::max(extent / 8, 4 * granularity);
  std::int64_t begin = 0;
  int written = 0;
  for (const std::int64_t change : changes) {
    const std::int64_t first = (begin + granularity - 1) / granularity * granularity;
    const std::int64_t last = change == extent ? extent : change / granularity * granularity;
    const bool uniform = (last - first >= worthwhile && written < 4) || (changes.size() == 1);
    if (uniform) {
      append(begin, first, false);
      append(first, last, true);
      append(last, change, false);
      ++written;
    } else {
      append(begin, change, false);
    }
    begin = change;
  }
  return result;
}

void NestEmitter::enter_vectors(Value* base, unsigned copies, Value* end_if_masked, std::int64_t low,
                                std::int64_t high) {
  index_[static_cast<std::size_t>(plan_.lane)] = {base, low, high};
  lane_bases_.clear();
  lane_masks_.clear();
  for (unsigned copy = 0; copy < copies; ++copy) {
    lane_bases_.push_back(emitter_.plus(base, emitter_.index(static_cast<std::int64_t>(copy * plan_.lanes))));
    lane_masks_.push_back(
        end_if_masked == nullptr ? nullptr : lanes_below(emitter_, lane_bases_.back(), end_if_masked, plan_.lanes));
  }
}

void NestEmitter::leave_vectors() {
  lane_bases_.clear();
  lane_masks_.clear();
}

void NestEmitter::emit_lane_axis(int axis) {
  const auto width = static_cast<std::int64_t>(plan_.lanes);
  for (const Piece& piece : pieces(1)) {
    const auto [begin, end] = bounds(axis, piece.begin, piece.end);
    const std::int64_t low = piece.begin;
    const std::int64_t high = piece.end - 1;
    const auto body = [&](Value* i, unsigned copies, Value* masked_end) {
      enter_vectors(i, copies, masked_end, low, high);
      emit_elements(axis + 1);
      emit_level(axis + 1);
      leave_vectors();
    };
    Value* rest = begin;
    const std::int64_t step = width * (piece.uniform ? plan_.copies : 1);
    const bool fixed = is_whole(axis);
    const std::int64_t count = piece.end - piece.begin;
    if (!fixed || count >= step) {
      // Whole vectors, then what is left under masks.
      Value* whole = emitter_.index(piece.begin + count / step * step);
      if (!fixed)
        whole = ir_.CreateAdd(begin, ir_.CreateMul(ir_.CreateSDiv(ir_.CreateSub(end, begin), emitter_.index(step)),
                                                   emitter_.index(step)));
      if (!fixed) whole = ir_.CreateBinaryIntrinsic(llvm::Intrinsic::smax, whole, begin);
      loop_over(axis, begin, whole, step, low, high,
                [&](Value* i) { body(i, static_cast<unsigned>(step / width), nullptr); });
      rest = whole;
    }
    if (fixed && count % step == 0) continue;
    loop_over(axis, rest, end, width, low, high, [&](Value* i) { body(i, 1, end); });
  }
}

}  // namespace downhill::jit
