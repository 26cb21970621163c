#include "ad/batching.hpp"
#include "ad/forward.hpp"
#include "ad/reverse.hpp"
#include "ir/trace.hpp"
#include "ops/control.hpp"

#include <downhill/derivatives.hpp>
#include <downhill/error.hpp>
#include <downhill/operations.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace downhill {
namespace {

using ad::Tangents;

/// Plain numbers as arguments become f64 scalars of their own type.
std::vector<Array> strong(std::span<const Array> arguments) {
  std::vector<Array> all;
  for (const Array& argument : arguments) {
    all.push_back(argument.is_weak() ? astype(argument, is_real(argument.dtype()) ? argument.dtype() : DType::f64)
                                     : argument);
  }
  return all;
}

/// f as a graph with everything it captures, and the arguments to replay it on.
struct Captured {
  ir::Graph graph;
  std::vector<Array> inputs;
  std::size_t declared = 0;
};

Captured capture(const ArrayFunction& f, std::span<const Array> arguments) {
  std::vector<Array> inputs = strong(arguments);
  const std::size_t declared = inputs.size();
  ir::Traced traced = ir::trace(f, ops::types_of(inputs));
  inputs.insert(inputs.end(), traced.captured.begin(), traced.captured.end());
  return {std::move(traced.graph), std::move(inputs), declared};
}

void require_real(const char* name, const Array& argument) {
  if (!is_real(argument.dtype())) {
    throw ShapeError(fmt::format("{}: argument is not real: {}", name, to_string(argument.type())));
  }
}

const Array& checked_argument(const char* name, const Captured& captured, std::size_t argument) {
  if (argument >= captured.declared) {
    throw ShapeError(fmt::format("{}: no argument {}: {} given", name, argument, captured.declared));
  }
  require_real(name, captured.inputs[argument]);
  return captured.inputs[argument];
}

void require_scalar(const char* name, const ir::Graph& graph) {
  const bool is_scalar = graph.outputs().size() == 1 && graph.type(graph.outputs()[0]).shape.rank() == 0 &&
                         is_real(graph.type(graph.outputs()[0]).dtype);
  if (!is_scalar) {
    throw ShapeError(fmt::format("{}: function does not give one real scalar: {}", name,
                                 graph.outputs().empty() ? "no result" : to_string(graph.type(graph.outputs()[0]))));
  }
}

std::vector<std::int64_t> joined(const Shape& a, const Shape& b) {
  std::vector<std::int64_t> lengths = a.lengths();
  lengths.insert(lengths.end(), b.begin(), b.end());
  return lengths;
}

/// The unit arrays of a type, stacked: [size, shape…].
Array basis(const Type& type) {
  const std::int64_t n = type.shape.size();
  std::vector<double> identity(static_cast<std::size_t>(n * n), 0.0);
  for (std::int64_t k = 0; k < n; ++k) {
    identity[static_cast<std::size_t>(k * n + k)] = 1.0;
  }
  return Array(identity, Shape(joined(Shape{n}, type.shape)), type.dtype);
}

/// [n, rows…] -> [rows…, columns…] where n counts the columns.
Array columns_last(const Array& x, const Shape& columns) {
  std::vector<std::int64_t> axes;
  for (std::size_t k = 1; k < x.rank(); ++k) {
    axes.push_back(static_cast<std::int64_t>(k));
  }
  axes.push_back(0);
  const Array moved = transpose(x, axes);
  const Shape rows(std::vector<std::int64_t>(x.shape().begin() + 1, x.shape().end()));
  return reshape(moved, Shape(joined(rows, columns)));
}

}  // namespace

void require_argument_count(std::size_t given, std::size_t taken) {
  if (given != taken) {
    throw ShapeError(fmt::format("function: takes {} arrays: given {}", taken, given));
  }
}

