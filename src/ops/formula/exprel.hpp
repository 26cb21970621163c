#pragma once
#include "ops/formula/exponential.hpp"

/// (e^x - 1)/x and its derivatives.
namespace downhill::scalar {

/// The derivative of order `order` >= 0 of (e^x - 1)/x: the integral of t^order e^(x t) over [0, 1].
template <class V>
V exprel(int order, V x) {
  if constexpr (!format<V>::is_double) {
    return convert<float>(exprel(order, convert<double>(x)));
  } else {
    // near 0 the series of x^m / (m! (order + m + 1)); beyond, f(n) = (e^x - n f(n-1)) / x
    const double radius = 1 + 0.5 * order;
    V series = constant<V>(0);
    int terms = 1;
    for (double term = 1; term > 0x1p-58; ++terms) {
      term *= radius / terms;
    }
    for (int m = terms; m-- > 0;) {
      double factorial = 1;
      for (int k = 2; k <= m; ++k) {
        factorial *= k;
      }
      series = fma(series, x, constant<V>(1 / (factorial * (order + m + 1))));
    }
    const V power = exp(x);
    V value = expm1(x) / x;
    for (int n = 1; n <= order; ++n) {
      value = fma(constant<V>(-n), value, power) / x;
    }
    const V top = infinity<V>();
    const V outer = select(x == top, top, select(x == -top, constant<V>(0), value));
    return select(abs(x) < constant<V>(radius), series, outer);
  }
}

}  // namespace downhill::scalar
