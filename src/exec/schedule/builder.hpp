#pragma once
#include "exec/schedule.hpp"
#include "exec/schedule/formulas.hpp"
#include "exec/schedule/groups.hpp"

#include <optional>
#include <unordered_map>

namespace downhill::exec::scheduling {

/// What all graphs of a program share.
struct Shared {
  std::vector<Place> places;
  Formulas formulas;
  ScheduleOptions options;

  PlaceId add_place(Type type, Place::Kind kind = Place::Kind::workspace, std::uint64_t slot = 0) {
    places.push_back({.type = std::move(type), .kind = kind, .slot = slot});
    return static_cast<PlaceId>(places.size() - 1);
  }
};

/// Turns one graph (a program, the body of a loop, a branch) into steps, node by node in the graph's order.
///
/// A value is stored in a place; or inlined, that is computed anew wherever it is read (views, constants, and what is
/// cheap or read once); or unrolled into the elements of a straight-line body: all of it, or all but one long axis, which
/// is then the only loop of that body.
class Builder {
 public:
  /// inputs        where the graph's inputs are stored
  /// destinations  where its outputs must be stored; written exactly once
  /// depth         number of loops around
  Builder(Shared& shared, const ir::Graph& graph, std::vector<View> inputs, std::vector<View> destinations,
          std::size_t depth);

  [[nodiscard]] DraftSteps build();

 private:
  using Node = ir::Node;
  using ValueId = ir::ValueId;
  using Group = Groups::Index;
  using Index = std::vector<Affine>;

  struct Value {
    enum class Kind { none, stored, inlined, unrolled };
    Kind kind = Kind::none;
    View view = {};  ///< stored, and unrolled values with a place
    bool has_place = false;
    std::int64_t cost = 0;                 ///< of computing one element of an inlined value
    int depth = 0;                         ///< of nested inlined values
    Group group = 0;                       ///< unrolled: where its elements are
    Group ready = 0;                       ///< first group in which it can be read
    std::vector<ElementId> elements = {};  ///< unrolled: for every index of the axes that are not in the lanes
    std::int64_t lanes = 0;                ///< unrolled: length of the long axis that stays a loop, 0 for none
    std::size_t lane_axis = 0;             ///< unrolled, lanes > 0: which one it is
    // Uses, known before anything is built:
    int uses = 0;
    bool is_live = false;
    bool is_expanded = false;  ///< read several times an element, by a broadcast
    std::optional<View> destination = {};
  };

  /// A body being filled, and the box its axes span.
  struct Target {
    Body* own;  ///< the body, unless it is that of `group`
    std::vector<std::int64_t> extents;
    std::optional<Group> group = std::nullopt;  ///< that of straight-line code
    std::unordered_multimap<ValueId, std::pair<Index, ElementId>> known = {};
  };
  [[nodiscard]] Body& body(const Target& target) {
    return target.group ? groups_.nest(*target.group).body : *target.own;
  }

  // builder.cpp
  void find_uses();
  [[nodiscard]] std::optional<View> lent_to_operand(const Node& node, const View& view);
  void add(const Node& node);
  void add_elementwise(const Node& node);
  void add_constant(const Node& node);
  void add_reduction(const Node& node);
  void add_product(const Node& node);
  void add_call(const Node& node);
  void finish_outputs();
  [[nodiscard]] bool should_store(ValueId value) const;

  // control.cpp
  void add_scan(const Node& node);
  void add_branch(const Node& node);

  // storage.cpp
  [[nodiscard]] View place_for(ValueId value);
  void set_stored(ValueId value, View view);
  void store_nest(ValueId value);
  void store_pieces(ValueId value);
  /// Where a value is stored; stores it now if it is not.
  [[nodiscard]] const View& stored(ValueId value);
  /// As `stored`, through views of stored values.
  [[nodiscard]] View viewed(ValueId value);
  [[nodiscard]] DraftCall::Argument contiguous(ValueId value);
  void copy(const View& from, const View& to, const Type& type);
  void fill(const View& to, const Type& type, double number);
  void add_nest(DraftNest nest);

  // resolve.cpp
  [[nodiscard]] ElementId resolve(Target& target, ValueId value, const Index& index, const std::vector<Guard>& guards);
  [[nodiscard]] ElementId resolve_node(Target& target, const Node& node, ValueId value, const Index& index,
                                       const std::vector<Guard>& guards);
  [[nodiscard]] ElementId resolve_view(Target& target, const Node& node, const Index& index,
                                       const std::vector<Guard>& guards);
  [[nodiscard]] ElementId zero(Target& target, DType dtype);
  /// For nodes that keep the order of elements: the operand's indices from the result's.
  [[nodiscard]] std::optional<Index> operand_index(const Node& node) const;
  [[nodiscard]] const std::vector<ir::ViewPiece>& pieces(const Node& node);
  /// The only piece, if it covers the whole result.
  [[nodiscard]] const ir::ViewPiece* whole_piece(const Node& node);

  // unroll.cpp
  /// The axis that stays a loop when a value is unrolled, and its length; length 0 if the value is unrolled as a whole.
  struct Lanes {
    std::int64_t length = 0;
    std::size_t axis = 0;
    friend bool operator==(const Lanes&, const Lanes&) = default;
  };
  void measure();
  void unroll(const Node& node);
  [[nodiscard]] bool can_unroll(const Node& node);
  [[nodiscard]] std::optional<Lanes> lanes_of(ValueId value) const;
  [[nodiscard]] std::optional<Lanes> lanes_of_result(const Node& node);
  [[nodiscard]] bool keeps_lanes(const Node& node, std::size_t operand, std::size_t operand_axis,
                                 std::size_t result_axis);
  [[nodiscard]] bool mixes_lanes(const Node& node);
  [[nodiscard]] Group ready_for(const Node& node, const Lanes& lanes);
  [[nodiscard]] static Index short_index(std::int64_t number, const Shape& shape, const Lanes& lanes);
  [[nodiscard]] static std::int64_t short_size(const Shape& shape, const Lanes& lanes);
  [[nodiscard]] std::optional<ElementId> unrolled_element(const Target& target, ValueId value,
                                                          const Index& index) const;
  void unroll_reduction(const Node& node, Target& target, Value& result, const Lanes& lanes);
  void unroll_product(const Node& node, Target& target, Value& result, const Lanes& lanes);
  [[nodiscard]] bool reduce_lanes(const Node& node);

  [[nodiscard]] const Type& type(ValueId value) const { return graph_.type(value); }
  [[nodiscard]] static bool keeps_order(const ir::Graph& graph, const Node& node);
  [[nodiscard]] std::shared_ptr<const ScalarCode> formula(const Node& node);

  Shared& shared_;
  const ir::Graph& graph_;
  std::vector<View> inputs_;
  std::vector<View> destinations_;
  std::size_t depth_;
  std::vector<Value> values_;
  Groups groups_;
  std::unordered_map<const Node*, std::vector<ir::ViewPiece>> pieces_;
  /// The value that is computed straight into an output, and how.
  struct Lender {
    ValueId value;
    View view;
  };
  std::vector<std::optional<Lender>> lenders_;
  std::int64_t unrolled_elements_ = 0;
  std::unordered_map<std::int64_t, int> lane_mixers_;  // nodes that work across the short axes beside a long one
};

}  // namespace downhill::exec::scheduling
