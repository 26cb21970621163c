#include "ir/trace.hpp"
#include "ops/chain.hpp"
#include "ops/pointwise.hpp"
#include "ops/primitives.hpp"

#include <downhill/operations.hpp>

#include <cmath>
#include <cstring>

namespace downhill {
namespace {

using namespace ops;

Shape batch_of(const Type& type) { return Shape(std::vector<std::int64_t>(type.shape.begin(), type.shape.end() - 2)); }

/// Length of the axis `back` places from the end (1: the last).
std::int64_t length(const Type& type, std::size_t back) { return type.shape[type.shape.rank() - back]; }

Array swapped(const Array& x) {
  std::vector<std::int64_t> axes(x.rank());
  for (std::size_t k = 0; k < axes.size(); ++k) {
    axes[k] = static_cast<std::int64_t>(k);
  }
  std::swap(axes[axes.size() - 1], axes[axes.size() - 2]);
  return transpose(x, axes);
}

/// 1 on and below the diagonal `weight` on it, 0 above: [n, n].
Array lower_mask(std::int64_t n, double weight, DType dtype) {
  std::vector<double> mask(static_cast<std::size_t>(n * n), 0.0);
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j <= i; ++j) {
      mask[static_cast<std::size_t>(i * n + j)] = i == j ? weight : 1.0;
    }
  }
  return Array(mask, Shape{n, n}, dtype);
}

/// The lower triangle of x with its diagonal times `weight`; what lies above counts for nothing, NaN included.
Array lower(const Array& x, double weight = 1.0) {
  const std::int64_t n = length(x.type(), 1);
  const Array mask = broadcast_to(lower_mask(n, weight, x.dtype()), x.shape());
  return where(greater(mask, 0.0), x * mask, 0.0);
}

// ---- matmul --------------------------------------------------------------------------------------------------------

std::vector<Type> matmul_types(std::span<const Type> operands, const Attributes&) {
  const Type& a = operands[0];
  const Type& b = operands[1];
  if (a.shape.rank() < 2 || b.shape.rank() < 2 || !is_real(a.dtype) || a.dtype != b.dtype ||
      batch_of(a) != batch_of(b)) {
    throw ShapeError(fmt::format("matmul: operands do not fit: {} @ {}", to_string(a), to_string(b)));
  }
  if (length(a, 1) != length(b, 2)) {
    throw ShapeError(fmt::format("matmul: inner dimensions differ: {} @ {}", to_string(a), to_string(b)));
  }
  Type result = a;
  result.shape[a.shape.rank() - 1] = length(b, 1);
  return {result};
}

/// Each element accumulates in ascending k by fma from 0 in blocks of 512, blocks pairwise (ir/loops.hpp, Product).
template <class T>
T product_element(const T* a, const T* b, std::int64_t b_stride, std::int64_t begin, std::int64_t end) {
  constexpr std::int64_t block = 512;
  if (end - begin <= block) {
    T sum = 0;
    for (std::int64_t k = begin; k < end; ++k) {
      sum = std::fma(a[k], b[k * b_stride], sum);
    }
    return sum;
  }
  std::int64_t half = block;
  while (2 * half < end - begin) {
    half *= 2;
  }
  const T low = product_element(a, b, b_stride, begin, begin + half);
  return low + product_element(a, b, b_stride, begin + half, end);
}

template <class T>
void matmul_run(const Call& call) {
  const std::int64_t m = length(call.operand_types[0], 2);
  const std::int64_t k = length(call.operand_types[0], 1);
  const std::int64_t n = length(call.operand_types[1], 1);
  const auto* a = static_cast<const T*>(call.operands[0]);
  const auto* b = static_cast<const T*>(call.operands[1]);
  auto* c = static_cast<T*>(call.results[0]);
  for (std::int64_t batch = batch_of(call.operand_types[0]).size(); batch-- > 0; a += m * k, b += k * n) {
    for (std::int64_t i = 0; i < m; ++i) {
      for (std::int64_t j = 0; j < n; ++j) {
        *c++ = product_element(a + i * k, b + j, n, 0, k);
      }
    }
  }
}

Status matmul_evaluate(const Call& call) {
  call.operand_types[0].dtype == DType::f64 ? matmul_run<double>(call) : matmul_run<float>(call);
  return {};
}

Array matmul_transpose(const Application& a, std::size_t operand, const Array& cotangent) {
  return operand == 0 ? matmul(cotangent, swapped(a.operands[1])) : matmul(swapped(a.operands[0]), cotangent);
}

