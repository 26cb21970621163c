#pragma once
#include "ops/formula/arithmetic.hpp"

/// log, log1p, log2, log10: x = 2^k m, m in [sqrt(1/2), sqrt(2)], and log m = 2 atanh((m - 1) / (m + 1)).
namespace downhill::scalar {

namespace detail {

/// x = 2^k m, x normal and positive.
template <class V>
struct LogReduced {
  Bits<V> k;
  V m;
};
template <class V>
LogReduced<V> log_reduce(V x) {
  const Bits<V> root_half = bits(constant<V>(0x1.6a09e667f3bcdp-1));
  const Bits<V> k = shift_right_arithmetic(bits_subtract(bits(x), root_half), format<V>::mantissa_bits);
  return {k, from_bits<V>(bits_subtract(bits(x), shift_left(k, format<V>::mantissa_bits)))};
}

/// (2 atanh(s) - 2 s) / s^3 as a polynomial in w = s^2, s^2 <= 0.0295.
template <class V>
V log_tail(V w) {
  if constexpr (format<V>::is_double) {
    return polynomial(w, {0x1.5555555555593p-1, 0x1.999999997f9eep-2, 0x1.249249422b47dp-2, 0x1.c71c51d6a9a35p-3,
                          0x1.746649fb4546cp-3, 0x1.39a08c7b57abcp-3, 0x1.2f11e80f0e36ap-3});
  } else {
    return polynomial(w, {0x1.55557ap-1, 0x1.995eccp-2, 0x1.31e2a0p-2});
  }
}

template <class V>
V ln2_high() {
  return either_constant<V>(0x1.62e42fefa39efp-1, 0x1.62e43p-1);
}
template <class V>
V ln2_low() {
  return either_constant<V>(0x1.abc9e3b39803fp-56, -0x1.05c61p-29);
}

/// log(1 + f) + k ln 2 + low, f in [sqrt(1/2) - 1, sqrt(2) - 1], low tiny.
template <class V>
V log_of_reduced(V f, V k, V low) {
  const V s = f / (constant<V>(2) + f);
  const V w = s * s;
  const V rest = fma(-w, log_tail(w), f);
  return fma(k, ln2_high<V>(), f + fma(-s, rest, low));
}

/// log(2^extra x) for normal positive x.
template <class V>
V log_normal(V x, std::int64_t extra) {
  const LogReduced<V> reduced = log_reduce(x);
  const V k = small_to_real<V>(bits_add(reduced.k, constant_bits<V>(extra)));
  return log_of_reduced(reduced.m - constant<V>(1), k, k * ln2_low<V>());
}

/// What f gives for x <= 0, subnormal, infinite or NaN; `core(scaled, extra)` is the function of 2^extra * scaled.
template <class V, class F>
V log_special(V x, F&& core) {
  constexpr int up = format<V>::is_double ? 54 : 25;
  const V zero = constant<V>(0);
  const V y = core(x * either_constant<V>(0x1p54, 0x1p25), -up);
  const V at_end = select(x == zero, -infinity<V>(), select(x < zero, not_a_number<V>(), x));
  return select(both(x > zero, x < smallest_normal<V>()), y, at_end);
}

template <class V>
Mask<V> is_normal_positive(V x) {
  return both(x >= smallest_normal<V>(), x < infinity<V>());
}

}  // namespace detail

/// Natural logarithm; -inf at 0, NaN below.
template <class V>
V log(V x) {
  const auto core = [](V scaled, std::int64_t extra) { return detail::log_normal(scaled, extra); };
  return rare(negate(detail::is_normal_positive(x)), [&] { return detail::log_special(x, core); }, core(x, 0));
}

/// Derivative of log: 1/x, infinite at 0 of either sign, NaN below.
template <class V>
V log_slope(V x) {
  return constant<V>(1) / select(x < constant<V>(0), not_a_number<V>(), abs(x));
}

namespace detail {

/// log(1 + y.high + y.low) for -1 < y < 2^1000 (2^100 in single precision); a zero loses its sign.
template <class V>
V log1p_of_pair(Pair<V> y) {
  const V one = constant<V>(1);
  // exact for y < 2^mantissa_bits, whichever is larger: 1 is a multiple of the last place of the sum; beyond, what is
  // lost does not count
  const Pair<V> u = fast_two_sum(one, y.high);
  const LogReduced<V> reduced = log_reduce(u.high);
  const V k = small_to_real<V>(reduced.k);
  // what u.high lacks belongs to f = 2^-k (1 + y) - 1, which is exact for k = 0 and y.low = 0
  const V inverse_power = from_bits<V>(bits_subtract(bits(one), shift_left(reduced.k, format<V>::mantissa_bits)));
  const V f = fma(u.low + y.low, inverse_power, reduced.m - one);
  return log_of_reduced(f, k, k * ln2_low<V>());
}

}  // namespace detail

/// log(1 + x), accurate near 0; -inf at -1, NaN below.
template <class V>
V log1p(V x) {
  const V one = constant<V>(1);
  const V fast = copysign(detail::log1p_of_pair(Pair<V>{x, constant<V>(0)}), x);
  const V far = either_constant<V>(0x1p1000, 0x1p100);
  const auto slow = [&] {
    const V at_end = select(x == -one, -infinity<V>(), select(x < -one, not_a_number<V>(), x));
    return select(both(x >= far, x < infinity<V>()), detail::log_normal(x, 0), at_end);
  };
  return rare(negate(both(x > -one, x < far)), slow, fast);
}

namespace detail {

/// log m for f = m - 1 in [sqrt(1/2) - 1, sqrt(2) - 1], to 5 bits beyond the precision.
template <class V>
Pair<V> log_near_1(V f) {
  const Pair<V> d = fast_two_sum(constant<V>(2), f);
  const V inverse = constant<V>(1) / d.high;
  const V s = f * inverse;
  const V s_low = fma(-s, d.low, fma(-s, d.high, f)) * inverse;
  const V w = s * s;
  return fast_two_sum(s + s, fma(s * w, log_tail(w), s_low + s_low));
}
/// log x for normal positive x, to 5 bits beyond the precision.
template <class V>
Pair<V> log_pair(V x, std::int64_t extra) {
  const LogReduced<V> reduced = log_reduce(x);
  const V k = small_to_real<V>(bits_add(reduced.k, constant_bits<V>(extra)));
  const Pair<V> y = log_near_1(reduced.m - constant<V>(1));
  // k times the short high part is exact
  const Pair<V> sum = fast_two_sum(k * either_constant<V>(0x1.62e42fefa4p-1, 0x1.62e4p-1), y.high);
  const V low = fma(k, either_constant<V>(-0x1.8432a1b0e2634p-43, 0x1.7f7d1cf79abcap-20), y.low);
  return fast_two_sum(sum.high, sum.low + low);
}

/// (k times ln 2 + log m) / ln base, from 1 / ln base and ln 2 / ln base in two parts.
template <class V>
V log_to_base(V x, std::int64_t extra, Pair<V> inverse, Pair<V> ratio) {
  const LogReduced<V> reduced = log_reduce(x);
  const V k = small_to_real<V>(bits_add(reduced.k, constant_bits<V>(extra)));
  const Pair<V> y = log_near_1(reduced.m - constant<V>(1));
  const V product = y.high * inverse.high;
  const V product_low = fma(y.low, inverse.high, fma(y.high, inverse.low, fma(y.high, inverse.high, -product)));
  const Pair<V> sum = fast_two_sum(k * ratio.high, product);
  return sum.high + (sum.low + fma(k, ratio.low, product_low));
}

}  // namespace detail

/// Logarithm to base 2; exact at powers of 2.
template <class V>
V log2(V x) {
  const auto core = [](V scaled, std::int64_t extra) {
    return detail::log_to_base(scaled, extra,
                               Pair<V>{either_constant<V>(0x1.71547652b82fep+0, 0x1.715476p+0),
                                       either_constant<V>(0x1.777d0ffda0d24p-56, 0x1.4ae0cp-26)},
                               Pair<V>{constant<V>(1), constant<V>(0)});
  };
  return rare(negate(detail::is_normal_positive(x)), [&] { return detail::log_special(x, core); }, core(x, 0));
}

/// Logarithm to base 10; exact at powers of 10.
template <class V>
V log10(V x) {
  const auto core = [](V scaled, std::int64_t extra) {
    return detail::log_to_base(scaled, extra,
                               Pair<V>{either_constant<V>(0x1.bcb7b1526e50ep-2, 0x1.bcb7b2p-2),
                                       either_constant<V>(0x1.95355baaafad3p-57, -0x1.5b235ep-27)},
                               Pair<V>{either_constant<V>(0x1.34413509f8p-2, 0x1.344p-2),
                                       either_constant<V>(-0x1.80433b83b532ap-44, 0x1.3509f8p-18)});
  };
  return rare(negate(detail::is_normal_positive(x)), [&] { return detail::log_special(x, core); }, core(x, 0));
}

/// x log y; 0 where x = 0, unless y is NaN.
template <class V>
V xlogy(V x, V y) {
  const Pair<V> sum = detail::log_pair(y, 0);
  const V zero = constant<V>(0);
  const auto slow = [&] { return select(both(x == zero, y == y), zero, x * log(y)); };
  const Mask<V> common = both(detail::is_normal_positive(y), abs(x) < infinity<V>());
  return rare(negate(common), slow, fma(x, sum.high, x * sum.low));
}

/// -x log x; 0 at 0, NaN below.
template <class V>
V entropy(V x) {
  return -xlogy(x, x);
}

}  // namespace downhill::scalar
