#include "ops/control.hpp"
#include "ir/trace.hpp"
#include "ops/pointwise.hpp"
#include "ops/primitives.hpp"

#include <downhill/control.hpp>
#include <downhill/operations.hpp>

#include <cstring>

namespace downhill {
namespace {

using namespace ops;
using ir::Graph;
using ir::SubGraph;

Type slice_type(const Type& stacked) {
  return {stacked.dtype, Shape(std::vector<std::int64_t>(stacked.shape.begin() + 1, stacked.shape.end()))};
}

Type stacked_type(const Type& slice, std::int64_t length) {
  std::vector<std::int64_t> lengths{length};
  lengths.insert(lengths.end(), slice.shape.begin(), slice.shape.end());
  return {slice.dtype, Shape(lengths)};
}

std::vector<Type> scan_types(std::span<const Type> operands, const Attributes& attributes) {
  const ScanLayout layout = scan_layout(attributes);
  const Graph& body = *layout.body;
  if (body.inputs().size() != operands.size() || operands.size() < layout.constants + layout.carry) {
    throw ShapeError(fmt::format("scan: body takes {} arrays, given {}", body.inputs().size(), operands.size()));
  }
  for (std::size_t k = 0; k < operands.size(); ++k) {
    const bool is_sliced = k >= layout.constants + layout.carry;
    if (is_sliced && (operands[k].shape.rank() == 0 || operands[k].shape[0] != layout.length)) {
      throw ShapeError(
          fmt::format("scan: first axis is not the length: {} for {}", to_string(operands[k]), layout.length));
    }
    const Type given = is_sliced ? slice_type(operands[k]) : operands[k];
    if (given != body.type(body.inputs()[k])) {
      throw ShapeError(fmt::format("scan: operand {} differs from what the body takes: {} and {}", k, to_string(given),
                                   to_string(body.type(body.inputs()[k]))));
    }
  }
  std::vector<Type> results;
  for (std::size_t k = 0; k < body.outputs().size(); ++k) {
    const Type& type = body.type(body.outputs()[k]);
    if (k < layout.carry && type != operands[layout.constants + k]) {
      throw ShapeError(fmt::format("scan: carry {} changes its type: {} to {}", k,
                                   to_string(operands[layout.constants + k]), to_string(type)));
    }
    results.push_back(k < layout.carry ? type : stacked_type(type, layout.length));
  }
  return results;
}

Status scan_evaluate(const Call& call) {
  const ScanLayout layout = scan_layout(call.attributes);
  const Graph& body = *layout.body;
  const std::size_t first_input = layout.constants + layout.carry;
  std::vector<ir::Buffer> carry;
  std::vector<ir::Buffer> next;
  for (std::size_t k = 0; k < layout.carry; ++k) {
    const std::size_t bytes = ir::bytes_of(call.result_types[k]);
    carry.emplace_back(bytes);
    next.emplace_back(bytes);
    std::memcpy(carry[k].data(), call.operands[layout.constants + k], bytes);
  }
  std::vector<const void*> inputs(call.operands.begin(), call.operands.end());
  std::vector<void*> outputs(call.results.begin(), call.results.end());
  for (std::int64_t step = 0; step < layout.length; ++step) {
    const auto t = static_cast<std::size_t>(layout.is_backward ? layout.length - 1 - step : step);
    for (std::size_t k = 0; k < layout.carry; ++k) {
      inputs[layout.constants + k] = carry[k].data();
      outputs[k] = next[k].data();
    }
    for (std::size_t k = first_input; k < inputs.size(); ++k) {
      inputs[k] = static_cast<const char*>(call.operands[k]) + t * ir::bytes_of(slice_type(call.operand_types[k]));
    }
    for (std::size_t k = layout.carry; k < outputs.size(); ++k) {
      outputs[k] = static_cast<char*>(call.results[k]) + t * ir::bytes_of(slice_type(call.result_types[k]));
    }
    if (const Status status = ir::evaluate(body, inputs, outputs); status.fault != Fault::none) {
      return status;
    }
    std::swap(carry, next);
  }
  for (std::size_t k = 0; k < layout.carry; ++k) {
    std::memcpy(call.results[k], carry[k].data(), carry[k].bytes());
  }
  return {};
}

/// Running totals: carry c (a scalar), input x[t]; outputs sin(c) * x[t].
std::vector<Example> scan_examples() {
  const Type scalar{DType::f64, {}};
  const std::vector<Type> types{scalar, scalar, scalar};
  ir::Traced body = ir::trace(
      [](std::span<const Array> a) {
        const Array next = a[0] * a[1] + a[2];
        return std::vector<Array>{next, next * a[2]};
      },
      types);
  const auto graph = std::make_shared<const Graph>(std::move(body.graph));
  const std::vector<Array> operands{Array({0.5}, {}), Array({1.5}, {}), Array({1.0, -2.0, 0.25})};
  std::vector<Example> examples;
  for (const std::int64_t backward : {0, 1}) {
    examples.push_back({operands,
                        {{"body", SubGraph(graph)},
                         {"constants", std::int64_t{1}},
                         {"carry", std::int64_t{1}},
                         {"length", std::int64_t{3}},
                         {"backward", backward}}});
  }
  return examples;
}

std::vector<Type> cond_types(std::span<const Type> operands, const Attributes& attributes) {
  if (operands.empty() || operands[0] != Type{DType::boolean, {}}) {
    throw ShapeError(
        fmt::format("cond: predicate is not bool[]: {}", operands.empty() ? "none" : to_string(operands[0])));
  }
  std::vector<Type> results;
  for (const std::string_view name : {"then", "else"}) {
    const Graph& branch = *attributes.get<SubGraph>(name);
    std::vector<Type> types;
    for (const ir::ValueId output : branch.outputs()) {
      types.push_back(branch.type(output));
    }
    if (branch.inputs().size() + 1 != operands.size()) {
      throw ShapeError(
          fmt::format("cond: branch takes {} arrays, given {}", branch.inputs().size(), operands.size() - 1));
    }
    if (name == "else" && types != results) {
      for (std::size_t k = 0; k < std::min(types.size(), results.size()); ++k) {
        if (types[k] != results[k]) {
          throw ShapeError(fmt::format("cond: branches give different types for result {}: {} and {}", k,
                                       to_string(results[k]), to_string(types[k])));
        }
      }
      throw ShapeError(
          fmt::format("cond: branches give different numbers of results: {} and {}", results.size(), types.size()));
    }
    results = std::move(types);
  }
  return results;
}

Status cond_evaluate(const Call& call) {
  const bool is_taken = *static_cast<const std::uint8_t*>(call.operands[0]) != 0;
  return ir::evaluate(*call.attributes.get<SubGraph>(is_taken ? "then" : "else"), call.operands.subspan(1),
                      call.results);
}

std::vector<Example> cond_examples() {
  const std::vector<Type> types{{DType::f64, {3}}};
  ir::Traced square = ir::trace([](std::span<const Array> a) { return std::vector<Array>{a[0] * a[0]}; }, types);
  ir::Traced twice = ir::trace([](std::span<const Array> a) { return std::vector<Array>{a[0] + a[0]}; }, types);
  const Attributes attributes{{"then", std::make_shared<const Graph>(std::move(square.graph))},
                              {"else", std::make_shared<const Graph>(std::move(twice.graph))}};
  const Array x({1.0, -2.0, 0.25});
  return {{{Array({1}, {}, DType::boolean), x}, attributes}, {{Array({0}, {}, DType::boolean), x}, attributes}};
}

}  // namespace

const ir::Primitive primitives::scan{
    .name = "scan",
    .doc = "a loop with carried and stacked arrays",
    .types = scan_types,
    .evaluate = scan_evaluate,
    .lowering = Lowering::loop,
    .derivative = {.kind = Derivative::Kind::loop},
    .examples = scan_examples,
};

const ir::Primitive primitives::cond{
    .name = "cond",
    .doc = "one of two branches",
    .types = cond_types,
    .evaluate = cond_evaluate,
    .lowering = Lowering::branch,
    .derivative = {.kind = Derivative::Kind::branch},
    .examples = cond_examples,
};

namespace ops {

ScanLayout scan_layout(const Attributes& attributes) {
  return {attributes.get<SubGraph>("body"), static_cast<std::size_t>(attributes.get<std::int64_t>("constants")),
          static_cast<std::size_t>(attributes.get<std::int64_t>("carry")), attributes.get<std::int64_t>("length"),
          attributes.get<std::int64_t>("backward") != 0};
}

std::vector<Array> apply_scan(const ScanLayout& layout, std::span<const Array> operands, std::source_location where) {
  return ir::apply_all(primitives::scan, operands,
                       {{"body", layout.body},
                        {"constants", static_cast<std::int64_t>(layout.constants)},
                        {"carry", static_cast<std::int64_t>(layout.carry)},
                        {"length", layout.length},
                        {"backward", std::int64_t{layout.is_backward ? 1 : 0}}},
                       where);
}

std::vector<Array> apply_cond(const SubGraph& then_graph, const SubGraph& else_graph, std::span<const Array> operands,
                              std::source_location where) {
  return ir::apply_all(primitives::cond, operands, {{"then", then_graph}, {"else", else_graph}}, where);
}

}  // namespace ops

ScanResult scan(const ScanBody& body, const std::vector<Array>& carry, const std::vector<Array>& inputs,
                std::int64_t length, Direction direction, std::source_location where) {
  std::vector<Type> types;
  for (const Array& array : carry) {
    types.push_back(array.type());
  }
  for (const Array& array : inputs) {
    if (array.rank() == 0) {
      throw ShapeError(fmt::format("scan: input has no axis to loop over: {}", to_string(array.type())));
    }
    length = length < 0 ? array.shape()[0] : length;
    types.push_back(slice_type(array.type()));
  }
  if (length < 0) {
    throw ShapeError("scan: length is not known: no inputs and no length given");
  }
  ir::Traced traced = ir::trace(
      [&](std::span<const Array> arguments) {
        ScanStep step = body(arguments.subspan(0, carry.size()), arguments.subspan(carry.size()));
        if (step.carry.size() != carry.size()) {
          throw ShapeError(fmt::format("scan: body changes the number of carried arrays: {} to {}", carry.size(),
                                       step.carry.size()));
        }
        for (std::size_t k = 0; k < carry.size(); ++k) {
          if (step.carry[k].is_weak()) {
            step.carry[k] = astype(step.carry[k], carry[k].dtype());
          }
        }
        step.carry.insert(step.carry.end(), step.outputs.begin(), step.outputs.end());
        return step.carry;
      },
      types);
  // The body's inputs are carry, slices, captured; the primitive wants constants first.
  const std::vector<Array> captured = traced.captured;
  const auto graph = std::make_shared<const Graph>(rotated_inputs(traced.graph, captured.size()));
  std::vector<Array> operands = captured;
  operands.insert(operands.end(), carry.begin(), carry.end());
  operands.insert(operands.end(), inputs.begin(), inputs.end());
  std::vector<Array> results =
      apply_scan({graph, captured.size(), carry.size(), length, direction == Direction::backward}, operands, where);
  const auto split = results.begin() + static_cast<std::ptrdiff_t>(carry.size());
  return {{results.begin(), split}, {split, results.end()}};
}

std::vector<Array> map(const std::function<std::vector<Array>(std::span<const Array>)>& body,
                       const std::vector<Array>& inputs, std::source_location where) {
  return scan([&](std::span<const Array>, std::span<const Array> slices) { return ScanStep{{}, body(slices)}; }, {},
              inputs, -1, Direction::forward, where)
      .outputs;
}

std::vector<Array> cond(const Operand& predicate,
                        const std::function<std::vector<Array>(std::span<const Array>)>& then_branch,
                        const std::function<std::vector<Array>(std::span<const Array>)>& else_branch,
                        const std::vector<Array>& operands) {
  std::vector<Type> types;
  for (const Array& operand : operands) {
    types.push_back(operand.type());
  }
  ir::Traced on_true = ir::trace(then_branch, types);
  ir::Traced on_false = ir::trace(else_branch, types);
  // Both branches take the operands and everything that either captures.
  std::vector<Array> all{astype(predicate, DType::boolean)};
  all.insert(all.end(), operands.begin(), operands.end());
  all.insert(all.end(), on_true.captured.begin(), on_true.captured.end());
  all.insert(all.end(), on_false.captured.begin(), on_false.captured.end());
  const auto widened = [&](const ir::Traced& traced, std::size_t skipped) {
    return ir::trace(
               [&](std::span<const Array> arguments) {
                 std::vector<Array> used(arguments.begin(),
                                         arguments.begin() + static_cast<std::ptrdiff_t>(operands.size()));
                 const auto captured = arguments.subspan(operands.size() + skipped, traced.captured.size());
                 used.insert(used.end(), captured.begin(), captured.end());
                 return ir::replay(traced.graph, used);
               },
               types_of(std::span(all).subspan(1)))
        .graph;
  };
  const auto then_graph = std::make_shared<const Graph>(widened(on_true, 0));
  const auto else_graph = std::make_shared<const Graph>(widened(on_false, on_true.captured.size()));
  return apply_cond(then_graph, else_graph, all, predicate.where);
}

}  // namespace downhill
