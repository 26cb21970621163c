#pragma once
#include "ops/formula/trigonometric.hpp"

/// sin(x)/x and its derivatives.
namespace downhill::scalar {

namespace detail {

/// sin x = high + low for finite x >= 0, in double precision.
template <class V>
Pair<V> sin_as_pair(const Angle<V>& angle) {
  const Pair<V> sine = sin_pair(angle);
  const Pair<V> cosine = cos_pair(angle);
  const Mask<V> odd = is_odd<V>(angle.quadrant);
  const Bits<V> sign = sign_of_quadrant<V>(angle.quadrant);
  return {flip_sign(select(odd, cosine.high, sine.high), sign), flip_sign(select(odd, cosine.low, sine.low), sign)};
}

}  // namespace detail

/// sin(x)/x, 1 at 0 and 0 at infinity.
template <class V>
V sinc(V x) {
  if constexpr (!format<V>::is_double) {
    return convert<float>(sinc(convert<double>(x)));
  } else {
    const V a = abs(x);
    const auto quotient = [&](const detail::Angle<V>& angle) {
      const Pair<V> sine = detail::sin_as_pair(angle);
      const V inverse = constant<V>(1) / a;
      const V q = sine.high * inverse;
      return fma(fma(-q, a, sine.high) + sine.low, inverse, q);
    };
    const auto slow = [&] {
      const V small = fma(a * a, constant<V>(-1.0 / 6), constant<V>(1));
      const V far = select(a == infinity<V>(), constant<V>(0), quotient(detail::reduce_far(a)));
      return select(a < constant<V>(1), small, far);
    };
    const Mask<V> common = both(a > constant<V>(0x1p-20), a < detail::near_angle<V>());
    return rare(negate(common), slow, quotient(detail::reduce_near(a)));
  }
}

namespace detail {

/// The derivative of order n of sin(x)/x is the integral of t^n cos(x t + n pi/2) over [0, 1]; as a power series the
/// terms are cos((n + m) pi/2) x^m / (m! (n + m + 1)).
template <class V>
V sinc_series(int order, V x, int terms) {
  const V square = x * x;
  const int first = order % 2;
  V sum = constant<V>(0);
  for (int i = terms; i-- > 0;) {
    const int m = first + 2 * i;
    double factorial = 1;
    for (int k = 2; k <= m; ++k) {
      factorial *= k;
    }
    const double sign = ((order + m) / 2) % 2 == 0 ? 1 : -1;
    sum = fma(sum, square, constant<V>(sign / (factorial * (order + m + 1))));
  }
  return first == 0 ? sum : sum * x;
}

}  // namespace detail

/// The derivative of order `order` >= 0 of sin(x)/x. Relative accuracy away from its zeros, absolute near them.
template <class V>
V sinc_derivative(int order, V x) {
  if constexpr (!format<V>::is_double) {
    return convert<float>(sinc_derivative(order, convert<double>(x)));
  } else {
    if (order == 0) {
      return sinc(x);
    }
    // f(n) = (sin(x + n pi/2) - n f(n-1)) / x loses digits below the radius; there the series has none to lose
    const double radius = 1 + 0.75 * order;
    int terms = 1;
    double term = 1;
    for (; term > 0x1p-58; ++terms) {
      term *= radius * radius / ((2.0 * terms - 1) * (2.0 * terms));
    }
    const V a = abs(x);
    const V sine = sin(a);
    const V cosine = cos(a);
    V value = sinc(a);
    for (int n = 1; n <= order; ++n) {
      const V turned = n % 2 == 0 ? sine : cosine;
      value = ((n / 2) % 2 == 0 ? fma(constant<V>(-n), value, turned) : fma(constant<V>(-n), value, -turned)) / a;
    }
    const V outer = select(a == infinity<V>(), constant<V>(0), value);
    const V even = select(a < constant<V>(radius), detail::sinc_series(order, a, terms), outer);
    return order % 2 == 0 ? even : from_bits<V>(bits(even) ^ detail::sign_of(x));
  }
}

}  // namespace downhill::scalar
