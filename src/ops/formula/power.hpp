#pragma once
#include "ops/formula/exponential.hpp"
#include "ops/formula/logarithm.hpp"

/// pow, cbrt, hypot.
namespace downhill::scalar {

namespace detail {

/// log(2^extra x) for normal positive x to about 65 bits, in double precision: 2 s + 2/3 s^3 + … with
/// s = (m - 1) / (m + 1), the first two terms as pairs.
template <class V>
Pair<V> log_to_65_bits(V x, std::int64_t extra) {
  const LogReduced<V> reduced = log_reduce(x);
  const V k = small_to_real<V>(bits_add(reduced.k, constant_bits<V>(extra)));
  const V f = reduced.m - constant<V>(1);
  const Pair<V> d = fast_two_sum(constant<V>(2), f);
  const V inverse = constant<V>(1) / d.high;
  const V s = f * inverse;
  const V s_low = fma(-s, d.low, fma(-s, d.high, f)) * inverse;
  const V w = s * s;
  const V w_low = fma(s + s, s_low, fma(s, s, -w));
  const V cube = s * w;
  const V cube_low = fma(s, w_low, fma(s_low, w, fma(s, w, -cube)));
  const V third = constant<V>(0x1.5555555555555p-1);  // 2/3
  const V term = cube * third;
  const V term_low = fma(cube_low, third, fma(cube, constant<V>(0x1.5555555555555p-55), fma(cube, third, -term)));
  const V rest = polynomial(w, {0x1.9999999999b32p-2, 0x1.2492492457979p-2, 0x1.c71c722dc1b4ep-3, 0x1.745ce9c2947fdp-3,
                                0x1.3b1ef23649720p-3, 0x1.0f7f53f2a9ff4p-3, 0x1.0e484e000aca2p-3});
  const Pair<V> a = fast_two_sum(k * constant<V>(0x1.62e42fefa4p-1), s + s);
  const Pair<V> b = fast_two_sum(a.high, term);
  const V low = fma(k, constant<V>(-0x1.8432a1b0e2634p-43), fma(cube * w, rest, term_low + (s_low + s_low)));
  return fast_two_sum(b.high, (a.low + b.low) + low);
}

/// e^(x.high + x.low) for |x.high| < 708, or for any x where `range` says so.
enum class ExpRange { narrow, any };
template <class V>
V exp_of_pair(Pair<V> x, ExpRange range) {
  ExpReduced<V> reduced = exp_reduce(x.high);
  reduced.low = reduced.low + x.low;
  const V r = reduced.high + reduced.low;
  const Pair<V> minus_one = fast_two_sum(reduced.high, fma(r * r, exp_tail(r), reduced.low));
  const Pair<V> sum = fast_two_sum(constant<V>(1), minus_one.high);
  const V p = sum.high + (sum.low + minus_one.low);
  if (range == ExpRange::narrow) {
    return scale_by_shifted(p, reduced.shifted);
  }
  const V y = scale(p, integer_of_shifted(reduced.shifted));
  return select(x.high < constant<V>(-746), constant<V>(0), select(x.high > constant<V>(711), infinity<V>(), y));
}

/// |x|^y for what the common path of pow does not take, with the sign that pow gives it.
template <class V, class F>
V pow_special(V x, V y, F&& positive_power) {
  const V zero = constant<V>(0);
  const V one = constant<V>(1);
  const V a = abs(x);
  const Mask<V> down = y < zero;
  const V at_zero = select(down, infinity<V>(), zero);
  const V at_infinity = select(down, zero, infinity<V>());
  V magnitude = select(a == zero, at_zero, select(a == infinity<V>(), at_infinity, positive_power(a)));
  magnitude = select(a == one, one, magnitude);
  const V half = y * constant<V>(0.5);
  const Mask<V> whole = trunc(y) == y;
  const Mask<V> odd = both(whole, trunc(half) != half);
  V value = select(odd, copysign(magnitude, x), magnitude);
  value = select(both(negate(whole), both(x < zero, a < infinity<V>())), not_a_number<V>(), value);
  value = select(either(x != x, y != y), not_a_number<V>(), value);
  return select(either(x == one, y == zero), one, value);
}

}  // namespace detail

/// x to the power y, with the special cases of IEEE 754 and C99: pow(x, 0) = pow(1, y) = 1 for NaN too.
template <class V>
V pow(V x, V y) {
  if constexpr (format<V>::is_double) {
    const auto product = [&](Pair<V> log_x) {
      const Pair<V> main = two_product(y, log_x.high);
      return Pair<V>{main.high, fma(y, log_x.low, main.low)};
    };
    const Pair<V> exponent = product(detail::log_to_65_bits(x, 0));
    const V fast = detail::exp_of_pair(exponent, detail::ExpRange::narrow);
    const auto positive_power = [&](V a) {
      const Mask<V> subnormal = a < smallest_normal<V>();
      const V scaled = select(subnormal, a * constant<V>(0x1p54), a);
      Pair<V> log_a = detail::log_to_65_bits(scaled, 0);
      const Pair<V> shift{constant<V>(-0x1.2b708872320e2p+5), constant<V>(0x1.570da7e077bcbp-50)};  // -54 ln 2
      const Pair<V> shifted = add(log_a, shift);
      log_a = {select(subnormal, shifted.high, log_a.high), select(subnormal, shifted.low, log_a.low)};
      Pair<V> e = product(log_a);
      e.low = select(abs(e.high) < constant<V>(1000), e.low, constant<V>(0));
      return detail::exp_of_pair(e, detail::ExpRange::any);
    };
    const Mask<V> common = both(detail::is_normal_positive(x), abs(exponent.high) < constant<V>(708));
    return rare(negate(common), [&] { return detail::pow_special(x, y, positive_power); }, fast);
  } else {
    const auto positive_power = [&](V a) { return convert<float>(exp(convert<double>(y) * log(convert<double>(a)))); };
    return rare(
        negate(both(x > constant<V>(0), both(x < infinity<V>(), abs(y) < infinity<V>()))),
        [&] { return detail::pow_special(x, y, positive_power); }, positive_power(x));
  }
}

namespace detail {

/// Where cbrt_in_range keeps its digits, up to the largest number.
template <class V>
V cbrt_range() {
  return either_constant<V>(0x1p-900, 0x1p-100);
}

/// Cube root of x >= cbrt_range: g = x^(-1/3) within 3.5 % from the exponent, and the mantissa as its fraction; t = x^(-1/3)
/// to half the digits from g by a polynomial in 1 - x g^3; then x t^2 corrected.
template <class V>
V cbrt_in_range(V x) {
  // The upper bits of x as an integer v behind the bits of 2^mantissa_bits; then 4/3 bias - v/3 in the same way.
  constexpr int dropped = format<V>::is_double ? 12 : 9;
  const V unit = either_constant<V>(0x1p52, 0x1p23);
  const V v = from_bits<V>(shift_right(bits(x), dropped) | bits(unit));
  const V third = fma(v, constant<V>(-1.0 / 3), either_constant<V>(0x1.aa943ece2a534p+52, 0x1.a9f74ap+23));
  const V g = from_bits<V>(shift_left(bits(third), dropped));
  const V e = fma(-(x * g), g * g, constant<V>(1));
  V series = constant<V>(0);
  if constexpr (format<V>::is_double) {
    series =
        nested_polynomial(e, {0x1.ffffffffdb1f6p-1, 0x1.5555562f84154p-2, 0x1.c71c772d9c106p-3, 0x1.61f4961f3d866p-3,
                              0x1.26f2470af4d8dp-3, 0x1.03724fca80b7fp-3, 0x1.cf514c5592d25p-4});
  } else {
    series = nested_polynomial(e, {0x1.ffffbep-1, 0x1.555392p-2, 0x1.ca368ep-3, 0x1.65f550p-3});
  }
  const V t = g * series;
  const V t2 = t * t;
  const V root = x * t2;
  const Pair<V> square = two_product(root, root);
  const V residual = fma(-square.low, root, fma(-square.high, root, x));
  return fma(residual, t2 * constant<V>(1.0 / 3), root);
}

}  // namespace detail

/// Cube root.
template <class V>
V cbrt(V x) {
  const V a = abs(x);
  const Mask<V> small = a < detail::cbrt_range<V>();
  const auto slow = [&] {
    const V scaled =
        detail::cbrt_in_range(a * either_constant<V>(0x1p300, 0x1p72)) * either_constant<V>(0x1p-100, 0x1p-24);
    return select(both(a > constant<V>(0), small), scaled, a);
  };
  const Mask<V> common = both(negate(small), a < infinity<V>());
  return copysign(rare(negate(common), slow, detail::cbrt_in_range(a)), x);
}

/// sqrt(x^2 + y^2) without overflow or underflow on the way; infinite if either is, even beside NaN.
template <class V>
V hypot(V x, V y) {
  const V a = abs(x);
  const V b = abs(y);
  const Mask<V> swap = a < b;
  const V large = select(swap, b, a);
  const V small = select(swap, a, b);
  const V top = either_constant<V>(0x1p500, 0x1p60);
  const V bottom = either_constant<V>(0x1p-480, 0x1p-40);
  const auto norm = [](V u, V v) { return sqrt(fma(u, u, v * v)); };
  const auto slow = [&] {
    const V down = either_constant<V>(0x1p-600, 0x1p-80);
    const V up = either_constant<V>(0x1p600, 0x1p100);
    const Mask<V> huge = large > constant<V>(1);
    const V factor = select(huge, down, up);
    const V back = select(huge, either_constant<V>(0x1p600, 0x1p80), either_constant<V>(0x1p-600, 0x1p-100));
    const V value = norm(large * factor, small * factor) * back;
    return select(either(a == infinity<V>(), b == infinity<V>()), infinity<V>(), value);
  };
  return rare(negate(both(large<top, large> bottom)), slow, norm(large, small));
}

/// Derivative of hypot(x, y) by z, which is x or y: z / hypot(x, y), 0 at the origin.
template <class V>
V hypot_slope(V x, V y, V z) {
  const V radius = hypot(x, y);
  return z / select(radius == constant<V>(0), constant<V>(1), radius);
}

/// 1 - x^2 with its digits where x^2 is near 1.
template <class V>
V one_minus_square(V x) {
  return (constant<V>(1) - x) * (constant<V>(1) + x);
}

}  // namespace downhill::scalar
