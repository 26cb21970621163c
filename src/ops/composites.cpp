#include "ir/trace.hpp"
#include "ops/primitives.hpp"
#include "ops/promote.hpp"

#include <downhill/error.hpp>
#include <downhill/operations.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>

// Reductions, products, and functions that compose without losing digits.

namespace downhill {
namespace {

using namespace ops;
using Integers = std::vector<std::int64_t>;
constexpr double infinity = std::numeric_limits<double>::infinity();

Integers resolve_axes(std::string_view name, const Type& type, const Axes& axes) {
  Integers resolved;
  if (!axes) {
    resolved.resize(type.shape.rank());
    std::iota(resolved.begin(), resolved.end(), 0);
    return resolved;
  }
  for (const std::int64_t axis : *axes) {
    resolved.push_back(static_cast<std::int64_t>(resolve_axis(name, axis, type)));
  }
  std::ranges::sort(resolved);
  if (std::ranges::adjacent_find(resolved) != resolved.end()) {
    throw ShapeError(fmt::format("{}: an axis is given twice for {}", name, to_string(type)));
  }
  return resolved;
}

Array reduction(const ir::Primitive& primitive, const Operand& x, const Axes& axes) {
  const Array numbers = x.array.dtype() == DType::boolean ? astype(x, DType::i32) : astype(x, x.array.dtype());
  const Integers resolved = resolve_axes(primitive.name, numbers.type(), axes);
  return resolved.empty() ? numbers : ir::apply(primitive, std::vector<Array>{numbers}, {{"axes", resolved}}, x.where);
}

/// `reduced` with the axes it lost back as length 1.
Array kept(const Array& reduced, const Array& original, const Axes& axes, std::string_view name) {
  Shape shape = original.shape();
  for (const std::int64_t axis : resolve_axes(name, original.type(), axes)) {
    shape[static_cast<std::size_t>(axis)] = 1;
  }
  return reshape(reduced, shape);
}

double reduced_count(const Array& x, const Axes& axes, std::string_view name) {
  double count = 1;
  for (const std::int64_t axis : resolve_axes(name, x.type(), axes)) {
    count *= static_cast<double>(x.shape()[static_cast<std::size_t>(axis)]);
  }
  return count;
}

Array real(const Operand& x) { return astype(x, common_real_dtype({&x.array})); }

Array as_batch(const Array& x, const Shape& batch) {
  Integers lengths = batch.lengths();
  lengths.insert(lengths.end(), x.shape().end() - 2, x.shape().end());
  return broadcast_to(x, Shape(lengths));
}

}  // namespace

Array clip(const Operand& x, const Operand& low, const Operand& high) { return minimum(maximum(x, low), high); }

Array sum(const Operand& x, const Axes& axes) { return reduction(primitives::sum, x, axes); }
Array prod(const Operand& x, const Axes& axes) { return reduction(primitives::prod, x, axes); }
Array max(const Operand& x, const Axes& axes) { return reduction(primitives::max, x, axes); }
Array min(const Operand& x, const Axes& axes) { return reduction(primitives::min, x, axes); }

Array mean(const Operand& x, const Axes& axes) {
  const Array y = real(x);
  return sum(Operand(y, x.where), axes) / reduced_count(y, axes, "mean");
}

Array var(const Operand& x, const Axes& axes) {
  const Array y = real(x);
  return mean(square(y - kept(mean(y, axes), y, axes, "var")), axes);
}

Array norm(const Operand& x, const Axes& axes) {
  const Array y = real(x);
  if (y.size() == 0) {
    return sum(y, axes);
  }
  const Array largest = stop_gradient(kept(max(abs(y), axes), y, axes, "norm"));
  const Array scale = where(logical_or(equal(largest, 0.0), equal(largest, infinity)), 1.0, largest);
  const Array squares = kept(sum(square(y / scale), axes), y, axes, "norm");
  const Array is_zero = equal(squares, 0.0);
  const Array root = where(is_zero, 0.0, scale * sqrt(where(is_zero, 1.0, squares)));
  return reshape(root, max(y, axes).shape());
}

Array logsumexp(const Operand& x, const Axes& axes) {
  const Array y = real(x);
  const Array largest = stop_gradient(kept(max(y, axes), y, axes, "logsumexp"));
  // All -inf gives -inf and one +inf gives +inf, not NaN: nothing is subtracted there.
  const Array shift = where(less(abs(largest), infinity), largest, 0.0);
  const Array total = sum(exp(y - shift), axes);
  return log(total) + reshape(shift, total.shape());
}

Array softmax(const Operand& x, std::int64_t axis) {
  const Array y = real(x);
  const Axes axes = Integers{axis};
  const Array shift = stop_gradient(kept(max(y, axes), y, axes, "softmax"));
  const Array e = exp(y - shift);
  return e / kept(sum(e, axes), y, axes, "softmax");
}

Array log_softmax(const Operand& x, std::int64_t axis) {
  const Array y = real(x);
  const Axes axes = Integers{axis};
  const Array shifted = y - stop_gradient(kept(max(y, axes), y, axes, "log_softmax"));
  return shifted - log(kept(sum(exp(shifted), axes), y, axes, "log_softmax"));
}

Array dot(const Operand& x, const Operand& y) {
  if (x.array.rank() != 1 || x.array.shape() != y.array.shape()) {
    throw ShapeError(fmt::format("dot: not two vectors of one length: {} and {}", to_string(x.array.type()),
                                 to_string(y.array.type())));
  }
  return sum(x * y);
}

Array matmul(const Operand& x, const Operand& y) {
  if (x.array.rank() == 0 || y.array.rank() == 0) {
    throw ShapeError(fmt::format("matmul: a scalar has no matrix product: {} @ {}", to_string(x.array.type()),
                                 to_string(y.array.type())));
  }
  const DType dtype = common_real_dtype({&x.array, &y.array});
  Array a = astype(x, dtype);
  Array b = astype(y, dtype);
  const bool is_row = a.rank() == 1;
  const bool is_column = b.rank() == 1;
  a = is_row ? expand_dims(a, 0) : a;
  b = is_column ? expand_dims(b, 1) : b;
  if (a.shape()[a.rank() - 1] != b.shape()[b.rank() - 2]) {
    throw ShapeError(fmt::format("matmul: inner dimensions differ: {} @ {}\n  at {}:{}", to_string(x.array.type()),
                                 to_string(y.array.type()), x.where.file_name(), x.where.line()));
  }
  const Shape batch = broadcast_shapes("matmul", Shape(Integers(a.shape().begin(), a.shape().end() - 2)),
                                       Shape(Integers(b.shape().begin(), b.shape().end() - 2)));
  const Array c =
      ir::apply(primitives::matmul, std::vector<Array>{as_batch(a, batch), as_batch(b, batch)}, {}, x.where);
  Integers lengths = c.shape().lengths();
  if (is_column) {
    lengths.erase(lengths.end() - 1);
  }
  if (is_row) {
    lengths.erase(lengths.end() - (is_column ? 1 : 2));
  }
  return reshape(c, Shape(lengths));
}

Array cholesky(const Operand& x) { return ir::apply(primitives::cholesky, std::vector<Array>{real(x)}, {}, x.where); }

Array triangular_solve(const Operand& lower, const Operand& b, Transposed transposed) {
  const DType dtype = common_real_dtype({&lower.array, &b.array});
  const Array l = astype(lower, dtype);
  const bool is_column = b.array.rank() == 1;
  const Array right = is_column ? expand_dims(astype(b, dtype), 1) : astype(b, dtype);
  const Array x = ir::apply(primitives::triangular_solve, std::vector<Array>{l, right},
                            {{"transposed", std::int64_t{transposed == Transposed::yes ? 1 : 0}}}, lower.where);
  return is_column ? reshape(x, b.array.shape()) : x;
}

Array polygamma(int n, const Operand& x) {
  constexpr int highest = 20;
  if (n < 0 || n > highest) {
    throw ShapeError(fmt::format("polygamma: order {} is outside [0, {}]", n, highest));
  }
  return n == 0 ? digamma(x)
                : ir::apply(primitives::polygamma, std::vector<Array>{real(x)}, {{"order", std::int64_t{n}}}, x.where);
}

Array sinc(const Operand& x) {
  return ir::apply(primitives::sinc, std::vector<Array>{real(x)}, {{"order", std::int64_t{0}}}, x.where);
}

Array log_sigmoid(const Operand& x) { return -softplus(-x); }
Array relu(const Operand& x) { return where(greater(x, 0), x, 0); }
Array silu(const Operand& x) { return x * logistic(x); }
Array gelu(const Operand& x) { return x * normal_cdf(x); }

}  // namespace downhill
