#include "ir/trace.hpp"

#include "ir/tracing.hpp"

#include "ir/constant.hpp"

#include <downhill/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <unordered_map>

namespace downhill::ir {

/// A graph under construction. Traces nest on one thread; the innermost takes every application.
class Trace {
 public:
  Trace() : outer_(current), id_(next_id.fetch_add(1)) { current = this; }
  ~Trace() { current = outer_; }
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;

  static Trace* innermost() { return current; }

  Array input(const Type& type) { return wrap(graph_.add_input(type), std::source_location::current()); }

  std::vector<Array> apply(const Primitive& primitive, std::span<const Array> operands, Attributes attributes,
                           std::source_location where) {
    std::vector<ValueId> ids;
    ids.reserve(operands.size());
    for (const Array& operand : operands) {
      ids.push_back(value_of(operand));
    }
    const ValueId first = graph_.add(primitive, ids, std::move(attributes), where);
    const std::uint32_t count = graph_.nodes().back().result_count;
    std::vector<Array> results;
    results.reserve(count);
    for (std::uint32_t k = 0; k < count; ++k) {
      results.push_back(wrap(first + k, where));
    }
    return results;
  }

  /// The value of this graph that stands for `array`; anything from outside becomes a constant or an input.
  ValueId value_of(const Array& array) {
    const ArrayImplementation& implementation = *array.implementation();
    if (implementation.trace == id_) {
      return implementation.value;
    }
    if (const auto found = known_.find(&implementation); found != known_.end()) {
      return found->second;
    }
    constexpr std::int64_t largest_constant = 64;
    ValueId id = 0;
    if (implementation.trace == 0 && implementation.type.shape.size() <= largest_constant) {
      id = graph_.add(constant, {}, {{"value", Literal{implementation.type, implementation.buffer}}});
      kept_.push_back(array);
    } else {
      if (implementation.trace != 0 && !is_open(implementation.trace)) {
        throw Error(fmt::format("trace: an array of a trace that has ended is used: {} made at {}:{}",
                                to_string(implementation.type), implementation.where.file_name(),
                                implementation.where.line()));
      }
      id = graph_.add_input(implementation.type);
      captured_.push_back(array);
    }
    known_.emplace(&implementation, id);
    return id;
  }

  Traced finish(std::span<const Array> results) {
    std::vector<ValueId> outputs;
    outputs.reserve(results.size());
    for (const Array& result : results) {
      outputs.push_back(value_of(result));
    }
    graph_.set_outputs(std::move(outputs));
    return {std::move(graph_), std::move(captured_)};
  }

 private:
  [[nodiscard]] bool is_open(std::uint64_t id) const {
    for (const Trace* trace = this; trace != nullptr; trace = trace->outer_) {
      if (trace->id_ == id) {
        return true;
      }
    }
    return false;
  }

  Array wrap(ValueId id, std::source_location where) {
    auto implementation = std::make_shared<ArrayImplementation>();
    implementation->type = graph_.type(id);
    implementation->trace = id_;
    implementation->value = id;
    implementation->where = where;
    return Array(std::move(implementation));
  }

  static thread_local Trace* current;
  static std::atomic<std::uint64_t> next_id;

  Trace* outer_;
  std::uint64_t id_;
  Graph graph_;
  std::vector<Array> captured_;
  std::vector<Array> kept_;  // so that no address in known_ is reused while the trace is open
  std::unordered_map<const ArrayImplementation*, ValueId> known_;
};

thread_local Trace* Trace::current = nullptr;
std::atomic<std::uint64_t> Trace::next_id{1};

namespace {

std::vector<Array> run(const Primitive& primitive, std::span<const Array> operands, const Attributes& attributes,
                       std::source_location where) {
  std::vector<Type> operand_types;
  std::vector<const void*> inputs;
  for (const Array& operand : operands) {
    operand_types.push_back(operand.type());
    inputs.push_back(operand.data());
  }
  const std::vector<Type> result_types = primitive.types(operand_types, attributes);
  std::vector<Literal> results;
  std::vector<void*> outputs;
  for (const Type& type : result_types) {
    results.push_back(make_literal(type));
    outputs.push_back(results.back().buffer.data());
  }
  const Status status = primitive.evaluate({attributes, operand_types, result_types, inputs, outputs});
  if (status.fault != Fault::none) {
    throw ExecutionError(fmt::format("{}\n  at {}:{}", describe(primitive, status), where.file_name(), where.line()));
  }
  std::vector<Array> arrays;
  arrays.reserve(results.size());
  for (Literal& result : results) {
    arrays.push_back(make_array(std::move(result)));
  }
  return arrays;
}

}  // namespace

bool is_tracing() { return Trace::innermost() != nullptr; }

Traced trace(const Function& function, std::span<const Type> inputs) {
  Trace trace;
  std::vector<Array> arguments;
  arguments.reserve(inputs.size());
  for (const Type& type : inputs) {
    arguments.push_back(trace.input(type));
  }
  const std::vector<Array> results = function(arguments);
  return trace.finish(results);
}

std::vector<Array> apply_all(const Primitive& primitive, std::span<const Array> operands, Attributes attributes,
                             std::source_location where) {
  try {
    Trace* trace = Trace::innermost();
    return trace != nullptr ? trace->apply(primitive, operands, std::move(attributes), where)
                            : run(primitive, operands, attributes, where);
  } catch (const ShapeError& error) {
    throw ShapeError(fmt::format("{}\n  at {}:{}", error.what(), where.file_name(), where.line()));
  }
}

Array apply(const Primitive& primitive, std::span<const Array> operands, Attributes attributes,
            std::source_location where) {
  return apply_all(primitive, operands, std::move(attributes), where).front();
}

std::vector<Array> replay(const Graph& graph, std::span<const Array> inputs) {
  std::vector<Array> values(graph.values().size());
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    values[graph.inputs()[k]] = inputs[k];
  }
  std::vector<Array> operands;
  for (const Node& node : graph.nodes()) {
    operands.clear();
    for (const ValueId operand : graph.operands(node)) {
      operands.push_back(values[operand]);
    }
    std::vector<Array> results = apply_all(*node.primitive, operands, *node.attributes, node.where);
    std::ranges::move(results, values.begin() + node.first_result);
  }
  std::vector<Array> outputs;
  outputs.reserve(graph.outputs().size());
  for (const ValueId output : graph.outputs()) {
    outputs.push_back(values[output]);
  }
  return outputs;
}

std::string describe(const Primitive& primitive, const Status& status) {
  switch (status.fault) {
    case Fault::none: return fmt::format("{}: no fault", primitive.name);
    case Fault::index_out_of_range:
      return fmt::format("{}: index out of range: index {} at element {}", primitive.name, status.value, status.place);
    case Fault::not_positive_definite:
      return fmt::format("{}: matrix is not positive definite: pivot {} is {}", primitive.name, status.place,
                         status.value);
    case Fault::division_by_zero:
      return fmt::format("{}: integer division by zero: element {}", primitive.name, status.place);
  }
  return {};
}

}  // namespace downhill::ir
