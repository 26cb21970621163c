#include "ops/primitives.hpp"

namespace downhill::ops {

std::span<const ir::Primitive* const> primitives() {
  using namespace downhill::primitives;
  static const ir::Primitive* const all[] = {
      &ir::constant,
      &add,
      &sub,
      &mul,
      &div,
      &neg,
      &abs,
      &sign,
      &floor,
      &ceil,
      &round,
      &maximum,
      &minimum,  //
      &chain_mul,
      &chain_both,  //
      &equal,
      &not_equal,
      &less,
      &less_equal,
      &logical_and,
      &logical_or,
      &logical_not,
      &where,
      &convert,
      &stop_gradient,
      &pow,
      &sqrt,
      &cbrt,
      &hypot,
      &hypot_slope,
      &one_minus_square,  //
      &exp,
      &expm1,
      &exp2,
      &log,
      &log_slope,
      &log1p,
      &log2,
      &log10,
      &xlogy,
      &entropy,
      &logistic,
      &softplus,
      &logaddexp,  //
      &sin,
      &cos,
      &tan,
      &asin,
      &acos,
      &atan,
      &atan_slope,
      &atan2,
      &sinc,  //
      &sinh,
      &cosh,
      &tanh,
      &tanh_slope,
      &asinh,
      &acosh,
      &atanh,  //
      &gaussian,
      &erf,
      &erfc,
      &normal_pdf,
      &normal_cdf,
      &lgamma,
      &digamma,
      &polygamma,  //
      &reshape,
      &transpose,
      &broadcast_to,
      &slice,
      &pad,
      &concatenate,  //
      &gather,
      &scatter_add,
      &cumsum,
      &sort,
      &argsort,
      &argmax,  //
      &sum,
      &prod,
      &max,
      &min,  //
      &matmul,
      &cholesky,
      &triangular_solve,  //
      &scan,
      &cond,  //
      &fold_in,
      &random_uniform,
      &random_normal,
  };
  return all;
}

}  // namespace downhill::ops
