#include "ops/view_pieces.hpp"

#include <cstring>
#include <numeric>

namespace downhill::ops {
namespace {

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

}  // namespace

void copy_pieces(const ir::Call& call, const std::vector<ViewPiece>& pieces) {
  std::memset(call.results[0], 0, ir::bytes_of(call.result_types[0]));
  for (const ViewPiece& piece : pieces) {
    copy_piece(piece, call.result_types[0], call.operand_types[piece.operand], call.operands[piece.operand],
               call.results[0]);
  }
}

std::vector<ViewPiece::Range> whole(const Shape& shape) {
  std::vector<ViewPiece::Range> ranges;
  for (const std::int64_t length : shape) {
    ranges.push_back({0, length, 1});
  }
  return ranges;
}

Integers behind_batch(const Integers& values, std::int64_t first, std::int64_t shift) {
  Integers result{first};
  for (const std::int64_t value : values) {
    result.push_back(value + shift);
  }
  return result;
}

Array counted(const Shape& shape) {
  std::vector<double> values(static_cast<std::size_t>(shape.size()));
  std::iota(values.begin(), values.end(), 1.0);
  return Array(values, shape);
}

}  // namespace downhill::ops
