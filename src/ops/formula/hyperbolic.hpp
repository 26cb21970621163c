#pragma once
#include "ops/formula/exponential.hpp"
#include "ops/formula/logarithm.hpp"

/// sinh, cosh, tanh and their inverses, from e^x - 1 and log(1 + x) with what rounding left of them.
namespace downhill::scalar {

namespace detail {

/// Where exp neither over- nor underflows.
template <class V>
V exp_range() {
  return either_constant<V>(708, 87);
}
/// Where squares do not overflow and 1 does not count.
template <class V>
V square_range() {
  return either_constant<V>(0x1p500, 0x1p60);
}

}  // namespace detail

/// Hyperbolic sine.
template <class V>
V sinh(V x) {
  const V a = abs(x);
  const Pair<V> sum = detail::expm1_sum(a);
  const Pair<V> e = fast_two_sum(sum.high, sum.low);
  // (E + E / (1 + E)) / 2 with E = e^a - 1
  const V y = constant<V>(0.5) * (e.high + (e.low + e.high / (constant<V>(1) + e.high)));
  const V magnitude = rare(negate(a < detail::exp_range<V>()), [&] { return detail::exp_scaled(a, -1); }, y);
  return copysign(magnitude, x);
}

/// Hyperbolic cosine.
template <class V>
V cosh(V x) {
  const V a = abs(x);
  const detail::ExpPair<V> e = detail::exp_pair(a);
  const V high = detail::scale_by_shifted(e.high, e.shifted);
  const V low = e.low * detail::scale_by_shifted(constant<V>(1), e.shifted);
  const V y = constant<V>(0.5) * (high + (low + constant<V>(1) / high));
  return rare(negate(a < detail::exp_range<V>()), [&] { return detail::exp_scaled(a, -1); }, y);
}

/// Hyperbolic tangent.
template <class V>
V tanh(V x) {
  const V a = abs(x);
  if constexpr (!format<V>::is_double) {
    // 1 - 2 / (e^(2a) + 1), and a polynomial where that loses digits
    const V z = a * a;
    const V small =
        fma(a * z, polynomial(z, {-0x1.55553ep-2, 0x1.1109bep-3, -0x1.b89aacp-5, 0x1.54c36ap-6, -0x1.828752p-8}), a);
    const V bounded = select(a > constant<V>(10), constant<V>(10), a);
    const detail::ExpReduced<V> reduced = detail::exp_reduce(bounded + bounded);
    const V r = reduced.high + reduced.low;
    const V p = fma(r, fma(r, detail::exp_tail(r), constant<V>(1)), constant<V>(1));
    const V d = detail::scale_by_shifted(p, reduced.shifted) + constant<V>(1);
    const V large = constant<V>(1) - constant<V>(2) / d;
    return copysign(select(a < constant<V>(0.6), small, large), x);
  }
  const V saturated = constant<V>(40);  // of 2 |x|
  const V twice = a + a;
  const Pair<V> sum = detail::expm1_sum(select(twice > saturated, saturated, twice));
  // E / (E + 2) with E = e^(2a) - 1, the quotient corrected by its remainder
  const Pair<V> e = fast_two_sum(sum.high, sum.low);
  const V two = constant<V>(2);
  const V d = e.high + two;
  const V d_low = e.high - (d - two);
  const V inverse = constant<V>(1) / d;
  const V quotient = e.high * inverse;
  const V rest = fma(-quotient, d, e.high) + fma(-quotient, d_low, fma(-quotient, e.low, e.low));
  return copysign(fma(rest, inverse, quotient), x);
}

/// Inverse hyperbolic sine.
template <class V>
V asinh(V x) {
  const V a = abs(x);
  const V square = a * a;
  // log(1 + a + a^2 / (1 + sqrt(1 + a^2)))
  const V w = square / (constant<V>(1) + sqrt(square + constant<V>(1)));
  const V y = detail::log1p_of_pair(fast_two_sum(a, w));
  const auto slow = [&] { return select(a < infinity<V>(), detail::log_normal(a, 1), a); };
  return copysign(rare(negate(a < detail::square_range<V>()), slow, y), x);
}

/// Inverse hyperbolic cosine; NaN below 1.
template <class V>
V acosh(V x) {
  const V one = constant<V>(1);
  const V t = x - one;  // exact
  // log(1 + t + sqrt(t (t + 2)))
  const Pair<V> root = sqrt_pair(multiply_pair(fast_two_sum(x, one), t));
  const Pair<V> sum = two_sum(root.high, t);
  const V y = select(x == one, constant<V>(0), detail::log1p_of_pair(Pair<V>{sum.high, sum.low + root.low}));
  const auto slow = [&] {
    return select(x >= one, select(x < infinity<V>(), detail::log_normal(x, 1), x), not_a_number<V>());
  };
  return rare(negate(both(x >= one, x < detail::square_range<V>())), slow, y);
}

/// Inverse hyperbolic tangent; infinite at -1 and 1, NaN beyond.
template <class V>
V atanh(V x) {
  const V a = abs(x);
  const V one = constant<V>(1);
  // log(1 + 2a / (1 - a)) / 2
  const Pair<V> ratio = divide_pair(Pair<V>{a + a, constant<V>(0)}, fast_two_sum(one, -a));
  const V y = constant<V>(0.5) * detail::log1p_of_pair(ratio);
  const auto slow = [&] { return select(a == one, infinity<V>(), not_a_number<V>()); };
  return copysign(rare(negate(a < one), slow, y), x);
}

}  // namespace downhill::scalar
