#pragma once
#include "ir/attributes.hpp"
#include "ir/primitive.hpp"

#include <cstdint>
#include <source_location>
#include <span>
#include <string>
#include <vector>

namespace downhill::ir {

using ValueId = std::uint32_t;
using NodeId = std::uint32_t;
inline constexpr NodeId no_node = ~NodeId{0};

/// One application of a primitive. Its results are the values first_result, first_result + 1, …
struct Node {
  const Primitive* primitive = nullptr;
  std::shared_ptr<const Attributes> attributes;
  std::uint32_t first_operand = 0;
  std::uint32_t operand_count = 0;
  ValueId first_result = 0;
  std::uint32_t result_count = 0;
  std::source_location where;
};

struct Value {
  Type type;
  NodeId node = no_node;  ///< no_node for an input
};

/// A program of primitives on arrays: append-only, in an order in which every value is made before it is used.
/// Holds no recursion: a program of 10^6 nodes is walked by a loop.
class Graph {
 public:
  ValueId add_input(Type type);
  /// Appends a node; returns its first result. Throws ShapeError if the operands do not fit.
  ValueId add(const Primitive& primitive, std::span<const ValueId> operands, Attributes attributes = {},
              std::source_location where = std::source_location::current());
  void set_outputs(std::vector<ValueId> outputs) { outputs_ = std::move(outputs); }

  [[nodiscard]] std::span<const ValueId> inputs() const { return inputs_; }
  [[nodiscard]] std::span<const ValueId> outputs() const { return outputs_; }
  [[nodiscard]] std::span<const Node> nodes() const { return nodes_; }
  [[nodiscard]] std::span<const Value> values() const { return values_; }
  [[nodiscard]] const Type& type(ValueId value) const { return values_[value].type; }
  [[nodiscard]] std::span<const ValueId> operands(const Node& node) const {
    return {operands_.data() + node.first_operand, node.operand_count};
  }
  [[nodiscard]] std::vector<Type> operand_types(const Node& node) const;
  [[nodiscard]] std::vector<Type> result_types(const Node& node) const;

  /// Same program: primitives, attributes, operands and outputs.
  friend bool operator==(const Graph& a, const Graph& b);

 private:
  std::vector<Node> nodes_;
  std::vector<Value> values_;
  std::vector<ValueId> operands_;
  std::vector<ValueId> inputs_;
  std::vector<ValueId> outputs_;
};

/// Hash of the structure, stable between runs and machines.
[[nodiscard]] std::uint64_t hash(const Graph& graph);

/// One line a node: `%3: f64[4] = mul %1 %2`, sub-graphs indented below it.
[[nodiscard]] std::string print(const Graph& graph);

/// Throws Error `verify: <what is broken>: …` unless every operand is defined before use, every result has the type its
/// primitive declares, and every output exists.
void verify(const Graph& graph);

}  // namespace downhill::ir
