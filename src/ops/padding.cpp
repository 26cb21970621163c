#include "ir/trace.hpp"
#include "ops/pointwise.hpp"
#include "ops/primitives.hpp"
#include "ops/view_pieces.hpp"

#include <downhill/operations.hpp>

namespace downhill {
namespace {

using namespace ops;
using ir::ViewPiece;
using Integers = std::vector<std::int64_t>;

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
              behind_batch(attributes.get<Integers>("after"), 0),
              behind_batch(attributes.get<Integers>("between"), 0))};
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
      throw ShapeError(fmt::format("concatenate: arrays differ beside axis {}: {} and {}", axis, to_string(operands[0]),
                                   to_string(operand)));
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
              {{counted({3, 2})}, {{"before", Integers{1, 0}}, {"after", Integers{0, 2}}, {"between", Integers{0, 0}}}},
              {{counted({4})}, {{"before", Integers{2}}, {"after", Integers{1}}, {"between", Integers{1}}}}};
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
          return std::vector<Example>{
              {{counted({2, 3}), counted({2, 1}), counted({2, 4})}, {{"axis", std::int64_t{1}}}}};
        },
    .view = concatenate_view,
};

}  // namespace downhill
