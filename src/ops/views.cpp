#include "ir/trace.hpp"
#include "ops/pointwise.hpp"
#include "ops/primitives.hpp"
#include "ops/view_pieces.hpp"

#include <downhill/operations.hpp>

#include <cstring>

namespace downhill {
namespace {

using namespace ops;
using ir::ViewPiece;
using Integers = std::vector<std::int64_t>;

// ---- reshape -------------------------------------------------------------------------------------------------------

std::vector<Type> reshape_types(std::span<const Type> operands, const Attributes& attributes) {
  const Shape shape(attributes.get<Integers>("shape"));
  if (shape.size() != operands[0].shape.size()) {
    throw ShapeError(
        fmt::format("reshape: number of elements differs: {} to {}", to_string(operands[0]), to_string(shape)));
  }
  return {{operands[0].dtype, shape}};
}

Status reshape_evaluate(const Call& call) {
  std::memcpy(call.results[0], call.operands[0], ir::bytes_of(call.result_types[0]));
  return {};
}

Array reshape_transpose(const Application& a, std::size_t, const Array& cotangent) {
  return reshape(cotangent, a.operands[0].shape());
}

std::vector<Array> reshape_batch(const Attributes& attributes, std::span<const Array> operands,
                                 const std::vector<bool>&, std::int64_t size) {
  return {reshape(operands[0], Shape(behind_batch(attributes.get<Integers>("shape"), size)))};
}

// ---- transpose -----------------------------------------------------------------------------------------------------

std::vector<Type> transpose_types(std::span<const Type> operands, const Attributes& attributes) {
  Integers lengths;
  for (const std::int64_t axis : attributes.get<Integers>("axes")) {
    lengths.push_back(operands[0].shape[static_cast<std::size_t>(axis)]);
  }
  return {{operands[0].dtype, Shape(lengths)}};
}

std::vector<ViewPiece> transpose_view(std::span<const Type> operands, const Attributes& attributes) {
  const auto& axes = attributes.get<Integers>("axes");
  ViewPiece piece{0, std::vector<ViewPiece::Axis>(axes.size()), {}};
  for (std::size_t k = 0; k < axes.size(); ++k) {
    piece.axes[static_cast<std::size_t>(axes[k])] = {static_cast<std::int64_t>(k), 0, 1};
  }
  piece.where = whole(transpose_types(operands, attributes)[0].shape);
  return {piece};
}

Array transpose_transpose(const Application& a, std::size_t, const Array& cotangent) {
  const auto& axes = a.attributes.get<Integers>("axes");
  Integers inverse(axes.size());
  for (std::size_t k = 0; k < axes.size(); ++k) {
    inverse[static_cast<std::size_t>(axes[k])] = static_cast<std::int64_t>(k);
  }
  return transpose(cotangent, inverse);
}

std::vector<Array> transpose_batch(const Attributes& attributes, std::span<const Array> operands,
                                   const std::vector<bool>&, std::int64_t) {
  return {transpose(operands[0], behind_batch(attributes.get<Integers>("axes"), 0, 1))};
}

// ---- broadcast_to --------------------------------------------------------------------------------------------------

std::vector<Type> broadcast_types(std::span<const Type> operands, const Attributes& attributes) {
  const Shape shape(attributes.get<Integers>("shape"));
  if (broadcast_shapes("broadcast_to", operands[0].shape, shape) != shape) {
    throw ShapeError(
        fmt::format("broadcast_to: shape is not reached: {} to {}", to_string(operands[0]), to_string(shape)));
  }
  return {{operands[0].dtype, shape}};
}

std::vector<ViewPiece> broadcast_view(std::span<const Type> operands, const Attributes& attributes) {
  const Shape shape(attributes.get<Integers>("shape"));
  const Shape& from = operands[0].shape;
  const std::size_t lead = shape.rank() - from.rank();
  ViewPiece piece{0, {}, whole(shape)};
  for (std::size_t k = 0; k < from.rank(); ++k) {
    piece.axes.push_back({from[k] == 1 ? -1 : static_cast<std::int64_t>(k + lead), 0, 1});
  }
  return {piece};
}

Array broadcast_transpose(const Application& a, std::size_t, const Array& cotangent) {
  const Shape& from = a.operands[0].shape();
  const std::size_t lead = cotangent.rank() - from.rank();
  Integers axes;
  for (std::size_t k = 0; k < cotangent.rank(); ++k) {
    if (k < lead || from[k - lead] != cotangent.shape()[k]) {
      axes.push_back(static_cast<std::int64_t>(k));
    }
  }
  return reshape(axes.empty() ? cotangent : sum(cotangent, axes), from);
}

std::vector<Array> broadcast_batch(const Attributes& attributes, std::span<const Array> operands,
                                   const std::vector<bool>&, std::int64_t size) {
  const auto& shape = attributes.get<Integers>("shape");
  const Shape& from = operands[0].shape();
  Integers lengths(shape.size() + 1, 1);
  lengths[0] = size;
  for (std::size_t k = 1; k < from.rank(); ++k) {
    lengths[lengths.size() - from.rank() + k] = from[k];
  }
  return {broadcast_to(reshape(operands[0], Shape(lengths)), Shape(behind_batch(shape, size)))};
}

// ---- slice ---------------------------------------------------------------------------------------------------------

std::vector<Type> slice_types(std::span<const Type> operands, const Attributes& attributes) {
  return {{operands[0].dtype, Shape(attributes.get<Integers>("counts"))}};
}

std::vector<ViewPiece> slice_view(std::span<const Type>, const Attributes& attributes) {
  const auto& begin = attributes.get<Integers>("begin");
  const auto& step = attributes.get<Integers>("step");
  ViewPiece piece{0, {}, whole(Shape(attributes.get<Integers>("counts")))};
  for (std::size_t k = 0; k < begin.size(); ++k) {
    piece.axes.push_back({static_cast<std::int64_t>(k), begin[k], step[k]});
  }
  return {piece};
}

/// A slice with step < 0 is one with step > 0 of the reversed axis; its transpose reverses likewise.
Array slice_transpose(const Application& a, std::size_t, const Array& cotangent) {
  const auto& begin = a.attributes.get<Integers>("begin");
  const auto& step = a.attributes.get<Integers>("step");
  const auto& counts = a.attributes.get<Integers>("counts");
  const Shape& from = a.operands[0].shape();
  Integers before(begin.size());
  Integers after(begin.size());
  Integers between(begin.size());
  std::vector<Range> reversed(begin.size());
  for (std::size_t k = 0; k < begin.size(); ++k) {
    if (counts[k] == 0) {
      return zeros(from, cotangent.dtype());
    }
    const std::int64_t last = begin[k] + (counts[k] - 1) * step[k];
    before[k] = std::min(begin[k], last);
    after[k] = from[k] - 1 - std::max(begin[k], last);
    between[k] = counts[k] > 1 ? std::abs(step[k]) - 1 : 0;
    reversed[k].step = step[k] < 0 ? -1 : 1;
  }
  return pad(slice(cotangent, reversed), before, after, between);
}

std::vector<Array> slice_batch(const Attributes& attributes, std::span<const Array> operands, const std::vector<bool>&,
                               std::int64_t size) {
  return {ir::apply(primitives::slice, operands,
                    {{"begin", behind_batch(attributes.get<Integers>("begin"), 0)},
                     {"step", behind_batch(attributes.get<Integers>("step"), 1)},
                     {"counts", behind_batch(attributes.get<Integers>("counts"), size)}})};
}

}  // namespace

const ir::Primitive primitives::reshape{
    .name = "reshape",
    .doc = "the same elements in row-major order under another shape",
    .types = reshape_types,
    .evaluate = reshape_evaluate,
    .lowering = Lowering::reshape,
    .derivative = {.kind = Derivative::Kind::linear, .transpose = reshape_transpose},
    .batch = reshape_batch,
    .examples = [] { return std::vector<Example>{{{counted({2, 6})}, {{"shape", Integers{3, 4}}}}}; },
};

const ir::Primitive primitives::transpose{
    .name = "transpose",
    .doc = "axis k of the result is axis axes[k]",
    .types = transpose_types,
    .evaluate = evaluate_view<transpose_view>,
    .lowering = Lowering::view,
    .derivative = {.kind = Derivative::Kind::linear, .transpose = transpose_transpose},
    .batch = transpose_batch,
    .examples = [] { return std::vector<Example>{{{counted({2, 3, 4})}, {{"axes", Integers{2, 0, 1}}}}}; },
    .view = transpose_view,
};

const ir::Primitive primitives::broadcast_to{
    .name = "broadcast_to",
    .doc = "repeats axes of length 1 and adds leading axes",
    .types = broadcast_types,
    .evaluate = evaluate_view<broadcast_view>,
    .lowering = Lowering::view,
    .derivative = {.kind = Derivative::Kind::linear, .transpose = broadcast_transpose},
    .batch = broadcast_batch,
    .examples = [] { return std::vector<Example>{{{counted({3, 1})}, {{"shape", Integers{2, 3, 4}}}}}; },
    .view = broadcast_view,
};

const ir::Primitive primitives::slice{
    .name = "slice",
    .doc = "begin, begin + step, … on every axis, `counts` of them",
    .types = slice_types,
    .evaluate = evaluate_view<slice_view>,
    .lowering = Lowering::view,
    .derivative = {.kind = Derivative::Kind::linear, .transpose = slice_transpose},
    .batch = slice_batch,
    .examples =
        [] {
          return std::vector<Example>{
              {{counted({5, 7})}, {{"begin", Integers{1, 0}}, {"step", Integers{1, 3}}, {"counts", Integers{3, 2}}}},
              {{counted({6})}, {{"begin", Integers{5}}, {"step", Integers{-2}}, {"counts", Integers{3}}}}};
        },
    .view = slice_view,
};

}  // namespace downhill
