#include "ir/trace.hpp"
#include "ops/primitives.hpp"
#include "ops/promote.hpp"

#include <downhill/operations.hpp>

#include <cmath>

// The array functions that are one primitive each, after promotion and broadcasting.

namespace downhill {
namespace {

using namespace ops;

Array real_unary(const ir::Primitive& primitive, const Operand& x) {
  const DType dtype = common_real_dtype({&x.array});
  return ir::apply(primitive, std::vector<Array>{astype(x, dtype)}, {}, x.where);
}

Array number_unary(const ir::Primitive& primitive, const Operand& x) {
  const DType dtype = x.array.dtype() == DType::boolean ? DType::i32 : x.array.dtype();
  return ir::apply(primitive, std::vector<Array>{astype(x, dtype)}, {}, x.where);
}

Array real_binary(const ir::Primitive& primitive, const Operand& x, const Operand& y) {
  const DType dtype = common_real_dtype({&x.array, &y.array});
  return ir::apply(primitive, matched(primitive.name, {&x.array, &y.array}, dtype), {}, x.where);
}

Array number_binary(const ir::Primitive& primitive, const Operand& x, const Operand& y) {
  const DType common = common_dtype({&x.array, &y.array});
  const DType dtype = common == DType::boolean ? DType::i32 : common;
  return ir::apply(primitive, matched(primitive.name, {&x.array, &y.array}, dtype), {}, x.where);
}

Array logic_binary(const ir::Primitive& primitive, const Operand& x, const Operand& y) {
  return ir::apply(primitive, matched(primitive.name, {&x.array, &y.array}, DType::boolean), {}, x.where);
}

/// x to a small whole power by repeated squaring.
Array whole_power(const Array& x, std::int64_t n) {
  if (n == 1) {
    return x;
  }
  const Array half = whole_power(x, n / 2);
  const Array even = half * half;
  return n % 2 == 0 ? even : even * x;
}

}  // namespace

Array add(const Operand& x, const Operand& y) { return number_binary(primitives::add, x, y); }
Array subtract(const Operand& x, const Operand& y) { return number_binary(primitives::sub, x, y); }
Array multiply(const Operand& x, const Operand& y) { return number_binary(primitives::mul, x, y); }
Array divide(const Operand& x, const Operand& y) { return real_binary(primitives::div, x, y); }
Array negative(const Operand& x) { return number_unary(primitives::neg, x); }
Array square(const Operand& x) { return multiply(x, x); }
Array abs(const Operand& x) { return number_unary(primitives::abs, x); }
Array sign(const Operand& x) { return number_unary(primitives::sign, x); }
Array floor(const Operand& x) { return real_unary(primitives::floor, x); }
Array ceil(const Operand& x) { return real_unary(primitives::ceil, x); }
Array round(const Operand& x) { return real_unary(primitives::round, x); }
Array maximum(const Operand& x, const Operand& y) { return number_binary(primitives::maximum, x, y); }
Array minimum(const Operand& x, const Operand& y) { return number_binary(primitives::minimum, x, y); }

Array pow(const Operand& x, const Operand& y) {
  constexpr double largest_product = 8;
  if (y.array.is_weak() && !y.array.is_traced()) {
    const double exponent = y.array.item();
    const Array base = astype(x, common_real_dtype({&x.array}));
    if (exponent == 0) {
      return ones(base.shape(), base.dtype());
    }
    if (std::abs(exponent) <= largest_product && exponent == std::floor(exponent)) {
      const Array power = whole_power(base, static_cast<std::int64_t>(std::abs(exponent)));
      return exponent > 0 ? power : divide(Operand(1.0, x.where), power);
    }
    if (exponent == 0.5) {
      return sqrt(Operand(base, x.where));
    }
  }
  return real_binary(primitives::pow, x, y);
}

Array equal(const Operand& x, const Operand& y) { return number_binary(primitives::equal, x, y); }
Array not_equal(const Operand& x, const Operand& y) { return number_binary(primitives::not_equal, x, y); }
Array less(const Operand& x, const Operand& y) { return number_binary(primitives::less, x, y); }
Array less_equal(const Operand& x, const Operand& y) { return number_binary(primitives::less_equal, x, y); }
Array greater(const Operand& x, const Operand& y) { return number_binary(primitives::less, y, x); }
Array greater_equal(const Operand& x, const Operand& y) { return number_binary(primitives::less_equal, y, x); }
Array logical_and(const Operand& x, const Operand& y) { return logic_binary(primitives::logical_and, x, y); }
Array logical_or(const Operand& x, const Operand& y) { return logic_binary(primitives::logical_or, x, y); }
Array logical_not(const Operand& x) {
  return ir::apply(primitives::logical_not, std::vector<Array>{astype(x, DType::boolean)}, {}, x.where);
}

Array where(const Operand& condition, const Operand& x, const Operand& y) {
  const DType dtype = common_dtype({&x.array, &y.array});
  const Shape shape =
      broadcast_shapes("where", condition.array.shape(), broadcast_shapes("where", x.array.shape(), y.array.shape()));
  return ir::apply(primitives::where,
                   std::vector<Array>{broadcast_to(astype(condition, DType::boolean), shape),
                                      broadcast_to(astype(x, dtype), shape), broadcast_to(astype(y, dtype), shape)},
                   {}, condition.where);
}

Array astype(const Operand& x, DType dtype) {
  if (x.array.dtype() == dtype && !x.array.is_weak()) {
    return x.array;
  }
  if (!x.array.is_traced() && x.array.is_weak()) {
    return ir::make_array(ir::scalar_literal(dtype, x.array.item()));
  }
  return ir::apply(primitives::convert, std::vector<Array>{x.array}, {{"dtype", dtype}}, x.where);
}

Array stop_gradient(const Operand& x) {
  return ir::apply(primitives::stop_gradient, std::vector<Array>{x.array}, {}, x.where);
}

Array exp(const Operand& x) { return real_unary(primitives::exp, x); }
Array expm1(const Operand& x) { return real_unary(primitives::expm1, x); }
Array exp2(const Operand& x) { return real_unary(primitives::exp2, x); }
Array log(const Operand& x) { return real_unary(primitives::log, x); }
Array log1p(const Operand& x) { return real_unary(primitives::log1p, x); }
Array sqrt(const Operand& x) { return real_unary(primitives::sqrt, x); }
Array rsqrt(const Operand& x) { return divide(Operand(1.0, x.where), sqrt(x)); }
Array sin(const Operand& x) { return real_unary(primitives::sin, x); }
Array cos(const Operand& x) { return real_unary(primitives::cos, x); }
Array tan(const Operand& x) { return real_unary(primitives::tan, x); }
Array log2(const Operand& x) { return real_unary(primitives::log2, x); }
Array log10(const Operand& x) { return real_unary(primitives::log10, x); }
Array cbrt(const Operand& x) { return real_unary(primitives::cbrt, x); }
Array asin(const Operand& x) { return real_unary(primitives::asin, x); }
Array acos(const Operand& x) { return real_unary(primitives::acos, x); }
Array atan(const Operand& x) { return real_unary(primitives::atan, x); }
Array atan2(const Operand& y, const Operand& x) { return real_binary(primitives::atan2, y, x); }
Array sinh(const Operand& x) { return real_unary(primitives::sinh, x); }
Array cosh(const Operand& x) { return real_unary(primitives::cosh, x); }
Array tanh(const Operand& x) { return real_unary(primitives::tanh, x); }
Array asinh(const Operand& x) { return real_unary(primitives::asinh, x); }
Array acosh(const Operand& x) { return real_unary(primitives::acosh, x); }
Array atanh(const Operand& x) { return real_unary(primitives::atanh, x); }
Array xlogy(const Operand& x, const Operand& y) { return real_binary(primitives::xlogy, x, y); }
Array entropy(const Operand& x) { return real_unary(primitives::entropy, x); }
Array hypot(const Operand& x, const Operand& y) { return real_binary(primitives::hypot, x, y); }
Array logaddexp(const Operand& x, const Operand& y) { return real_binary(primitives::logaddexp, x, y); }
Array logistic(const Operand& x) { return real_unary(primitives::logistic, x); }
Array softplus(const Operand& x) { return real_unary(primitives::softplus, x); }
Array erf(const Operand& x) { return real_unary(primitives::erf, x); }
Array erfc(const Operand& x) { return real_unary(primitives::erfc, x); }
Array lgamma(const Operand& x) { return real_unary(primitives::lgamma, x); }
Array digamma(const Operand& x) { return real_unary(primitives::digamma, x); }
Array normal_cdf(const Operand& x) { return real_unary(primitives::normal_cdf, x); }
Array normal_pdf(const Operand& x) { return real_unary(primitives::normal_pdf, x); }

}  // namespace downhill