std::vector<Array> with_batch(std::span<const Array> operands, const std::vector<bool>& batched, std::int64_t size) {
  std::vector<Array> all;
  for (std::size_t k = 0; k < operands.size(); ++k) {
    std::vector<std::int64_t> lengths{size};
    lengths.insert(lengths.end(), operands[k].shape().begin(), operands[k].shape().end());
    all.push_back(batched[k] ? operands[k] : broadcast_to(operands[k], Shape(lengths)));
  }
  return all;
}

template <const ir::Primitive& primitive>
std::vector<Array> batch(const Attributes& attributes, std::span<const Array> operands,
                         const std::vector<bool>& batched, std::int64_t size) {
  return {ir::apply(primitive, with_batch(operands, batched, size), attributes)};
}

// ---- cholesky ------------------------------------------------------------------------------------------------------

std::vector<Type> cholesky_types(std::span<const Type> operands, const Attributes&) {
  const Type& a = operands[0];
  if (a.shape.rank() < 2 || !is_real(a.dtype) || length(a, 1) != length(a, 2)) {
    throw ShapeError(fmt::format("cholesky: not a square matrix of reals: {}", to_string(a)));
  }
  return {a};
}

template <class T>
Status cholesky_run(const Call& call) {
  const std::int64_t n = length(call.operand_types[0], 1);
  const auto* a = static_cast<const T*>(call.operands[0]);
  auto* l = static_cast<T*>(call.results[0]);
  for (std::int64_t batch = batch_of(call.operand_types[0]).size(); batch-- > 0; a += n * n, l += n * n) {
    for (std::int64_t i = 0; i < n; ++i) {
      for (std::int64_t j = 0; j < n; ++j) {
        T sum = j <= i ? a[i * n + j] : T(0);
        for (std::int64_t k = 0; k < j && j <= i; ++k) {
          sum = std::fma(-l[i * n + k], l[j * n + k], sum);
        }
        if (i == j && !(sum > 0) && sum == sum) {
          return {ir::Fault::not_positive_definite, i, static_cast<double>(sum)};
        }
        l[i * n + j] = j > i ? T(0) : i == j ? std::sqrt(sum) : sum / l[j * n + j];
      }
    }
  }
  return {};
}

Status cholesky_evaluate(const Call& call) {
  return call.operand_types[0].dtype == DType::f64 ? cholesky_run<double>(call) : cholesky_run<float>(call);
}

/// dL = L Φ(L⁻¹ dA L⁻ᵀ), Φ the lower triangle with half its diagonal (Murray, arXiv:1602.07527, eq. 8); dA is what the
/// lower half of the operand says, mirrored.
ir::Tangents cholesky_jvp(const Application& a, const ir::Tangents& tangents) {
  const Array& l = a.results[0];
  const Array half = lower(*tangents[0], 0.5);
  const Array symmetric = half + swapped(half);
  const Array left = triangular_solve(l, symmetric);
  const Array both = swapped(triangular_solve(l, swapped(left)));
  return {matmul(l, lower(both, 0.5))};
}

/// Ā = ½ L⁻ᵀ (P + Pᵀ) L⁻¹ with P = Φ(Lᵀ L̄) (Murray, eq. 10), gathered into the lower half that is read.
ir::Tangents cholesky_vjp(const Application& a, const ir::Tangents& cotangents, const std::vector<bool>&) {
  const Array& l = a.results[0];
  const Array p = lower(matmul(swapped(l), lower(*cotangents[0])), 0.5);
  const Array left = triangular_solve(l, p + swapped(p), Transposed::yes);
  const Array both = swapped(triangular_solve(l, swapped(left), Transposed::yes));
  return {lower(both, 0.5)};
}

std::vector<Example> cholesky_examples() {
  return {{{Array({4, 1, 0.5, 1, 3, -1, 0.5, -1, 5}, {3, 3})}}, {{Array({2, 0.5, 0.5, 1, 3, -1, -1, 2.5}, {2, 2, 2})}}};
}

// ---- triangular_solve ----------------------------------------------------------------------------------------------

std::vector<Type> solve_types(std::span<const Type> operands, const Attributes&) {
  const Type& l = operands[0];
  const Type& b = operands[1];
  if (l.shape.rank() < 2 || b.shape.rank() < 2 || !is_real(l.dtype) || l.dtype != b.dtype ||
      length(l, 1) != length(l, 2) || length(l, 1) != length(b, 2) || batch_of(l) != batch_of(b)) {
    throw ShapeError(fmt::format("triangular_solve: operands do not fit: {} and {}", to_string(l), to_string(b)));
  }
  return {b};
}

