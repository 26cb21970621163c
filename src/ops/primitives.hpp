#pragma once
#include "ir/constant.hpp"
#include "ir/primitive.hpp"

#include <span>
#include <string_view>

/// Every primitive. Add one: declare it here, define it in its family's file, list it in registry.cpp.
namespace downhill::primitives {

// arithmetic.cpp
extern const ir::Primitive add, sub, mul, div, neg, abs, sign, floor, ceil, round, maximum, minimum;
// chain.cpp
extern const ir::Primitive chain_mul, chain_both;
// logic.cpp
extern const ir::Primitive equal, not_equal, less, less_equal, logical_and, logical_or, logical_not, where,
    stop_gradient;
// convert.cpp
extern const ir::Primitive convert;
// powers.cpp
extern const ir::Primitive pow, sqrt, cbrt, hypot, hypot_slope, one_minus_square;
// exponentials.cpp
extern const ir::Primitive exp, expm1, exp2, log, log_slope, log1p, log2, log10, xlogy, entropy;
// logistic.cpp
extern const ir::Primitive logistic, softplus, logaddexp;
// trigonometry.cpp
extern const ir::Primitive sin, cos, tan, sinc;
// inverse_trigonometry.cpp
extern const ir::Primitive asin, acos, atan, atan_slope, atan2;
// hyperbolics.cpp
extern const ir::Primitive sinh, cosh, tanh, tanh_slope, asinh, acosh, atanh;
// special.cpp
extern const ir::Primitive gaussian, erf, erfc, normal_pdf, normal_cdf, lgamma, digamma, polygamma;
// views.cpp
extern const ir::Primitive reshape, transpose, broadcast_to, slice;
// padding.cpp
extern const ir::Primitive pad, concatenate;
// indexing.cpp
extern const ir::Primitive gather, scatter_add;
// along_axis.cpp
extern const ir::Primitive cumsum, sort, argsort, argmax;
// reductions.cpp
extern const ir::Primitive sum, prod, max, min;
// linear_algebra.cpp
extern const ir::Primitive matmul, cholesky, triangular_solve;
// control.cpp
extern const ir::Primitive scan, cond;
// random.cpp
extern const ir::Primitive fold_in, random_uniform, random_normal;

}  // namespace downhill::primitives

namespace downhill::ops {

/// All primitives in the order of the documentation.
[[nodiscard]] std::span<const ir::Primitive* const> primitives();

}  // namespace downhill::ops
