#pragma once
#include "ops/formula/exponential.hpp"
#include "ops/formula/logarithm.hpp"

/// The logistic function and its integral, with their derivatives.
namespace downhill::scalar {

namespace detail {

/// e^x as a pair for |x| below 708 (87 in single precision).
template <class V>
Pair<V> exp_as_pair(V x) {
  const ExpPair<V> e = exp_pair(x);
  return {scale_by_shifted(e.high, e.shifted), e.low * scale_by_shifted(constant<V>(1), e.shifted)};
}

/// 1 / (1 + e), e > 0.
template <class V>
V inverse_of_one_plus(Pair<V> e) {
  const V one = constant<V>(1);
  const V d = e.high + one;
  const V d_low = (e.high - (d - one)) + e.low;
  const V inverse = one / d;
  return fma(inverse, fma(-inverse, d_low, fma(-inverse, d, one)), inverse);
}

}  // namespace detail

/// 1 / (1 + e^-x).
template <class V>
V logistic(V x) {
  const V fast = detail::inverse_of_one_plus(detail::exp_as_pair(-x));
  const auto slow = [&] { return select(x > constant<V>(0), constant<V>(1), detail::exp_scaled(x, 0)); };
  return rare(negate(abs(x) < either_constant<V>(708, 87)), slow, fast);
}

/// log(1 + e^x).
template <class V>
V softplus(V x) {
  const V zero = constant<V>(0);
  const V positive = select(x > zero, x, zero);
  const V fast = positive + detail::log1p_of_pair(detail::exp_as_pair(-abs(x)));
  const auto slow = [&] { return select(x > zero, x, detail::exp_scaled(x, 0)); };
  return rare(negate(abs(x) < either_constant<V>(708, 87)), slow, fast);
}

/// log(1 / (1 + e^-x)).
template <class V>
V log_sigmoid(V x) {
  return -softplus(-x);
}

}  // namespace downhill::scalar