JvpResult jvp(const ArrayFunction& f, const std::vector<Array>& primals, const std::vector<Array>& tangents) {
  const Captured captured = capture(f, primals);
  if (primals.size() != tangents.size()) {
    throw ShapeError(
        fmt::format("jvp: numbers of primals and tangents differ: {} and {}", primals.size(), tangents.size()));
  }
  const std::vector<Array> moved = strong(tangents);
  Tangents moving(captured.inputs.size());
  for (std::size_t k = 0; k < moved.size(); ++k) {
    if (moved[k].type() != captured.inputs[k].type()) {
      throw ShapeError(fmt::format("jvp: tangent differs from its primal: {} and {}", to_string(moved[k].type()),
                                   to_string(captured.inputs[k].type())));
    }
    if (is_real(moved[k].dtype())) {
      moving[k] = moved[k];
    }
  }
  ad::ForwardResult result = ad::replay_forward(captured.graph, captured.inputs, moving);
  std::vector<Array> out;
  for (std::size_t k = 0; k < result.outputs.size(); ++k) {
    out.push_back(result.tangents[k] ? *result.tangents[k] : ad::zeros_like(result.outputs[k]));
  }
  return {std::move(result.outputs), std::move(out)};
}

VjpResult vjp(const ArrayFunction& f, const std::vector<Array>& primals) {
  auto captured = std::make_shared<const Captured>(capture(f, primals));
  std::vector<bool> wanted(captured->inputs.size(), false);
  std::fill_n(wanted.begin(), captured->declared, true);
  auto sweep = std::make_shared<const ad::ReverseSweep>(captured->graph, captured->inputs, wanted);
  auto pullback = [captured, sweep](const std::vector<Array>& cotangents) {
    const std::vector<Array> outputs = sweep->outputs();
    if (cotangents.size() != outputs.size()) {
      throw ShapeError(
          fmt::format("vjp: numbers of results and cotangents differ: {} and {}", outputs.size(), cotangents.size()));
    }
    const std::vector<Array> given = strong(cotangents);
    for (std::size_t k = 0; k < given.size(); ++k) {
      if (given[k].type() != outputs[k].type()) {
        throw ShapeError(fmt::format("vjp: cotangent differs from its result: {} and {}", to_string(given[k].type()),
                                     to_string(outputs[k].type())));
      }
    }
    const Tangents pulled = sweep->pull(Tangents(given.begin(), given.end()));
    std::vector<Array> result;
    for (std::size_t k = 0; k < captured->declared; ++k) {
      result.push_back(pulled[k] ? *pulled[k] : ad::zeros_like(captured->inputs[k]));
    }
    return result;
  };
  return {sweep->outputs(), std::move(pullback)};
}

ValueAndGradient value_and_gradient_at(const ArrayFunction& f, std::span<const Array> arguments, std::size_t argument) {
  const Captured captured = capture(f, arguments);
  const Array& x = checked_argument("grad", captured, argument);
  require_scalar("grad", captured.graph);
  std::vector<bool> wanted(captured.inputs.size(), false);
  wanted[argument] = true;
  const ad::ReverseSweep sweep(captured.graph, captured.inputs, wanted);
  const Array value = sweep.outputs().front();
  const Tangents pulled = sweep.pull({ones(Shape{}, value.dtype())});
  return {value, pulled[argument] ? *pulled[argument] : ad::zeros_like(x)};
}

Array hvp_at(const ArrayFunction& f, const Array& x, const Array& direction) {
  const auto gradient = [&](std::span<const Array> y) -> std::vector<Array> {
    return {value_and_gradient_at(f, y).gradient};
  };
  return jvp(gradient, {x}, {direction}).tangents.front();
}

