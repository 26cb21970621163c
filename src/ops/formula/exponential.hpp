#pragma once
#include "ops/formula/arithmetic.hpp"

/// exp, exp2, expm1: x = k ln 2 + r, |r| <= ln 2 / 2, and 2^k times a polynomial in r.
namespace downhill::scalar {

namespace detail {

/// x = k ln 2 + high + low.
template <class V>
struct ExpReduced {
  V shifted;  ///< k + magic
  V k;
  V high;  ///< exact: x - k * (ln 2 rounded)
  V low;
};
template <class V>
ExpReduced<V> exp_reduce(V x) {
  const V shifted = fma(x, constant<V>(0x1.71547652b82fep+0), magic<V>());
  const V k = shifted - magic<V>();
  const V high = fma(k, either_constant<V>(-0x1.62e42fefa39efp-1, -0x1.62e43p-1), x);
  const V low = k * either_constant<V>(-0x1.abc9e3b39803fp-56, 0x1.05c61p-29);
  return {shifted, k, high, low};
}

/// (e^r - 1 - r) / r^2 for |r| <= ln 2 / 2.
template <class V>
V exp_tail(V r) {
  if constexpr (format<V>::is_double) {
    return polynomial(r, {0x1.000000000000ap-1, 0x1.5555555555507p-3, 0x1.55555555506c0p-5, 0x1.1111111124c7fp-7,
                          0x1.6c16c184771bap-10, 0x1.a01a013921c66p-13, 0x1.a019995b13210p-16, 0x1.71df064346339p-19,
                          0x1.28ae03f12efb5p-22, 0x1.adae4d6aea7f5p-26});
  } else {
    return polynomial(r, {0x1.fffffcp-2, 0x1.55548ep-3, 0x1.5558a6p-5, 0x1.123bdep-7, 0x1.6a592ap-10});
  }
}

/// Adds k to the exponent of y, k the low bits of `shifted`.
template <class V>
V scale_by_shifted(V y, V shifted) {
  return from_bits<V>(bits_add(bits(y), shift_left(bits(shifted), format<V>::mantissa_bits)));
}
template <class V>
Bits<V> integer_of_shifted(V shifted) {
  return bits_subtract(bits(shifted), bits(magic<V>()));
}

/// e^x = 2^k (high + low) with high in [0.7, 1.5], for |x| <= 708 (87 in single precision).
template <class V>
struct ExpPair {
  V shifted;
  V high;
  V low;
};
template <class V>
ExpPair<V> exp_pair(V x) {
  const ExpReduced<V> reduced = exp_reduce(x);
  const V r = reduced.high + reduced.low;
  const V tail = fma(r * r, exp_tail(r), reduced.low);
  const Pair<V> minus_one = fast_two_sum(reduced.high, tail);
  const Pair<V> sum = fast_two_sum(constant<V>(1), minus_one.high);
  return {reduced.shifted, sum.high, sum.low + minus_one.low};
}

/// e^x * 2^extra, extra from -1 to 2, for any x.
template <class V>
V exp_scaled(V x, std::int64_t extra) {
  const ExpReduced<V> reduced = exp_reduce(x);
  const V r = reduced.high + reduced.low;
  const V p = fma(r, fma(r, exp_tail(r), constant<V>(1)), constant<V>(1));
  const V y = scale(p, bits_add(integer_of_shifted(reduced.shifted), constant_bits<V>(extra)));
  const V low_end = either_constant<V>(-746, -104.5);
  const V high_end = either_constant<V>(711, 90);
  return select(x < low_end, constant<V>(0), select(x > high_end, infinity<V>(), y));
}

}  // namespace detail

/// e^x.
template <class V>
V exp(V x) {
  const detail::ExpReduced<V> reduced = detail::exp_reduce(x);
  const V r = reduced.high + reduced.low;
  const V p = fma(r, fma(r, detail::exp_tail(r), constant<V>(1)), constant<V>(1));
  const V fast = detail::scale_by_shifted(p, reduced.shifted);
  return rare(negate(abs(x) < either_constant<V>(708, 87)), [&] { return detail::exp_scaled(x, 0); }, fast);
}

/// 2^x; exact where x is an integer.
template <class V>
V exp2(V x) {
  const V shifted = x + magic<V>();
  const V r = x - (shifted - magic<V>());
  V p = constant<V>(1);
  if constexpr (format<V>::is_double) {
    p = polynomial(r, {0x1.62e42fefa39efp-1, 0x1.ebfbdff82c5a4p-3, 0x1.c6b08d7049fe7p-5, 0x1.3b2ab6fba010ap-7,
                       0x1.5d87fe78cd9e4p-10, 0x1.4309130edd7a2p-13, 0x1.ffcbfba8de0e6p-17, 0x1.62bfc78d71e8ap-20,
                       0x1.b5267d7a52a94p-24, 0x1.e61b7166e6113p-28, 0x1.e79bd6b0110e7p-32});
  } else {
    p = polynomial(r, {0x1.62e43p-1, 0x1.ebfbdcp-3, 0x1.c6aee8p-5, 0x1.3b2d54p-7, 0x1.5f3e74p-10, 0x1.41f7d8p-13});
  }
  p = fma(r, p, constant<V>(1));
  const auto slow = [&] {
    const V low_end = either_constant<V>(-1076, -151);
    const V high_end = either_constant<V>(1025, 129);
    const V y = scale(p, detail::integer_of_shifted(shifted));
    return select(x < low_end, constant<V>(0), select(x > high_end, infinity<V>(), y));
  };
  return rare(negate(abs(x) < either_constant<V>(1022, 126)), slow, detail::scale_by_shifted(p, shifted));
}

namespace detail {

/// e^x - 1 = high + low, |low| <= |high| but not small against its last place; -708 < x < 708 (87 in single precision).
template <class V>
Pair<V> expm1_sum(V x) {
  const ExpReduced<V> reduced = exp_reduce(x);
  const V r = reduced.high + reduced.low;
  V q = constant<V>(0);
  if constexpr (format<V>::is_double) {
    q = polynomial(r, {0x1.0000000000005p-1, 0x1.5555555555538p-3, 0x1.555555555229dp-5, 0x1.1111111119539p-7,
                       0x1.6c16c17ee72e2p-10, 0x1.a01a01737d86cp-13, 0x1.a019a745d54f1p-16, 0x1.71de8b12ab490p-19,
                       0x1.28a20d16fafeep-22, 0x1.ae6780f224689p-26});
  } else {
    q = polynomial(r, {0x1.fffffep-2, 0x1.5554bp-3, 0x1.555676p-5, 0x1.1227aap-7, 0x1.6beb7cp-10});
  }
  const V tail = fma(r * r, q, reduced.low);
  const V power = scale_by_shifted(constant<V>(1), reduced.shifted);
  // 2^k (1 + r) - 1 first: exact for small k
  return {fma(power, reduced.high, power - constant<V>(1)), power * tail};
}

}  // namespace detail

/// e^x - 1, accurate near 0.
template <class V>
V expm1(V x) {
  const Pair<V> sum = detail::expm1_sum(x);
  const V fast = copysign(sum.high + sum.low, x);
  const auto slow = [&] { return select(x < constant<V>(0), constant<V>(-1), detail::exp_scaled(x, 0)); };
  return rare(negate(abs(x) < either_constant<V>(708, 87)), slow, fast);
}

}  // namespace downhill::scalar
