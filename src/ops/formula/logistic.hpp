#pragma once
#include "ops/formula/exponential.hpp"
#include "ops/formula/logarithm.hpp"

/// The logistic function and its integral, and the derivative of tanh.
namespace downhill::scalar {

namespace detail {

/// e^x as a pair for |x| below 708 (87 in single precision).
template <class V>
Pair<V> exp_as_pair(V x) {
  const ExpPair<V> e = exp_pair(x);
  return {scale_by_shifted(e.high, e.shifted), e.low * scale_by_shifted(constant<V>(1), e.shifted)};
}

}  // namespace detail

/// 1 / (1 + e^-x).
template <class V>
V logistic(V x) {
  const detail::ExpReduced<V> reduced = detail::exp_reduce(-x);
  const V r = reduced.high + reduced.low;
  const V q = fma(r * r, detail::exp_tail(r), r);
  const V power = detail::scale_by_shifted(constant<V>(1), reduced.shifted);
  // 1 + 2^k (1 + q), the exact part first
  const V fast = constant<V>(1) / fma(power, q, power + constant<V>(1));
  const auto slow = [&] { return select(x > constant<V>(0), constant<V>(1), detail::exp_scaled(x, 0)); };
  return rare(negate(abs(x) < either_constant<V>(708, 87)), slow, fast);
}

/// Derivative of tanh: 1/cosh(x)^2, which keeps its digits where tanh saturates. Its own derivative is
/// -2 tanh_slope(x) tanh(x); the derivative of the logistic function is tanh_slope(x/2) / 4.
template <class V>
V tanh_slope(V x) {
  // 4 e / (1 + e)^2 with e = e^(-2|x|)
  const V a = abs(x);
  const V exponent = -(a + a);
  const detail::ExpReduced<V> reduced = detail::exp_reduce(exponent);
  const V r = reduced.high + reduced.low;
  const V q = fma(r * r, detail::exp_tail(r), r);
  const V power = detail::scale_by_shifted(constant<V>(1), reduced.shifted);
  const V d = fma(power, q, power + constant<V>(1));
  const V fast = constant<V>(4) * fma(power, q, power) / (d * d);
  const Mask<V> common = exponent > either_constant<V>(-708, -87);
  return rare(negate(common), [&] { return detail::exp_scaled(exponent, 2); }, fast);
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
