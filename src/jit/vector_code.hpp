#pragma once
#include <span>

#include "ir/scalar_code.hpp"
#include "jit/emitter.hpp"

namespace downhill::jit {

/// `lanes` values of one scalar type side by side; a plain scalar for one lane. A mask is i1.
[[nodiscard]] llvm::Type* lanes_type(Emitter& emitter, ir::ScalarType type, unsigned lanes);

/// A value in every lane.
[[nodiscard]] Value* splat(Emitter& emitter, Value* scalar, unsigned lanes);

/// True if some lane of the mask holds.
[[nodiscard]] Value* any_lane(Emitter& emitter, Value* mask);

/// Emits `code` on vectors of `lanes` lanes, with the bits that ir::evaluate gives in every lane.
///
/// copies[c][k]  argument k of the c-th copy, of type lanes_type(code.arguments[k], lanes)
///
/// Returns the result of every copy. The copies are independent chains, interleaved instruction by instruction, so that
/// the latency of one hides behind the others; they share the branches of rare regions, taken if any lane of any copy needs it.
[[nodiscard]] Values emit_code(Emitter& emitter, const ir::ScalarCode& code, std::span<const Values> copies,
                               unsigned lanes);

}  // namespace downhill::jit