Array jacobian_at(const ArrayFunction& f, std::span<const Array> arguments, std::size_t argument) {
  const Captured captured = capture(f, arguments);
  const Array x = checked_argument("jacobian", captured, argument);
  if (captured.graph.outputs().size() != 1) {
    throw ShapeError(fmt::format("jacobian: function does not give one result: {}", captured.graph.outputs().size()));
  }
  const Type out = captured.graph.type(captured.graph.outputs()[0]);
  const Shape shape(joined(out.shape, x.shape()));
  std::vector<bool> wanted(captured.inputs.size(), false);
  wanted[argument] = true;
  if (!ad::active_outputs(captured.graph, wanted)[0]) {
    return zeros(shape, is_real(out.dtype) ? out.dtype : DType::f64);
  }
  const bool by_rows = out.shape.size() < x.size();
  const auto slice_of = [&](std::span<const Array> seed) -> std::vector<Array> {
    if (by_rows) {
      const ad::ReverseSweep sweep(captured.graph, captured.inputs, wanted);
      const Tangents pulled = sweep.pull({seed[0]});
      return {pulled[argument] ? *pulled[argument] : ad::zeros_like(x)};
    }
    Tangents moving(captured.inputs.size());
    moving[argument] = seed[0];
    const ad::ForwardResult result = ad::replay_forward(captured.graph, captured.inputs, moving);
    return {result.tangents[0] ? *result.tangents[0] : ad::zeros_like(result.outputs[0])};
  };
  const Array seeds = basis(by_rows ? out : x.type());
  const Array slices = vmap_at(slice_of, std::vector<Array>{seeds}).front();
  return by_rows ? reshape(slices, shape) : columns_last(slices, x.shape());
}

Array hessian_at(const ArrayFunction& f, std::span<const Array> arguments, std::size_t argument) {
  const Captured captured = capture(f, arguments);
  const Array x = checked_argument("hessian", captured, argument);
  require_scalar("hessian", captured.graph);
  const std::vector<Array> all(captured.inputs);
  const auto column = [&](std::span<const Array> seed) -> std::vector<Array> {
    const auto gradient = [&](std::span<const Array> y) -> std::vector<Array> {
      std::vector<Array> inputs = all;
      inputs[argument] = y[0];
      std::vector<bool> wanted(inputs.size(), false);
      wanted[argument] = true;
      const ad::ReverseSweep sweep(captured.graph, inputs, wanted);
      const Tangents pulled = sweep.pull({ones(Shape{}, sweep.outputs().front().dtype())});
      return {pulled[argument] ? *pulled[argument] : ad::zeros_like(y[0])};
    };
    return {jvp(gradient, {x}, {seed[0]}).tangents.front()};
  };
  return columns_last(vmap_at(column, std::vector<Array>{basis(x.type())}).front(), x.shape());
}

std::vector<Array> vmap_at(const ArrayFunction& f, std::span<const Array> arguments, const std::vector<bool>& batched) {
  const std::vector<Array> inputs = strong(arguments);
  std::vector<bool> flags = batched.empty() ? std::vector<bool>(inputs.size(), true) : batched;
  if (flags.size() != inputs.size()) {
    throw ShapeError(
        fmt::format("vmap: numbers of arguments and flags differ: {} and {}", inputs.size(), flags.size()));
  }
  std::int64_t size = -1;
  std::vector<Type> types;
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    Type type = inputs[k].type();
    if (flags[k]) {
      if (type.shape.rank() == 0) {
        throw ShapeError(fmt::format("vmap: argument {} has no axis to map over: {}", k, to_string(type)));
      }
      if (size >= 0 && type.shape[0] != size) {
        throw ShapeError(fmt::format("vmap: batched axes differ: {} and {}", size, type.shape[0]));
      }
      size = type.shape[0];
      type.shape = Shape(std::vector<std::int64_t>(type.shape.begin() + 1, type.shape.end()));
    }
    types.push_back(std::move(type));
  }
  if (size < 0) {
    throw ShapeError("vmap: no argument is batched");
  }
  const ir::Traced traced = ir::trace(f, types);
  std::vector<Array> all = inputs;
  all.insert(all.end(), traced.captured.begin(), traced.captured.end());
  flags.resize(all.size(), false);
  ad::Batched result = ad::replay_batched(traced.graph, all, flags, size);
  for (std::size_t k = 0; k < result.outputs.size(); ++k) {
    result.outputs[k] = result.batched[k] ? result.outputs[k] : ad::repeated(result.outputs[k], size);
  }
  return std::move(result.outputs);
}

}  // namespace downhill
