#pragma once
#include "ir/graph.hpp"

#include <downhill/array.hpp>

#include <functional>
#include <span>
#include <vector>

/// Turning functions of arrays into graphs.
namespace downhill::ir {

class Trace;

/// The value behind an Array: numbers, or a value of a graph under construction.
struct ArrayImplementation {
  Type type;
  bool weak = false;             ///< a plain number without a type of its own
  Buffer buffer = {};            ///< numbers, when trace == 0
  std::uint64_t trace = 0;       ///< identity of the trace that made it
  ValueId value = 0;             ///< value in that trace's graph
  std::source_location where{};  ///< where a traced value was made
};

/// A function of arrays.
using Function = std::function<std::vector<Array>(std::span<const Array>)>;

/// A traced function. Inputs of the graph: the declared ones, then one for each captured array.
struct Traced {
  Graph graph;
  std::vector<Array> captured;
};

/// Runs `function` once on traced arrays of the given types and records what it does.
///
/// Arrays of the surroundings that the function uses become further inputs (`captured`), or constants if they hold at
/// most 64 numbers. Throws what the function throws, and Error if it returns arrays of a trace that has ended.
[[nodiscard]] Traced trace(const Function& function, std::span<const Type> inputs);

/// Applies a primitive: appends to the graph of the innermost open trace, or runs at once if none is open.
/// Throws ShapeError for operands that do not fit and ExecutionError for a failure while running at once.
[[nodiscard]] std::vector<Array> apply_all(const Primitive& primitive, std::span<const Array> operands,
                                           Attributes attributes, std::source_location where);
/// The same for a primitive of one result.
[[nodiscard]] Array apply(const Primitive& primitive, std::span<const Array> operands, Attributes attributes = {},
                          std::source_location where = std::source_location::current());

/// Replays a graph on arrays: appends to the open trace or runs at once.
[[nodiscard]] std::vector<Array> replay(const Graph& graph, std::span<const Array> inputs);

/// Runs a graph on raw storage by evaluating node after node: the reference. Used by `scan` and `cond` as well.
[[nodiscard]] Status evaluate(const Graph& graph, std::span<const void* const> inputs, std::span<void* const> outputs);

[[nodiscard]] Array make_array(Literal literal, bool weak = false);
[[nodiscard]] Literal literal_of(const Array& array);
[[nodiscard]] std::string describe(const Primitive& primitive, const Status& status);

}  // namespace downhill::ir
