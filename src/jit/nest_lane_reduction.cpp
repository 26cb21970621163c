#include <algorithm>

#include "jit/nest.hpp"
#include "jit/vector_code.hpp"
#include "llvm/IR/Constants.h"

// Reductions over the axis that lies across the lanes: partial result p is lane p of a vector, or of one of a few.
namespace downhill::jit {
namespace {

// The largest is the same in any order: the copies of one turn are combined among themselves first, so that the accumulators, through
// which the turns depend on each other, take part in one operation a turn.
bool is_free_of_order(ir::Combine combine) {
  return combine == ir::Combine::maximum || combine == ir::Combine::minimum;
}

}  // namespace

// [begin, end) within one block of 1024. Accumulators: [reduction][vector].
Values NestEmitter::reduce_lane_block(Value* begin, Value* end, Values accumulators) {
  const int axis = plan_.lane;
  const auto width = static_cast<std::int64_t>(plan_.lanes);
  std::int64_t unit = 1;  // vectors that hold the partial results of the widest reduction
  for (std::size_t k = 0; k < plan_.nest.reductions.size(); ++k)
    unit = std::max<std::int64_t>(unit, partial_count(reduction_type(k)) / plan_.lanes);
  const std::int64_t wanted = plan_.weight <= 40 ? 4 : plan_.weight <= 160 ? 2 : 1;
  const std::int64_t copies = std::max(unit, wanted);

  Values outer = std::exchange(carried_, std::move(accumulators));
  for (const Piece& piece : pieces(unit * width)) {
    const auto clip = [&](Value* value, std::int64_t bound, llvm::Intrinsic::ID take, bool needed) -> Value* {
      return needed ? ir_.CreateBinaryIntrinsic(take, value, emitter_.index(bound)) : value;
    };
    const auto* const fixed_begin = llvm::dyn_cast<llvm::ConstantInt>(begin);
    const auto* const fixed_end = llvm::dyn_cast<llvm::ConstantInt>(end);
    Value* first = nullptr;
    Value* last = nullptr;
    if (fixed_begin != nullptr && fixed_end != nullptr) {
      first = emitter_.index(std::max(fixed_begin->getSExtValue(), piece.begin));
      last = emitter_.index(std::min(fixed_end->getSExtValue(), piece.end));
    } else {
      first = clip(begin, piece.begin, llvm::Intrinsic::smax, piece.begin > 0);
      last = clip(end, piece.end, llvm::Intrinsic::smin, piece.end < plan_.extent(axis));
    }
    const auto body = [&](Value* i, std::int64_t vectors, Value* masked_end) {
      enter_vectors(i, static_cast<unsigned>(vectors), masked_end, piece.begin, piece.end - 1);
      emit_elements(axis + 1);
      emit_stores();
      std::size_t before = 0;
      for (std::size_t k = 0; k < plan_.nest.reductions.size(); ++k) {
        const std::size_t held = partial_count(reduction_type(k)) / plan_.lanes;
        if (masked_end == nullptr && is_free_of_order(plan_.nest.reductions[k].combine)) {
          for (std::size_t vector = 0; vector < held; ++vector) {
            Values values;
            for (std::size_t copy = vector; copy < lane_bases_.size(); copy += held)
              values.push_back(operand(plan_.nest.reductions[k].element, copy, true));
            Value*& accumulator = carried_[before + vector];
            accumulator = combiner(k)(accumulator, combiner(k).fold(std::move(values)));
          }
          before += held;
          continue;
        }
        for (std::size_t copy = 0; copy < lane_bases_.size(); ++copy) {
          Value*& accumulator = carried_[before + copy % held];
          Value* const combined = combiner(k)(accumulator, operand(plan_.nest.reductions[k].element, copy, true));
          accumulator =
              lane_masks_[copy] == nullptr ? combined : ir_.CreateSelect(lane_masks_[copy], combined, accumulator);
        }
        before += held;
      }
      leave_vectors();
    };
    const std::int64_t step = copies * width;
    Value* whole = nullptr;
    const auto* const known_first = llvm::dyn_cast<llvm::ConstantInt>(first);
    const auto* const known_last = llvm::dyn_cast<llvm::ConstantInt>(last);
    if (known_first != nullptr && known_last != nullptr) {
      const std::int64_t count = std::max<std::int64_t>(known_last->getSExtValue() - known_first->getSExtValue(), 0);
      whole = emitter_.index(known_first->getSExtValue() + count / step * step);
    } else {
      Value* const count =
          ir_.CreateBinaryIntrinsic(llvm::Intrinsic::smax, ir_.CreateSub(last, first), emitter_.index(0));
      whole = ir_.CreateAdd(first, ir_.CreateSub(count, ir_.CreateURem(count, emitter_.index(step))));
    }
    loop_over(axis, first, whole, step, piece.begin, piece.end - 1, [&](Value* i) { body(i, copies, nullptr); });
    loop_over(axis, whole, last, unit * width, piece.begin, piece.end - 1, [&](Value* i) { body(i, unit, last); });
  }
  return std::exchange(carried_, std::move(outer));
}

void NestEmitter::reduce_lanes() {
  const std::size_t count = plan_.nest.reductions.size();
  const std::int64_t extent = plan_.extent(plan_.lane);
  Values identities;
  for (std::size_t k = 0; k < count; ++k) {
    for (std::size_t vector = 0; vector < partial_count(reduction_type(k)) / plan_.lanes; ++vector)
      identities.push_back(combiner(k).identity(plan_.lanes));
  }
  const auto fold_all = [&](const Values& accumulators, Value* block) {
    std::vector<Values> results(count);
    auto next = accumulators.begin();
    for (std::size_t k = 0; k < count; ++k) {
      const auto held = static_cast<std::ptrdiff_t>(partial_count(reduction_type(k)) / plan_.lanes);
      results[k] = {combiner(k).fold_lanes(Values(next, next + held))};
      next += held;
    }
    finish(results, block);
  };
  const auto whole_block = [&](Value* begin, Value* end, Value* block) {
    fold_all(reduce_lane_block(begin, end, identities), block);
  };

  if (over_tile()) {
    reduce_lanes_over_tile(identities, fold_all);
  } else if (extent <= block_elements) {
    whole_block(emitter_.index(0), emitter_.index(extent), nullptr);
  } else if (is_whole(plan_.lane)) {
    const std::int64_t full = extent / block_elements;
    emitter_.loop(emitter_.index(0), emitter_.index(full), 1, [&](Value* block) {
      Value* const begin = emitter_.times(block, block_elements);
      whole_block(begin, emitter_.plus(begin, emitter_.index(block_elements)), block);
    });
    if (extent % block_elements != 0)
      whole_block(emitter_.index(full * block_elements), emitter_.index(extent), emitter_.index(full));
  } else {
    // The range counts blocks.
    emitter_.loop(range_.begin, range_.end, 1, [&](Value* block) {
      Value* const begin = emitter_.times(block, block_elements);
      Value* const end = ir_.CreateBinaryIntrinsic(
          llvm::Intrinsic::smin, emitter_.plus(begin, emitter_.index(block_elements)), emitter_.index(extent));
      whole_block(begin, end, block);
    });
  }
}

// One block of a tile loop: partial results of the current 1024 come from memory and go back there, [output][p].
void NestEmitter::reduce_lanes_over_tile(const Values& identities,
                                         const std::function<void(const Values&, Value*)>& fold_all) {
  const std::size_t count = plan_.nest.reductions.size();
  const std::int64_t extent = plan_.extent(plan_.lane);
  Value* const output = output_position(0);
  std::vector<LaneAccess> places;
  for (std::size_t k = 0; k < count; ++k) {
    const std::int64_t partials = partial_count(reduction_type(k));
    for (std::int64_t vector = 0; vector < partials / plan_.lanes; ++vector) {
      LaneAccess access{.base = scope_.tile_address(rooms_[k].state), .dtype = reduction_type(k), .lanes = plan_.lanes};
      access.index = emitter_.plus(emitter_.times(output, partials), emitter_.index(vector * plan_.lanes));
      places.push_back(access);
    }
  }
  // A range may reach over the end of a block of 1024: where this axis is longer than the tile loop's.
  emitter_.loop(ir_.CreateAShr(range_.begin, emitter_.index(10)),
                ir_.CreateAShr(emitter_.plus(range_.end, emitter_.index(block_elements - 1)), emitter_.index(10)), 1,
                [&](Value* block) {
                  Value* const block_begin = emitter_.times(block, block_elements);
                  Value* const begin = ir_.CreateBinaryIntrinsic(llvm::Intrinsic::smax, range_.begin, block_begin);
                  Value* const end = ir_.CreateBinaryIntrinsic(
                      llvm::Intrinsic::smin, range_.end, emitter_.plus(block_begin, emitter_.index(block_elements)));
                  const Values start = emitter_.branch(
                      ir_.CreateICmpEQ(begin, block_begin), [&] { return identities; },
                      [&] {
                        Values loaded;
                        for (const LaneAccess& place : places) loaded.push_back(load_lanes(emitter_, place));
                        return loaded;
                      });
                  const Values accumulators = reduce_lane_block(begin, end, start);
                  for (std::size_t k = 0; k < places.size(); ++k) store_lanes(emitter_, places[k], accumulators[k]);
                  Value* const block_end =
                      ir_.CreateICmpEQ(ir_.CreateAnd(end, emitter_.index(block_elements - 1)), emitter_.index(0));
                  emitter_.when(ir_.CreateOr(block_end, ir_.CreateICmpEQ(end, emitter_.index(extent))),
                                [&] { fold_all(accumulators, extent > block_elements ? block : nullptr); });
                });
}

// The results of blocks lie in rows of outputs: rows 2i and 2i+1 combine into row i, a last one without partner moves down, until one is left.
// That is the documented tree: a list splits at the largest power of two below its length.
void NestEmitter::emit_combination() {
  const std::int64_t blocks = reduced_blocks(plan_);
  const OutputOrder order = output_order(plan_);
  for (std::size_t k = 0; k < plan_.nest.reductions.size(); ++k) {
    const DType dtype = reduction_type(k);
    Value* const room = scope_.workspace(rooms_[k].results);
    const unsigned lanes = order.count > 1 ? 8 : 1;
    const auto element = [&](Value* row, Value* output, Value* mask) {
      return LaneAccess{.base = room,
                        .dtype = dtype,
                        .index = emitter_.plus(emitter_.times(row, order.count), output),
                        .lanes = lanes,
                        .mask = mask,
                        .zeros = scope_.layout.zeros()};
    };
    const auto over_outputs = [&](const std::function<void(Value*, Value*)>& body) {
      emitter_.loop(emitter_.index(0), emitter_.index(order.count), lanes, [&](Value* output) {
        body(output, lanes == 1 ? nullptr : lanes_below(emitter_, output, emitter_.index(order.count), lanes));
      });
    };
    for (std::int64_t rows = blocks; rows > 1; rows = (rows + 1) / 2) {
      emitter_.loop(emitter_.index(0), emitter_.index(rows / 2), 1, [&](Value* row) {
        Value* const left = emitter_.times(row, 2);
        over_outputs([&](Value* output, Value* mask) {
          Value* const a = load_lanes(emitter_, element(left, output, mask));
          Value* const b = load_lanes(emitter_, element(emitter_.plus(left, emitter_.index(1)), output, mask));
          store_lanes(emitter_, element(row, output, mask), combiner(k)(a, b));
        });
      });
      if (rows % 2 == 0) continue;
      over_outputs([&](Value* output, Value* mask) {
        store_lanes(emitter_, element(emitter_.index(rows / 2), output, mask),
                    load_lanes(emitter_, element(emitter_.index(rows - 1), output, mask)));
      });
    }
    const std::function<void(int)> copy_out = [&](int axis) {
      if (axis == plan_.parallel) {
        LaneAccess first{.base = room, .dtype = dtype, .index = output_position(0)};
        store(plan_.nest.reductions[k].buffer, plan_.nest.reductions[k].index, {load_lanes(emitter_, first)});
      } else {
        loop_over(axis, emitter_.index(0), emitter_.index(plan_.extent(axis)), 1, 0, plan_.extent(axis) - 1,
                  [&](Value*) { copy_out(axis + 1); });
      }
    };
    copy_out(0);
  }
}

}  // namespace downhill::jit
