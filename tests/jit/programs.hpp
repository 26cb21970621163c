#pragma once
#include <memory>
#include <vector>

#include "ir/loops.hpp"
#include "ir/scalar.hpp"

/// Small loop programs, put together in tests.
namespace downhill::jit {

namespace loops = ir::loops;

template <class Signature, class F>
std::shared_ptr<const ir::ScalarCode> formula(F&& f) {
  return std::make_shared<const ir::ScalarCode>(scalar::record<Signature>(std::forward<F>(f)));
}

inline loops::BufferId add_buffer(loops::LoopProgram& program, DType dtype, std::int64_t elements,
                                  loops::BufferDeclaration::Place place) {
  std::uint64_t slot = 0;
  if (place == loops::BufferDeclaration::Place::workspace) {
    slot = program.workspace_bytes;
    program.workspace_bytes += (static_cast<std::uint64_t>(elements) * size_of(dtype) + 63) / 64 * 64;
  } else {
    for (const loops::BufferDeclaration& other : program.buffers) slot += other.place == place ? 1 : 0;
  }
  program.buffers.push_back({.dtype = dtype, .elements = elements, .place = place, .slot = slot, .literal = {}});
  return static_cast<loops::BufferId>(program.buffers.size() - 1);
}
inline loops::BufferId add_input(loops::LoopProgram& program, DType dtype, std::int64_t elements) {
  return add_buffer(program, dtype, elements, loops::BufferDeclaration::Place::input);
}
inline loops::BufferId add_output(loops::LoopProgram& program, DType dtype, std::int64_t elements) {
  return add_buffer(program, dtype, elements, loops::BufferDeclaration::Place::output);
}

inline loops::Affine affine(std::vector<std::int64_t> axes, std::int64_t offset = 0,
                            std::vector<std::int64_t> loop = {}) {
  return {.offset = offset, .axis = std::move(axes), .loop = std::move(loop)};
}

inline loops::Element load(DType dtype, loops::BufferId buffer, loops::Affine index,
                           std::vector<loops::Guard> guards = {}) {
  return {.kind = loops::Element::Kind::load,
          .dtype = dtype,
          .buffer = buffer,
          .index = std::move(index),
          .guards = std::move(guards),
          .code = nullptr,
          .operands = {}};
}
inline loops::Element apply(DType dtype, std::shared_ptr<const ir::ScalarCode> code,
                            std::vector<std::uint32_t> operands) {
  return {.kind = loops::Element::Kind::formula,
          .dtype = dtype,
          .index = {},
          .guards = {},
          .code = std::move(code),
          .operands = std::move(operands)};
}
inline loops::Element select(DType dtype, std::vector<loops::Guard> guards, std::vector<std::uint32_t> operands) {
  return {.kind = loops::Element::Kind::select,
          .dtype = dtype,
          .index = {},
          .guards = std::move(guards),
          .code = nullptr,
          .operands = std::move(operands)};
}
inline loops::Element number(loops::Affine index) {
  return {.kind = loops::Element::Kind::index,
          .dtype = DType::i32,
          .index = std::move(index),
          .guards = {},
          .code = nullptr,
          .operands = {}};
}

/// A formula of two reals with products, a division, a selection and a rare region: something that shows any change of order or rounding.
template <class T>
std::shared_ptr<const ir::ScalarCode> mixed_formula() {
  return formula<T(T, T)>([](auto a, auto b) {
    using V = decltype(a);
    const V quotient = a / (b * b + V(T(0.75)));
    const V polynomial = scalar::fma(quotient, scalar::fma(a, V(T(0.3)), b), V(T(-1.1)));
    const V chosen = scalar::select(a < b, polynomial, a - b);
    return scalar::rare(scalar::abs(b) > V(T(3)), [&] { return scalar::sqrt(scalar::abs(a)) * b; }, chosen);
  });
}

}  // namespace downhill::jit
