#pragma once
#include <functional>
#include <map>

#include "jit/combine.hpp"
#include "jit/memory.hpp"
#include "jit/nest_plan.hpp"
#include "jit/scope.hpp"

namespace downhill::jit {

/// Where a nest keeps what reductions need beyond registers.
struct ReductionRoom {
  std::uint64_t results = 0;  ///< workspace offset: results of blocks of 1024, [block][output], if there are several
  std::uint64_t state = 0;    ///< tile memory offset: partial results between the blocks of a tile loop
};

/// The outputs of a reduction in the order in which room is laid out: row-major over the parallel axes, the lane axis innermost.
struct OutputOrder {
  loops::Affine index;
  std::int64_t count = 1;
};
[[nodiscard]] OutputOrder output_order(const NestPlan& plan);
/// Number of blocks of 1024 that the reduced domain has.
[[nodiscard]] std::int64_t reduced_blocks(const NestPlan& plan);

/// A part of one axis, [begin, end).
struct AxisRange {
  int axis = -1;  ///< -1: everything
  Value* begin = nullptr;
  Value* end = nullptr;
};

/// Emits one nest into the current function.
class NestEmitter {
 public:
  /// `rooms` has one entry for each reduction that needs one.
  NestEmitter(Scope& scope, const NestPlan& plan, std::vector<ReductionRoom> rooms);

  /// All points, or those of a part of one axis. A reduction over more than one block leaves the results of blocks in their room.
  /// Where the axis is reduced, in lanes and not tiled, the part counts blocks of 1024.
  void emit(const AxisRange& range);
  /// Combines the results of blocks pairwise and stores the outcome of every reduction.
  void emit_combination();

  /// What does not depend on any axis; needed once before `emit_points`.
  void emit_constants();
  /// The points of one row: at `index` on all axes but the lane axis, whose vectors start at `lane_bases` and take part as `masks`
  /// say (null: all lanes). `given` holds the values of some elements, a vector for each base.
  void emit_points(const Values& index, const Values& lane_bases, const Values& masks,
                   const std::map<std::size_t, Values>& given);
  /// Fetches the lines that such points load and store, before they are needed.
  void prefetch_points(const Values& index, const Values& lane_bases, const std::map<std::size_t, Values>& given);

 private:
  struct AxisIndex {
    Value* value = nullptr;
    std::int64_t low = 0;   // what is known of it (for the lane axis: of all its lanes)
    std::int64_t high = 0;  // inclusive
  };
  struct Truth {
    bool known = false;
    bool value = false;
    Value* mask = nullptr;  // i1 or a vector of it
  };
  /// A part of the lane axis where guards on it alone do not change.
  struct Piece {
    std::int64_t begin = 0;
    std::int64_t end = 0;
    bool uniform = false;  // known to have no change inside
  };

  Scope& scope_;
  Emitter& emitter_;
  llvm::IRBuilder<>& ir_;
  const NestPlan& plan_;
  std::vector<ReductionRoom> rooms_;
  AxisRange range_;
  std::vector<AxisIndex> index_;
  Values lane_bases_;           // of every copy; empty outside the vector loop
  Values lane_masks_;           // of every copy; null: all lanes
  std::vector<Values> values_;  // of every element: one (uniform over lanes) or one for every copy
  std::vector<bool> varies_;    // over lanes
  std::vector<std::pair<std::pair<const loops::Guard*, std::size_t>, Truth>> truths_;
  std::function<void()> at_point_;  // accumulates
  Values carried_;                  // through the loops that are open

  // nest_elements.cpp: values at one point
  void emit_elements(int level);
  void emit_element(std::size_t position);
  Value* operand(std::uint32_t element, std::size_t copy, bool as_vector);
  Value* position(const loops::Affine& affine, std::size_t copy, bool in_tile);
  [[nodiscard]] std::vector<IndexRange> known_ranges() const;
  Truth truth(const loops::Guard& guard, std::size_t copy);
  Truth all_hold(const std::vector<loops::Guard>& guards, std::size_t copy);
  Value* dynamic_truth(const loops::Guard& guard, std::size_t copy);
  Value* load(const loops::Element& element, std::size_t copy, bool vector);
  Value* select(const loops::Element& element, std::size_t copy, bool vector);
  Value* number(const loops::Element& element, std::size_t copy, bool vector);
  void store(loops::BufferId buffer, const loops::Affine& index, const Values& values);
  void emit_stores();
  [[nodiscard]] bool depends_on_lane(const loops::Affine& affine) const {
    return plan_.lane >= 0 && factor(affine, plan_.lane) != 0;
  }
  [[nodiscard]] bool is_straight() const;

  // nest_records.cpp: elements of one point that lie side by side; which loads or stores are done with
  [[nodiscard]] bool has_records() const;
  LaneAccess record(const loops::Affine& index, loops::BufferId buffer, std::size_t copy, unsigned lane,
                    std::size_t width);
  [[nodiscard]] bool is_far(loops::BufferId buffer) const;
  void fetch_ahead(const LaneAccess& access, std::int64_t stride);
  std::vector<bool> load_records(int level, const std::vector<bool>& needed);
  std::vector<bool> store_records();

  // nest_loops.cpp: axes
  void emit_level(int axis);
  void emit_plain_axis(int axis);
  void emit_lane_axis(int axis);
  void emit_point();
  [[nodiscard]] std::vector<Piece> pieces(std::int64_t granularity) const;
  std::pair<Value*, Value*> bounds(int axis, std::int64_t begin, std::int64_t end);
  void enter_vectors(Value* base, unsigned copies, Value* end_if_masked, std::int64_t low, std::int64_t high);
  void leave_vectors();
  void loop_over(int axis, Value* begin, Value* end, std::int64_t step, std::int64_t low, std::int64_t high,
                 const std::function<void(Value*)>& body);
  bool is_whole(int axis) const { return range_.axis != axis; }

  // nest_reduction.cpp
  void emit_reduction();
  void emit_empty();
  void reduce_written_out();
  void reduce_in_registers();
  void reduce_in_memory();
  void reduce_lanes();
  Values reduce_lane_block(Value* begin, Value* end, Values accumulators);
  void reduce_lanes_over_tile(const Values& identities, const std::function<void(const Values&, Value*)>& fold_all);
  void finish(const std::vector<Values>& results, Value* block);
  [[nodiscard]] Combiner combiner(std::size_t reduction);
  [[nodiscard]] DType reduction_type(std::size_t reduction) const;
  [[nodiscard]] bool over_tile() const { return plan_.tiled >= plan_.parallel; }
  Value* output_position(std::size_t copy);
};

}  // namespace downhill::jit