template <class T>
void solve_run(const Call& call) {
  const std::int64_t n = length(call.operand_types[0], 1);
  const std::int64_t m = length(call.operand_types[1], 1);
  const bool is_transposed = call.attributes.get<std::int64_t>("transposed") != 0;
  const auto* l = static_cast<const T*>(call.operands[0]);
  const auto* b = static_cast<const T*>(call.operands[1]);
  auto* x = static_cast<T*>(call.results[0]);
  for (std::int64_t batch = batch_of(call.operand_types[0]).size(); batch-- > 0; l += n * n, b += n * m, x += n * m) {
    for (std::int64_t step = 0; step < n; ++step) {
      const std::int64_t i = is_transposed ? n - 1 - step : step;
      for (std::int64_t c = 0; c < m; ++c) {
        T sum = b[i * m + c];
        for (std::int64_t k = is_transposed ? i + 1 : 0; k < (is_transposed ? n : i); ++k) {
          sum = std::fma(-(is_transposed ? l[k * n + i] : l[i * n + k]), x[k * m + c], sum);
        }
        x[i * m + c] = sum / l[i * n + i];
      }
    }
  }
}

Status solve_evaluate(const Call& call) {
  call.operand_types[0].dtype == DType::f64 ? solve_run<double>(call) : solve_run<float>(call);
  return {};
}

Transposed transposed_of(const Attributes& attributes) {
  return attributes.get<std::int64_t>("transposed") != 0 ? Transposed::yes : Transposed::no;
}
Transposed other(Transposed transposed) { return transposed == Transposed::yes ? Transposed::no : Transposed::yes; }

/// M x = b with M = L or Lᵀ: dx = M⁻¹ (db - dM x) (Giles 2008, section 2.3.1).
ir::Tangents solve_jvp(const Application& a, const ir::Tangents& tangents) {
  const Transposed transposed = transposed_of(a.attributes);
  std::optional<Array> right = tangents[1];
  if (tangents[0]) {
    const Array dl = lower(*tangents[0]);
    const Array moved = matmul(transposed == Transposed::yes ? swapped(dl) : dl, a.results[0]);
    right = right ? *right - moved : -moved;
  }
  return {triangular_solve(a.operands[0], *right, transposed)};
}

/// b̄ = M⁻ᵀ x̄, M̄ = -b̄ xᵀ.
ir::Tangents solve_vjp(const Application& a, const ir::Tangents& cotangents, const std::vector<bool>& wanted) {
  const Transposed transposed = transposed_of(a.attributes);
  const Array b = triangular_solve(a.operands[0], *cotangents[0], other(transposed));
  std::optional<Array> l;
  if (wanted[0]) {
    l = -lower(transposed == Transposed::yes ? matmul(a.results[0], swapped(b)) : matmul(b, swapped(a.results[0])));
  }
  return {l, b};
}

std::vector<Example> solve_examples() {
  const Array l({2, 0, 0, 0.5, 1.5, 0, -1, 0.25, 3}, {3, 3});
  const Array b({1, 2, -0.5, 4, 3, 0.75}, {3, 2});
  return {{{l, b}, {{"transposed", std::int64_t{0}}}}, {{l, b}, {{"transposed", std::int64_t{1}}}}};
}

}  // namespace

const ir::Primitive primitives::matmul{
    .name = "matmul",
    .doc = "matrix products over the last two axes, in ascending k by fma",
    .types = matmul_types,
    .evaluate = matmul_evaluate,
    .lowering = Lowering::product,
    .derivative = {.kind = Derivative::Kind::bilinear, .transpose = matmul_transpose},
    .batch = batch<primitives::matmul>,
    .examples =
        [] {
          const Array a({1, -2, 0.5, 3, 1.5, -1}, {2, 3});
          const Array b({2, 1, -1, 0.5, 4, -0.25}, {3, 2});
          return std::vector<Example>{{{a, b}}, {{stack({a, a * 0.5}), stack({b, b - 1.0})}}};
        },
};

const ir::Primitive primitives::cholesky{
    .name = "cholesky",
    .doc = "lower triangular L with L Lᵀ = x, of the lower half of x",
    .types = cholesky_types,
    .evaluate = cholesky_evaluate,
    .lowering = Lowering::call,
    .derivative = {.kind = Derivative::Kind::custom, .jvp = cholesky_jvp, .vjp = cholesky_vjp},
    .batch = batch<primitives::cholesky>,
    .examples = cholesky_examples,
};

const ir::Primitive primitives::triangular_solve{
    .name = "triangular_solve",
    .doc = "x with L x = b, or Lᵀ x = b, of the lower triangle L",
    .types = solve_types,
    .evaluate = solve_evaluate,
    .lowering = Lowering::call,
    .derivative = {.kind = Derivative::Kind::custom, .jvp = solve_jvp, .vjp = solve_vjp},
    .batch = batch<primitives::triangular_solve>,
    .examples = solve_examples,
};

}  // namespace downhill
