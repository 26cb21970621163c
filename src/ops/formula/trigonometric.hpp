#pragma once
#include "ops/formula/angle_reduction.hpp"

/// sin, cos, tan, and sin(x)/x.
namespace downhill::scalar {

namespace detail {

/// (sin(r)/r - 1) / z as a polynomial in z = r^2, |r| <= pi/4.
template <class V>
V sin_tail(V z) {
  if constexpr (format<V>::is_double) {
    return polynomial(z, {-0x1.5555555555549p-3, 0x1.111111110f880p-7, -0x1.a01a019c0e3d2p-13, 0x1.71de357251b07p-19,
                          -0x1.ae5e6085906e5p-26, 0x1.5d91002949748p-33});
  } else {
    return polynomial(z, {-0x1.555546p-3, 0x1.110778p-7, -0x1.995364p-13});
  }
}
/// (cos(r) - 1 + z/2) / z^2.
template <class V>
V cos_tail(V z) {
  if constexpr (format<V>::is_double) {
    return polynomial(z, {0x1.555555555554ap-5, -0x1.6c16c16c14e00p-10, 0x1.a01a019c5c390p-16, -0x1.27e4f7cd30d08p-22,
                          0x1.1ee9c333f9426p-29, -0x1.8f99c9e4889dcp-37});
  } else {
    return polynomial(z, {0x1.55554ap-5, -0x1.6c0c26p-10, 0x1.99e708p-16});
  }
}

template <class V>
Bits<V> sign_of(V x) {
  return bits(x) & constant_bits<V>(format<V>::sign_bit);
}
template <class V>
V flip_sign(V x, Bits<V> sign) {
  return from_bits<V>(bits(x) ^ sign);
}
template <class V>
Mask<V> is_odd(Bits<V> n) {
  return negate(equal(n & constant_bits<V>(1), constant_bits<V>(0)));
}
/// Bit 1 of n as a sign.
template <class V>
Bits<V> sign_of_quadrant(Bits<V> n) {
  return shift_left(n, format<V>::is_double ? 62 : 30) & constant_bits<V>(format<V>::sign_bit);
}

/// The lowest bit of n as a sign.
template <class V>
Bits<V> sign_of_parity(Bits<V> n) {
  return shift_left(n, format<V>::is_double ? 63 : 31);
}

/// sin(r + quarters pi/2) without its sign.
template <class V>
V sin_of_rest(V r, Mask<V> cosine) {
  const V z = r * r;
  const V sine = fma(r * z, sin_tail(z), r);
  const V other = fma(z, fma(z, cos_tail(z), constant<V>(-0.5)), constant<V>(1));
  return select(cosine, other, sine);
}

/// sin of an angle, times -1 where `sign` is set.
template <class V>
V sin_of_angle(const Angle<V>& angle, Bits<V> sign) {
  return flip_sign(sin_of_rest(angle.high, is_odd<V>(angle.quadrant)), sign_of_quadrant<V>(angle.quadrant) ^ sign);
}
template <class V>
V cos_of_angle(const Angle<V>& angle) {
  const Bits<V> next = bits_add(angle.quadrant, constant_bits<V>(1));
  return flip_sign(sin_of_rest(angle.high, is_odd<V>(next)), sign_of_quadrant<V>(next));
}

/// sin and cos of the rest of an angle to about twice the precision.
template <class V>
Pair<V> sin_pair(const Angle<V>& angle) {
  const V z = angle.high * angle.high;
  const V tail = fma(angle.high * z, sin_tail(z), fma(z * constant<V>(-0.5), angle.low, angle.low));
  return fast_two_sum(angle.high, tail);
}
template <class V>
Pair<V> cos_pair(const Angle<V>& angle) {
  const Pair<V> z = two_product(angle.high, angle.high);
  const Pair<V> sum = fast_two_sum(constant<V>(1), z.high * constant<V>(-0.5));
  const V rest = fma(z.high * z.high, cos_tail(z.high), fma(-angle.high, angle.low, z.low * constant<V>(-0.5)));
  return fast_two_sum(sum.high, sum.low + rest);
}

/// With t = 2 tan(r/2): tan r = t / (1 - t^2/4), minus its inverse in odd quadrants.
template <class V>
V tan_of_angle(const Angle<V>& angle, Bits<V> sign) {
  const V r = angle.high;
  const V z = r * r;
  const V tail = polynomial(z, {0x1.5555555555575p-4, 0x1.111111110d1b6p-7, 0x1.ba1ba1bf9bff5p-11,
                                0x1.664f46a3aac1ep-14, 0x1.226e91616826cp-17, 0x1.d6be8a6551932p-21,
                                0x1.7f2508031cff0p-24, 0x1.2515c0f47ae60p-27, 0x1.58dc3bde0cea6p-30});
  const Pair<V> t = fast_two_sum(r, fma(r * z, tail, angle.low));
  const V one = constant<V>(1);
  const V d = fma(t.high * constant<V>(-0.25), t.high, one);
  const Mask<V> odd = is_odd<V>(angle.quadrant);
  const Bits<V> odd_sign = sign_of_parity<V>(angle.quadrant);
  const V top = select(odd, d, t.high);
  const V bottom = select(odd, t.high, d);
  const V inverse = one / bottom;
  const V quotient = top * inverse;
  // t.low counts (1 + t^2/4) times, or as much is taken off; the last sixth of it does not matter
  const V rest = fma(flip_sign(t.low, odd_sign), inverse, fma(-quotient, bottom, top));
  return flip_sign(fma(rest, inverse, quotient), odd_sign ^ sign);
}

/// sin(x + n pi) up to its sign, where x - n pi = r is given: one polynomial for |r| <= pi/2. In single precision
/// it may do without what r^2 lost by rounding: up to 1.9 units in the last place.
enum class Square { rounded, exact };
template <class V>
V sin_of_half_turn(V r, Square square) {
  const V z = r * r;
  if constexpr (format<V>::is_double) {
    const V s = nested_polynomial(
        z, {-0x1.5555555555555p-3, 0x1.11111111110c8p-7, -0x1.a01a01a014d6fp-13, 0x1.71de3a52a0b1ep-19,
            -0x1.ae6454d4741fbp-26, 0x1.6123cd06c971dp-33, -0x1.ae4384220c8ccp-41, 0x1.883298a1742a9p-49});
    const V z_low = fma(r, r, -z);
    return fma(r, fma(z, s, z_low * constant<V>(-1.0 / 6)), r);
  } else if (square == Square::rounded) {
    // coefficients chosen so that roundings near pi/2 mostly cancel
    return fma(r * z, nested_polynomial(z, {-0x1.55554cp-3, 0x1.110f06p-7, -0x1.9f7608p-13, 0x1.5dd2cap-19}), r);
  } else {
    const V s = nested_polynomial(z, {-0x1.55554cp-3, 0x1.110edap-7, -0x1.9f70eap-13, 0x1.5dc83ep-19});
    const V z_low = fma(r, r, -z);
    return fma(r, fma(z, s, z_low * constant<V>(-1.0 / 6)), r);
  }
}

/// x - n pi, n a half or whole number, as reduce_near does it.
template <class V>
V take_off_half_turns(V x, V n) {
  const V r = fma(n, either_constant<V>(-0x1.921fb54442d18p+1, -0x1.921fb6p+1), x);
  return fma(n, constant<V>(2) * last_part<V>(), fma(n, constant<V>(2) * middle_part<V>(), r));
}
template <class V>
V inverse_pi() {
  return constant<V>(0x1.45f306dc9c883p-2);
}
}  // namespace detail

/// Sine of x radians; NaN at infinity.
template <class V>
V sin(V x) {
  const V magnitude = abs(x);
  const auto slow = [&] {
    if constexpr (format<V>::is_double) {
      return detail::sin_of_angle(detail::reduce_far(magnitude), detail::sign_of(x));
    } else {
      return convert<float>(sin(convert<double>(x)));
    }
  };
  const V shifted = fma(magnitude, detail::inverse_pi<V>(), magic<V>());
  const V r = detail::take_off_half_turns(magnitude, shifted - magic<V>());
  const V y = detail::sin_of_half_turn(r, detail::Square::rounded);
  const V fast = detail::flip_sign(y, detail::sign_of_parity<V>(bits(shifted)) ^ detail::sign_of(x));
  return rare(negate(magnitude < detail::near_angle<V>()), slow, fast);
}

/// Cosine of x radians; NaN at infinity.
template <class V>
V cos(V x) {
  const V magnitude = abs(x);
  const auto slow = [&] {
    if constexpr (format<V>::is_double) {
      return detail::cos_of_angle(detail::reduce_far(magnitude));
    } else {
      return convert<float>(cos(convert<double>(x)));
    }
  };
  // cos x = sin(pi/2 - x): minus or plus sin of x - (n + 1/2) pi
  const V half = constant<V>(0.5);
  const V shifted = fma(magnitude, detail::inverse_pi<V>(), -half) + magic<V>();
  const V r = detail::take_off_half_turns(magnitude, (shifted - magic<V>()) + half);
  const V y = detail::sin_of_half_turn(r, detail::Square::exact);
  const V fast = detail::flip_sign(-y, detail::sign_of_parity<V>(bits(shifted)));
  return rare(negate(magnitude < detail::near_angle<V>()), slow, fast);
}

/// Tangent of x radians; NaN at infinity.
template <class V>
V tan(V x) {
  if constexpr (!format<V>::is_double) {
    return convert<float>(tan(convert<double>(x)));
  } else {
    const V magnitude = abs(x);
    const Bits<V> sign = detail::sign_of(x);
    const auto slow = [&] { return detail::tan_of_angle(detail::reduce_far(magnitude), sign); };
    return rare(negate(magnitude < detail::near_angle<V>()), slow,
                detail::tan_of_angle(detail::reduce_near(magnitude), sign));
  }
}

}  // namespace downhill::scalar
