#pragma once
#include "ir/scalar.hpp"

#include <cstddef>
#include <limits>

/// What the elementary functions are built from: unevaluated sums of two reals, polynomials, special values.
namespace downhill::scalar {

/// The unevaluated sum high + low, |low| at most half a unit in the last place of high.
template <class V>
struct Pair {
  V high;
  V low;
};

/// a + b exactly, for |a| >= |b| or a = 0 (Dekker, Numer. Math. 18, 1971).
template <class V>
Pair<V> fast_two_sum(V a, V b) {
  const V sum = a + b;
  return {sum, b - (sum - a)};
}

/// a + b exactly (Knuth, The Art of Computer Programming 2, 4.2.2).
template <class V>
Pair<V> two_sum(V a, V b) {
  const V sum = a + b;
  const V part = sum - a;
  return {sum, (a - (sum - part)) + (b - part)};
}

/// a * b exactly, barring underflow.
template <class V>
Pair<V> two_product(V a, V b) {
  const V product = a * b;
  return {product, fma(a, b, -product)};
}

template <class V>
Pair<V> add(Pair<V> a, Pair<V> b) {
  const Pair<V> sum = two_sum(a.high, b.high);
  return fast_two_sum(sum.high, sum.low + (a.low + b.low));
}
template <class V>
Pair<V> add(Pair<V> a, V b) {
  const Pair<V> sum = two_sum(a.high, b);
  return fast_two_sum(sum.high, sum.low + a.low);
}
template <class V>
Pair<V> multiply_pair(Pair<V> a, Pair<V> b) {
  const Pair<V> product = two_product(a.high, b.high);
  return fast_two_sum(product.high, fma(a.high, b.low, fma(a.low, b.high, product.low)));
}
template <class V>
Pair<V> multiply_pair(Pair<V> a, V b) {
  const Pair<V> product = two_product(a.high, b);
  return fast_two_sum(product.high, fma(a.low, b, product.low));
}
/// a / b to about twice the precision.
template <class V>
Pair<V> divide_pair(Pair<V> a, Pair<V> b) {
  const V inverse = constant<V>(1) / b.high;
  const V quotient = a.high * inverse;
  const V rest = fma(-quotient, b.low, fma(-quotient, b.high, a.high) + a.low);
  return fast_two_sum(quotient, rest * inverse);
}
/// sqrt(a) to about twice the precision, a > 0.
template <class V>
Pair<V> sqrt_pair(Pair<V> a) {
  const V root = sqrt(a.high);
  const V rest = fma(-root, root, a.high) + a.low;
  return fast_two_sum(root, rest / (root + root));
}

/// c[0] + c[1] t + … + c[N-1] t^(N-1) by Horner's rule.
template <class V, std::size_t N>
V nested_polynomial(V t, const double (&c)[N]) {
  V sum = constant<V>(c[N - 1]);
  for (std::size_t i = N - 1; i-- > 0;) {
    sum = fma(sum, t, constant<V>(c[i]));
  }
  return sum;
}

/// The same, even and odd powers apart when there are many: shorter chains, but digits are lost where they cancel.
template <class V, std::size_t N>
V polynomial(V t, const double (&c)[N]) {
  if constexpr (N < 6) {
    return nested_polynomial(t, c);
  } else {
    const V square = t * t;
    V one = constant<V>(c[N - 1]);
    V other = constant<V>(c[N - 2]);
    for (std::size_t i = N - 2; i-- > 0;) {
      const V next = fma(one, square, constant<V>(c[i]));
      one = other;
      other = next;
    }
    return fma(one, t, other);
  }
}

/// `wide` for double, `narrow` for float.
template <class V>
V either_constant(double wide, double narrow) {
  return constant<V>(format<V>::is_double ? wide : narrow);
}
template <class V>
V infinity() {
  return constant<V>(std::numeric_limits<double>::infinity());
}
template <class V>
V not_a_number() {
  return constant<V>(std::numeric_limits<double>::quiet_NaN());
}
template <class V>
V smallest_normal() {
  return either_constant<V>(0x1p-1022, 0x1p-126);
}

/// 1.5 * 2^mantissa_bits: x + magic, for |x| below half of it, holds the integer nearest to x in its low bits.
template <class V>
V magic() {
  return either_constant<V>(0x1.8p52, 0x1.8p23);
}
/// The integer k as a real, |k| < 2^(mantissa_bits - 1).
template <class V>
V small_to_real(Bits<V> k) {
  return from_bits<V>(bits_add(k, bits(magic<V>()))) - magic<V>();
}
/// 2^k for k in the range of normal exponents.
template <class V>
V power_of_two(Bits<V> k) {
  return from_bits<V>(shift_left(bits_add(k, constant_bits<V>(format<V>::exponent_bias)), format<V>::mantissa_bits));
}
/// y * 2^k rounded once; k may leave the range of exponents up to twice.
template <class V>
V scale(V y, Bits<V> k) {
  const Bits<V> half = shift_right_arithmetic(k, 1);
  return (y * power_of_two<V>(half)) * power_of_two<V>(bits_subtract(k, half));
}

}  // namespace downhill::scalar
