#include "ir/trace.hpp"
#include "ops/pointwise.hpp"
#include "ops/primitives.hpp"

#include <downhill/operations.hpp>

#include <cstring>
#include <numeric>

namespace downhill {
namespace {

using namespace ops;
using ir::ViewPiece;
using Integers = std::vector<std::int64_t>;

/// Copies one piece of a view: a walk over the piece's index box, innermost axis last.
void copy_piece(const ViewPiece& piece, const Type& result, const Type& operand, const void* in, void* out) {
  const std::size_t rank = result.shape.rank();
  const Integers out_strides = row_major_strides(result.shape);
  const Integers in_strides = row_major_strides(operand.shape);
  Integers counts(rank);
  Integers out_steps(rank);
  Integers in_steps(rank, 0);
  std::int64_t out_at = 0;
  std::int64_t in_at = 0;
  for (std::size_t k = 0; k < rank; ++k) {
    const ViewPiece::Range& range = piece.where[k];
    counts[k] = range.end > range.begin ? (range.end - range.begin + range.step - 1) / range.step : 0;
    if (counts[k] == 0) {
      return;
    }
    out_steps[k] = out_strides[k] * range.step;
    out_at += out_strides[k] * range.begin;
  }
  for (std::size_t k = 0; k < operand.shape.rank(); ++k) {
    in_at += in_strides[k] * piece.axes[k].offset;
    if (piece.axes[k].axis >= 0) {
      in_steps[static_cast<std::size_t>(piece.axes[k].axis)] += in_strides[k] * piece.axes[k].stride;
    }
  }
  const auto width = static_cast<std::int64_t>(size_of(result.dtype));
  Integers index(rank, 0);
  while (true) {
    const std::int64_t inner = rank == 0 ? 1 : counts[rank - 1];
    const std::int64_t out_step = rank == 0 ? 0 : out_steps[rank - 1];
    const std::int64_t in_step = rank == 0 ? 0 : in_steps[rank - 1];
    for (std::int64_t k = 0; k < inner; ++k) {
      std::memcpy(static_cast<char*>(out) + (out_at + k * out_step) * width,
                  static_cast<const char*>(in) + (in_at + k * in_step) * width, static_cast<std::size_t>(width));
    }
    std::size_t axis = rank < 1 ? 0 : rank - 1;
    while (axis-- > 0) {
      out_at += out_steps[axis];
      in_at += in_steps[axis];
      if (++index[axis] < counts[axis]) {
        break;
      }
      out_at -= out_steps[axis] * counts[axis];
      in_at -= in_steps[axis] * counts[axis];
      index[axis] = 0;
    }
    if (axis == static_cast<std::size_t>(-1)) {
      return;
    }
  }
}

/// The reference semantics of every view: zeros, then the pieces.
template <std::vector<ViewPiece> (*view)(std::span<const Type>, const Attributes&)>
Status evaluate_view(const Call& call) {
  std::memset(call.results[0], 0, ir::bytes_of(call.result_types[0]));
  for (const ViewPiece& piece : view(call.operand_types, call.attributes)) {
    copy_piece(piece, call.result_types[0], call.operand_types[piece.operand], call.operands[piece.operand],
               call.results[0]);
  }
  return {};
}

std::vector<ViewPiece::Range> whole(const Shape& shape) {
  std::vector<ViewPiece::Range> ranges;
  for (const std::int64_t length : shape) {
    ranges.push_back({0, length, 1});
  }
  return ranges;
}

/// `values` behind a leading entry for the batch axis.
Integers behind_batch(const Integers& values, std::int64_t first, std::int64_t shift = 0) {
  Integers result{first};
  for (const std::int64_t value : values) {
    result.push_back(value + shift);
  }
  return result;
}

Array sample(const Shape& shape) {
  std::vector<double> values(static_cast<std::size_t>(shape.size()));
  std::iota(values.begin(), values.end(), 1.0);
  return Array(values, shape);
}

// ---- reshape -------------------------------------------------------------------------------------------------------

std::vector<Type> reshape_types(std::span<const Type> operands, const Attributes& attributes) {
  const Shape shape(attributes.get<Integers>("shape"));
  if (shape.size() != operands[0].shape.size()) {
    throw ShapeError(fmt::format("reshape: number of elements differs: {} to {}", to_string(operands[0]), to_string(shape)));
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

// ---- pad -----------------------------------------------------------------------------------------------------------

std::vector<Type> pad_types(std::span<const Type> operands, const Attributes& attributes) {
  const auto& before = attributes.get<Integers>("before");
  const auto& after = attributes.get<Integers>("after");
  const auto& between = attributes.get<Integers>("between");
  Integers lengths;
  for (std::size_t k = 0; k < before.size(); ++k) {
    const std::int64_t n = operands[0].shape[k];
    lengths.push_back(before[k] + after[k] + n + (n > 0 ? (n - 1) * between[k] : 0));
  }
  return {{operands[0].dtype, Shape(lengths)}};
}

std::vector<ViewPiece> pad_view(std::span<const Type> operands, const Attributes& attributes) {
  const auto& before = attributes.get<Integers>("before");
  const auto& between = attributes.get<Integers>("between");
  ViewPiece piece;
  for (std::size_t k = 0; k < before.size(); ++k) {
    const std::int64_t n = operands[0].shape[k];
    const std::int64_t extent = n > 0 ? (n - 1) * (between[k] + 1) + 1 : 0;
    piece.axes.push_back({static_cast<std::int64_t>(k), 0, 1});
    piece.where.push_back({before[k], before[k] + extent, between[k] + 1});
  }
  return {piece};
}

Array pad_transpose(const Application& a, std::size_t, const Array& cotangent) {
  const auto& before = a.attributes.get<Integers>("before");
  const auto& between = a.attributes.get<Integers>("between");
  Integers step;
  for (const std::int64_t gap : between) {
    step.push_back(gap + 1);
  }
  return ir::apply(primitives::slice, std::vector<Array>{cotangent},
                   {{"begin", before}, {"step", step}, {"counts", a.operands[0].shape().lengths()}});
}

std::vector<Array> pad_batch(const Attributes& attributes, std::span<const Array> operands, const std::vector<bool>&,
                             std::int64_t) {
  return {pad(operands[0], behind_batch(attributes.get<Integers>("before"), 0),
              behind_batch(attributes.get<Integers>("after"), 0), behind_batch(attributes.get<Integers>("between"), 0))};
}

// ---- concatenate ---------------------------------------------------------------------------------------------------

std::vector<Type> concatenate_types(std::span<const Type> operands, const Attributes& attributes) {
  const auto axis = static_cast<std::size_t>(attributes.get<std::int64_t>("axis"));
  Type result = operands[0];
  std::int64_t length = 0;
  for (const Type& operand : operands) {
    Type aligned = operand;
    if (operand.shape.rank() != result.shape.rank() || axis >= operand.shape.rank()) {
      throw ShapeError(
          fmt::format("concatenate: number of axes differs: {} and {}", to_string(operands[0]), to_string(operand)));
    }
    aligned.shape[axis] = result.shape[axis];
    if (aligned != result) {
      throw ShapeError(fmt::format("concatenate: arrays differ beside axis {}: {} and {}", axis,
                                   to_string(operands[0]), to_string(operand)));
    }
    length += operand.shape[axis];
  }
  result.shape[axis] = length;
  return {result};
}

std::vector<ViewPiece> concatenate_view(std::span<const Type> operands, const Attributes& attributes) {
  const auto axis = static_cast<std::size_t>(attributes.get<std::int64_t>("axis"));
  std::vector<ViewPiece> pieces;
  std::int64_t at = 0;
  for (std::size_t k = 0; k < operands.size(); ++k) {
    ViewPiece piece{k, {}, whole(operands[k].shape)};
    for (std::size_t j = 0; j < operands[k].shape.rank(); ++j) {
      piece.axes.push_back({static_cast<std::int64_t>(j), 0, 1});
    }
    piece.where[axis] = {at, at + operands[k].shape[axis], 1};
    at += operands[k].shape[axis];
    pieces.push_back(std::move(piece));
  }
  return pieces;
}

Array concatenate_transpose(const Application& a, std::size_t operand, const Array& cotangent) {
  const auto axis = static_cast<std::size_t>(a.attributes.get<std::int64_t>("axis"));
  std::int64_t at = 0;
  for (std::size_t k = 0; k < operand; ++k) {
    at += a.operands[k].shape()[axis];
  }
  std::vector<Range> ranges(axis + 1);
  ranges[axis] = {at, at + a.operands[operand].shape()[axis], 1};
  return slice(cotangent, ranges);
}

std::vector<Array> concatenate_batch(const Attributes& attributes, std::span<const Array> operands,
                                     const std::vector<bool>& batched, std::int64_t size) {
  std::vector<Array> all;
  for (std::size_t k = 0; k < operands.size(); ++k) {
    all.push_back(batched[k] ? operands[k]
                             : broadcast_to(operands[k], Shape(behind_batch(operands[k].shape().lengths(), size))));
  }
  return {concatenate(all, attributes.get<std::int64_t>("axis") + 1)};
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
    .examples = [] { return std::vector<Example>{{{sample({2, 6})}, {{"shape", Integers{3, 4}}}}}; },
};

const ir::Primitive primitives::transpose{
    .name = "transpose",
    .doc = "axis k of the result is axis axes[k]",
    .types = transpose_types,
    .evaluate = evaluate_view<transpose_view>,
    .lowering = Lowering::view,
    .derivative = {.kind = Derivative::Kind::linear, .transpose = transpose_transpose},
    .batch = transpose_batch,
    .examples = [] { return std::vector<Example>{{{sample({2, 3, 4})}, {{"axes", Integers{2, 0, 1}}}}}; },
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
    .examples = [] { return std::vector<Example>{{{sample({3, 1})}, {{"shape", Integers{2, 3, 4}}}}}; },
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
              {{sample({5, 7})}, {{"begin", Integers{1, 0}}, {"step", Integers{1, 3}}, {"counts", Integers{3, 2}}}},
              {{sample({6})}, {{"begin", Integers{5}}, {"step", Integers{-2}}, {"counts", Integers{3}}}}};
        },
    .view = slice_view,
};

const ir::Primitive primitives::pad{
    .name = "pad",
    .doc = "zeros before, after and between",
    .types = pad_types,
    .evaluate = evaluate_view<pad_view>,
    .lowering = Lowering::view,
    .derivative = {.kind = Derivative::Kind::linear, .transpose = pad_transpose},
    .batch = pad_batch,
    .examples =
        [] {
          return std::vector<Example>{
              {{sample({3, 2})},
               {{"before", Integers{1, 0}}, {"after", Integers{0, 2}}, {"between", Integers{0, 0}}}},
              {{sample({4})}, {{"before", Integers{2}}, {"after", Integers{1}}, {"between", Integers{1}}}}};
        },
    .view = pad_view,
};

const ir::Primitive primitives::concatenate{
    .name = "concatenate",
    .doc = "arrays one after the other along an axis",
    .types = concatenate_types,
    .evaluate = evaluate_view<concatenate_view>,
    .lowering = Lowering::view,
    .derivative = {.kind = Derivative::Kind::linear, .transpose = concatenate_transpose},
    .batch = concatenate_batch,
    .examples =
        [] {
          return std::vector<Example>{{{sample({2, 3}), sample({2, 1}), sample({2, 4})}, {{"axis", std::int64_t{1}}}}};
        },
    .view = concatenate_view,
};

}  // namespace downhill
