#pragma once
#include "ops/formula/arithmetic.hpp"

/// asin, acos, atan, atan2.
namespace downhill::scalar {

namespace detail {

/// The parts of asin: s and s^3 R(s^2) with s = |x| up to 1/2, and sqrt((1 - |x|) / 2) above, where
/// asin |x| = pi/2 - 2 asin s.
template <class V>
struct AsinParts {
  Mask<V> large;
  V s;
  V tail;
};
template <class V>
AsinParts<V> asin_parts(V a) {
  const V half = constant<V>(0.5);
  const Mask<V> large = a > half;
  const V z = select(large, fma(a, -half, half), a * a);
  const V s = select(large, sqrt(z), a);
  V r = z;
  if constexpr (format<V>::is_double) {
    r = polynomial(z, {0x1.5555555555384p-3, 0x1.333333336fe27p-4, 0x1.6db6db419282ap-5, 0x1.f1c72c84c9c23p-6,
                       0x1.6e89ed1219c3bp-6, 0x1.1c6c4ec85a568p-6, 0x1.c6f5499da6b7ep-7, 0x1.8efad1851eb51p-7,
                       0x1.a9eaf9027e589p-8, 0x1.4140d53d36e64p-6, -0x1.0bdd5e29dd481p-6, 0x1.0620acd1b7937p-5});
  } else {
    r = polynomial(z, {0x1.5555cap-3, 0x1.33015ap-4, 0x1.748cc6p-5, 0x1.8b93c2p-6, 0x1.59ee7cp-5});
  }
  return {large, s, s * z * r};
}

template <class V>
V half_pi() {
  return either_constant<V>(0x1.921fb54442d18p+0, 0x1.921fb6p+0);
}
template <class V>
V half_pi_low() {
  return either_constant<V>(0x1.1a62633145c07p-54, -0x1.777a5cp-25);
}

/// The angle of the point (d, n), n, d >= 0, mirrored at the vertical axis where `left` holds. One division: of n/d,
/// (n - d)/(n + d) and -d/n the one whose magnitude is at most 0.6.
template <class V>
V angle_of(V n, V d, Mask<V> left) {
  const Mask<V> flat = n <= constant<V>(0.6) * d;
  const Mask<V> middle = both(negate(flat), n <= constant<V>(4) * d);
  const V top = select(flat, n, select(middle, n - d, -d));
  const V bottom = select(flat, d, select(middle, n + d, n));
  const V q = top / bottom;
  const V z = q * q;
  V r = z;
  if constexpr (format<V>::is_double) {
    r = polynomial(z, {-0x1.5555555555471p-2, 0x1.9999999980865p-3, -0x1.2492491cdfa22p-3, 0x1.c71c6f64d6c23p-4,
                       -0x1.745cdf6056421p-4, 0x1.3b10633499525p-4, -0x1.10ef0babe670fp-4, 0x1.dff61e33cc7efp-5,
                       -0x1.a53c3ff55c6a3p-5, 0x1.612f4529a0f7ep-5, -0x1.01498b5c3d421p-5, 0x1.12c3550628005p-6,
                       -0x1.31a0c8362f8bdp-8});
  } else {
    r = polynomial(z, {-0x1.55553ap-2, 0x1.998d76p-3, -0x1.23ab6ep-3, 0x1.b70d44p-4, -0x1.28f4aep-4, 0x1.e64afcp-6});
  }
  const V zero = constant<V>(0);
  const V one = constant<V>(1);
  // eighths of a turn to start from: 0, 1, 2, or 4, 3, 2 on the left
  const V eighths = select(flat, select(left, constant<V>(4), zero),
                           select(middle, select(left, constant<V>(3), one), constant<V>(2)));
  const V half = constant<V>(0.5);
  const V way = select(left, -one, one);
  const V base = eighths * half * half_pi<V>();  // rounded once for 3, its error with the low part
  const V base_low = fma(eighths * half, half_pi_low<V>(), fma(eighths * half, half_pi<V>(), -base));
  return fma(way, q, base) + fma(way * q * z, r, base_low);
}

}  // namespace detail

/// Arc sine; NaN beyond -1 and 1.
template <class V>
V asin(V x) {
  const detail::AsinParts<V> parts = detail::asin_parts(abs(x));
  const V minus_two = constant<V>(-2);
  const V large = fma(minus_two, parts.s, detail::half_pi<V>()) + fma(minus_two, parts.tail, detail::half_pi_low<V>());
  return copysign(select(parts.large, large, parts.s + parts.tail), x);
}

/// Arc cosine; NaN beyond -1 and 1.
template <class V>
V acos(V x) {
  const detail::AsinParts<V> parts = detail::asin_parts(abs(x));
  const V zero = constant<V>(0);
  const Mask<V> negative = x < zero;
  const Mask<V> near_1 = both(parts.large, negate(negative));
  // (0 or pi/2 or pi) ± (1 or 2) asin s
  const V turns = select(near_1, zero, select(parts.large, constant<V>(2), constant<V>(1)));
  const V factor = select(parts.large, select(negative, constant<V>(-2), constant<V>(2)), copysign(constant<V>(1), -x));
  return fma(factor, parts.s, turns * detail::half_pi<V>()) + fma(factor, parts.tail, turns * detail::half_pi_low<V>());
}

/// Arc tangent.
template <class V>
V atan(V x) {
  const V zero = constant<V>(0);
  return copysign(detail::angle_of(abs(x), constant<V>(1), zero != zero), x);
}

/// Angle of the point (x, y) against the positive x axis, in [-pi, pi]; zeros and infinities as in C99.
template <class V>
V atan2(V y, V x) {
  const V n = abs(y);
  const V d = abs(x);
  const Mask<V> left = less(bits(x), constant_bits<V>(0));
  const V large = select(n > d, n, d);
  const auto slow = [&] {
    const V zero = constant<V>(0);
    const V one = constant<V>(1);
    const V top = infinity<V>();
    const Mask<V> infinite = either(n == top, d == top);
    const Mask<V> origin = both(n == zero, d == zero);
    const V scale = constant<V>(0x1p-4);
    const V n_scaled = select(infinite, select(n == top, one, zero), n * scale);
    const V d_scaled = select(infinite, select(d == top, one, zero), select(origin, one, d * scale));
    return select(either(x != x, y != y), not_a_number<V>(), detail::angle_of(n_scaled, d_scaled, left));
  };
  const Mask<V> common = both(large > constant<V>(0), large < either_constant<V>(0x1p1020, 0x1p124));
  return copysign(rare(negate(both(common, n == n)), slow, detail::angle_of(n, d, left)), y);
}

/// Derivative of atan: 1 / (1 + x^2), without overflow of x^2.
template <class V>
V atan_slope(V x) {
  const V one = constant<V>(1);
  const V fast = one / fma(x, x, one);
  const Mask<V> common = abs(x) < either_constant<V>(0x1p500, 0x1p60);
  return rare(negate(common), [&] { return (one / x) * (one / x); }, fast);
}

}  // namespace downhill::scalar
