#include <algorithm>

#include "jit/nest.hpp"
#include "jit/vector_code.hpp"
#include "llvm/IR/Constants.h"

// The order of sums is that of ir/loops.hpp, Reduction. Four ways to it:
//   written out   few points: partial results are values, those that nothing was added to do not exist
//   in registers  one reduced axis, whose turns are written out L at a time: one register for each partial result
//   in memory     anything else: partial result r mod L lies in memory
//   lanes         the reduced axis lies across the lanes: a vector is L partial results
namespace downhill::jit {

std::int64_t reduced_blocks(const NestPlan& plan) {
  return (plan.reduced_points() + block_elements - 1) / block_elements;
}

OutputOrder output_order(const NestPlan& plan) {
  OutputOrder order;
  order.index.axis.assign(plan.nest.extents.size(), 0);
  const auto append = [&](int axis) {
    order.index.axis[static_cast<std::size_t>(axis)] = order.count;
    order.count *= plan.extent(axis);
  };
  if (plan.lane >= 0 && plan.lane < plan.parallel) append(plan.lane);
  for (int axis = static_cast<int>(plan.parallel) - 1; axis >= 0; --axis) {
    if (axis != plan.lane) append(axis);
  }
  return order;
}

DType NestEmitter::reduction_type(std::size_t reduction) const {
  return plan_.nest.body[plan_.nest.reductions[reduction].element].dtype;
}

Combiner NestEmitter::combiner(std::size_t reduction) {
  return {emitter_, plan_.nest.reductions[reduction].combine, reduction_type(reduction)};
}

Value* NestEmitter::output_position(std::size_t copy) { return position(output_order(plan_).index, copy, false); }

void NestEmitter::emit_empty() {
  if (!plan_.is_reduction() || plan_.reduced_points() > 0) return;
  for (int axis = 0; axis < plan_.parallel; ++axis) {
    if (plan_.extent(axis) == 0) return;
  }
  const std::function<void(int)> over = [&](int axis) {
    if (axis == plan_.parallel) {
      for (std::size_t k = 0; k < plan_.nest.reductions.size(); ++k)
        store(plan_.nest.reductions[k].buffer, plan_.nest.reductions[k].index, {combiner(k).empty()});
    } else {
      loop_over(axis, emitter_.index(0), emitter_.index(plan_.extent(axis)), 1, 0, plan_.extent(axis) - 1,
                [&](Value*) { over(axis + 1); });
    }
  };
  over(0);
}

void NestEmitter::emit_reduction() {
  const auto first = static_cast<std::size_t>(plan_.parallel);
  const bool written_out = !over_tile() && std::all_of(plan_.unrolled.begin() + static_cast<std::ptrdiff_t>(first),
                                                       plan_.unrolled.end(), [](bool u) { return u; });
  if (plan_.lane >= plan_.parallel) {
    reduce_lanes();
  } else if (written_out) {
    reduce_written_out();
  } else if (plan_.rank() == plan_.parallel + 1 && !over_tile() && plan_.weight * 16 * plan_.copies <= 2048) {
    reduce_in_registers();
  } else {
    reduce_in_memory();
  }
}

// results[reduction][copy] of one block (null: the only one) go to the room or to where the reduction belongs.
void NestEmitter::finish(const std::vector<Values>& results, Value* block) {
  const std::size_t copies = std::max<std::size_t>(lane_bases_.size(), 1);
  for (std::size_t k = 0; k < results.size(); ++k) {
    if (block == nullptr) {
      store(plan_.nest.reductions[k].buffer, plan_.nest.reductions[k].index, results[k]);
      continue;
    }
    Value* const row = emitter_.times(block, output_order(plan_).count);
    for (std::size_t copy = 0; copy < copies; ++copy) {
      LaneAccess access{.base = scope_.workspace(rooms_[k].results),
                        .dtype = reduction_type(k),
                        .index = emitter_.plus(row, output_position(copy))};
      access.lanes = lane_bases_.empty() ? 1 : plan_.lanes;
      access.mask = lane_bases_.empty() ? nullptr : lane_masks_[copy];
      access.zeros = scope_.layout.zeros();
      store_lanes(emitter_, access, results[k][copy]);
    }
  }
}

void NestEmitter::reduce_written_out() {
  const std::size_t copies = std::max<std::size_t>(lane_bases_.size(), 1);
  const std::size_t count = plan_.nest.reductions.size();
  std::vector<std::vector<Values>> partials(count);  // [reduction][copy][p]
  for (std::size_t k = 0; k < count; ++k) partials[k].assign(copies, Values(partial_count(reduction_type(k)), nullptr));
  std::size_t r = 0;
  at_point_ = [&] {
    for (std::size_t k = 0; k < count; ++k) {
      for (std::size_t copy = 0; copy < copies; ++copy) {
        Value*& partial = partials[k][copy][r % partials[k][copy].size()];
        partial = combiner(k)(partial, operand(plan_.nest.reductions[k].element, copy, !lane_bases_.empty()));
      }
    }
    ++r;
  };
  if (plan_.parallel == plan_.rank()) {
    emit_point();
  } else {
    emit_plain_axis(static_cast<int>(plan_.parallel));
  }
  at_point_ = nullptr;
  std::vector<Values> results(count);
  for (std::size_t k = 0; k < count; ++k) {
    for (std::size_t copy = 0; copy < copies; ++copy) results[k].push_back(combiner(k).fold(partials[k][copy]));
  }
  finish(results, nullptr);
}

void NestEmitter::reduce_in_registers() {
  const auto axis = static_cast<int>(plan_.parallel);
  const std::size_t copies = std::max<std::size_t>(lane_bases_.size(), 1);
  const std::size_t count = plan_.nest.reductions.size();
  const unsigned lanes = lane_bases_.empty() ? 1 : plan_.lanes;
  std::int64_t turns = 0;  // written out
  for (std::size_t k = 0; k < count; ++k) turns = std::max<std::int64_t>(turns, partial_count(reduction_type(k)));

  // The partial results, as they are carried: [reduction][copy][p].
  const auto at = [&](std::size_t k, std::size_t copy, std::size_t p) -> std::size_t {
    std::size_t before = 0;
    for (std::size_t other = 0; other < k; ++other) before += copies * partial_count(reduction_type(other));
    return before + copy * partial_count(reduction_type(k)) + p;
  };
  const auto run_turn = [&](Value* i, std::int64_t turn, Values& partials) {
    index_[static_cast<std::size_t>(axis)] = {i, 0, plan_.extent(axis) - 1};
    emit_elements(axis + 1);
    emit_stores();
    for (std::size_t k = 0; k < count; ++k) {
      for (std::size_t copy = 0; copy < copies; ++copy) {
        Value*& partial = partials[at(k, copy, static_cast<std::size_t>(turn) % partial_count(reduction_type(k)))];
        partial = combiner(k)(partial, operand(plan_.nest.reductions[k].element, copy, !lane_bases_.empty()));
      }
    }
  };
  const auto run_block = [&](Value* begin, std::int64_t extent, Value* block) {
    Values partials;
    for (std::size_t k = 0; k < count; ++k)
      partials.insert(partials.end(), copies * partial_count(reduction_type(k)), combiner(k).identity(lanes));
    const std::int64_t whole = extent / turns * turns;
    partials = emitter_.loop(begin, emitter_.plus(begin, emitter_.index(whole)), turns, partials,
                             [&](Value* i, const Values& carried) {
                               Values next = carried;
                               for (std::int64_t turn = 0; turn < turns; ++turn)
                                 run_turn(emitter_.plus(i, emitter_.index(turn)), turn, next);
                               return next;
                             });
    for (std::int64_t turn = whole; turn < extent; ++turn)
      run_turn(emitter_.plus(begin, emitter_.index(turn)), turn, partials);
    std::vector<Values> results(count);
    for (std::size_t k = 0; k < count; ++k) {
      for (std::size_t copy = 0; copy < copies; ++copy) {
        const auto first = partials.begin() + static_cast<std::ptrdiff_t>(at(k, copy, 0));
        results[k].push_back(combiner(k).fold(Values(first, first + partial_count(reduction_type(k)))));
      }
    }
    finish(results, block);
  };
  const std::int64_t extent = plan_.extent(axis);
  if (extent <= block_elements) {
    run_block(emitter_.index(0), extent, nullptr);
    return;
  }
  const std::int64_t full = extent / block_elements;
  emitter_.loop(emitter_.index(0), emitter_.index(full), 1,
                [&](Value* block) { run_block(emitter_.times(block, block_elements), block_elements, block); });
  if (extent % block_elements != 0)
    run_block(emitter_.index(full * block_elements), extent % block_elements, emitter_.index(full));
}

void NestEmitter::reduce_in_memory() {
  const std::size_t copies = std::max<std::size_t>(lane_bases_.size(), 1);
  const std::size_t count = plan_.nest.reductions.size();
  const unsigned lanes = lane_bases_.empty() ? 1 : plan_.lanes;
  const bool vector = !lane_bases_.empty();
  const std::int64_t outputs = output_order(plan_).count;

  // Without tiling the partial results of one point of the parallel axes lie on the stack, [p][copy][lane]; with it, those of all
  // points outlive the block, [p][output].
  Values stacks(count, nullptr);
  for (std::size_t k = 0; k < count && !over_tile(); ++k) {
    stacks[k] = scope_.stack(partial_count(reduction_type(k)) * copies * lanes * size_of(reduction_type(k)));
  }
  const auto place = [&](std::size_t k, Value* p, std::size_t copy) {
    LaneAccess access{.dtype = reduction_type(k), .lanes = lanes, .zeros = scope_.layout.zeros()};
    if (over_tile()) {
      access.base = scope_.tile_address(rooms_[k].state);
      access.index = emitter_.plus(emitter_.times(p, outputs), output_position(copy));
      access.mask = vector ? lane_masks_[copy] : nullptr;
    } else {
      access.base = stacks[k];
      const auto width = static_cast<std::int64_t>(lanes);
      access.index = emitter_.plus(emitter_.times(p, static_cast<std::int64_t>(copies) * width),
                                   emitter_.index(static_cast<std::int64_t>(copy) * width));
    }
    return access;
  };
  const auto start = [&] {
    for (std::size_t k = 0; k < count; ++k) {
      for (std::size_t copy = 0; copy < copies; ++copy) {
        for (unsigned p = 0; p < partial_count(reduction_type(k)); ++p)
          store_lanes(emitter_, place(k, emitter_.index(p), copy), combiner(k).identity(lanes));
      }
    }
  };
  const auto flush = [&](Value* block) {
    std::vector<Values> results(count);
    for (std::size_t k = 0; k < count; ++k) {
      for (std::size_t copy = 0; copy < copies; ++copy) {
        Values partials;
        for (unsigned p = 0; p < partial_count(reduction_type(k)); ++p)
          partials.push_back(load_lanes(emitter_, place(k, emitter_.index(p), copy)));
        results[k].push_back(combiner(k).fold(partials));
      }
    }
    finish(results, block);
  };

  const std::int64_t points = plan_.reduced_points();
  const bool several = points > block_elements;
  const auto reduced_axis = static_cast<int>(plan_.parallel);
  Value* first = emitter_.index(0);
  if (over_tile()) {
    first = emitter_.times(range_.begin, points / plan_.extent(plan_.tiled));
    emitter_.when(ir_.CreateICmpEQ(ir_.CreateAnd(first, emitter_.index(block_elements - 1)), emitter_.index(0)), start);
  } else {
    start();
  }
  Values outer = std::exchange(carried_, Values{first});
  at_point_ = [&] {
    Value* const r = carried_[0];
    for (std::size_t k = 0; k < count; ++k) {
      Value* const p = ir_.CreateAnd(r, emitter_.index(partial_count(reduction_type(k)) - 1));
      for (std::size_t copy = 0; copy < copies; ++copy) {
        const LaneAccess access = place(k, p, copy);
        store_lanes(emitter_, access,
                    combiner(k)(load_lanes(emitter_, access), operand(plan_.nest.reductions[k].element, copy, vector)));
      }
    }
    Value* const next = ir_.CreateAdd(r, emitter_.index(1));
    if (several) {
      emitter_.when(ir_.CreateICmpEQ(ir_.CreateAnd(next, emitter_.index(block_elements - 1)), emitter_.index(0)), [&] {
        flush(ir_.CreateAShr(r, emitter_.index(10)));
        start();
      });
    }
    carried_ = {next};
  };
  emit_plain_axis(reduced_axis);
  at_point_ = nullptr;
  Value* const end = carried_[0];
  carried_ = std::move(outer);
  const std::int64_t last = points - points % block_elements;
  if (over_tile()) {
    if (points % block_elements != 0) {
      emitter_.when(ir_.CreateICmpEQ(end, emitter_.index(points)),
                    [&] { flush(several ? emitter_.index(last / block_elements) : nullptr); });
    } else if (!several) {
      emitter_.when(ir_.CreateICmpEQ(end, emitter_.index(points)), [&] { flush(nullptr); });
    }
  } else if (!several) {
    flush(nullptr);
  } else if (points != last) {
    flush(emitter_.index(last / block_elements));
  }
}

}  // namespace downhill::jit
