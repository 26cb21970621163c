#pragma once
#include <downhill/type.hpp>

#include "jit/emitter.hpp"

namespace downhill::jit {

/// `lanes` rows of `lanes` neighbours in memory.
struct Square {
  Value* base = nullptr;
  Value* stride = nullptr;  ///< bytes between rows, i64
};

/// Columns of the one become rows of the other. All squares of a module share one function: shuffles take long to compile.
void turn_square(Emitter& emitter, DType dtype, unsigned lanes, const Square& from, const Square& to);

/// The same of a square that reaches over the end of a matrix whose columns are contiguous: elements (k …, column …). What lies beyond is
/// not touched; in `to` it is 0 for k's, and copies of the last for columns.
struct PartOfMatrix {
  Value* base = nullptr;           ///< of the matrix
  std::int64_t column_stride = 1;  ///< elements
  Value* k = nullptr;
  Value* k_end = nullptr;
  Value* column = nullptr;
  Value* columns = nullptr;
};
void turn_square(Emitter& emitter, DType dtype, unsigned lanes, const PartOfMatrix& from, const Square& to);

}  // namespace downhill::jit
