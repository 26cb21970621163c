#pragma once
#include "ops/formula/power.hpp"
#include "ops/formula/trigonometric.hpp"

#include <array>

/// lgamma, digamma, polygamma: Stirling's series from 8 on, the recurrence below, reflection for negative arguments; in
/// pairs, so that what cancels leaves enough digits. Abramowitz & Stegun, Handbook of Mathematical Functions, ch. 6.
namespace downhill::scalar {

namespace detail {

/// log of a pair to about 65 bits.
template <class V>
Pair<V> log_of_pair(Pair<V> x) {
  Pair<V> y = log_to_65_bits(x.high, 0);
  y.low = y.low + x.low / x.high;
  return y;
}

/// x (x + 7), from which the products below are made: x (x+1) … (x+7) = w (w + 6) (w + 10) (w + 12).
template <class V>
Pair<V> paired_factors(V x) {
  return multiply_pair(two_sum(x, constant<V>(7)), x);
}

/// x + 8 where x < 8.
template <class V>
Pair<V> shifted_up(V x, Mask<V> small) {
  return two_sum(x, select(small, constant<V>(8), constant<V>(0)));
}

/// log gamma(x) for 2^-1000 <= x < 2^900.
template <class V>
Pair<V> lgamma_positive(V x) {
  const Mask<V> small = x < constant<V>(8);
  const Pair<V> w = paired_factors(x);
  const Pair<V> upper = multiply_pair(add(w, constant<V>(6)), add(w, constant<V>(10)));
  const Pair<V> product = multiply_pair(multiply_pair(w, add(w, constant<V>(12))), upper);
  const V one = constant<V>(1);
  const V zero = constant<V>(0);
  const Pair<V> log_product = log_of_pair(Pair<V>{select(small, product.high, one), select(small, product.low, zero)});

  const Pair<V> shifted = shifted_up(x, small);
  const Pair<V> log_shifted = log_of_pair(shifted);
  // (X - 1/2) (log X - 1) + (log(2 pi) - 1)/2 + 1/(12 X) - …
  const V inverse = one / shifted.high;
  const V square = inverse * inverse;
  const V series =
      polynomial(square, {-0x1.6c16c16c16b79p-9, 0x1.a01a019f1af87p-11, -0x1.38137f08fc409p-11, 0x1.b94f9b2c67bc6p-11,
                          -0x1.f606d8da24aa7p-10, 0x1.972e43992fd11p-8, -0x1.5719d22e994eep-6});
  const V twelfth = constant<V>(0x1.5555555555555p-4);
  const V twelfth_low = constant<V>(0x1.5555555555555p-58);
  const Pair<V> correction = fast_two_sum(
      inverse * twelfth, fma(inverse, twelfth, -(inverse * twelfth)) + inverse * fma(square, series, twelfth_low));
  const Pair<V> main = multiply_pair(add(shifted, constant<V>(-0.5)), add(log_shifted, constant<V>(-1)));
  const Pair<V> rest = add(Pair<V>{constant<V>(0x1.acfe390c97d6ap-2), constant<V>(-0x1.65b5a1b7ff5dfp-55)}, correction);
  return add(add(main, Pair<V>{-log_product.high, -log_product.low}), rest);
}

/// How near a zero the series below take over.
template <class V>
V zero_radius() {
  return constant<V>(0x1p-5);
}
/// log gamma(x) within zero_radius of its zeros 1 and 2, relatively accurate: (x - 1) p(x - 1) and (x - 2) q(x - 2).
template <class V>
V lgamma_near_zero(V x, Mask<V> near_1) {
  const V z = x - select(near_1, constant<V>(1), constant<V>(2));
  const V p =
      nested_polynomial(z, {-0x1.2788cfc6fb619p-1, 0x1.a51a6625307d3p-1, -0x1.9a4d55beab245p-2, 0x1.151322ac7d7c3p-2,
                            -0x1.a8b9c17ced546p-3, 0x1.5b40cb1222b72p-3, -0x1.27038859c6c6bp-3, 0x1.010b1f4dfe099p-3,
                            -0x1.c8ef982721cfdp-4, 0x1.9ad790abea222p-4});
  const V q = nested_polynomial(
      z, {0x1.b0ee6072093cep-2, 0x1.4a34cc4a60fa6p-2, -0x1.13e001a5584a8p-4, 0x1.51322ac7d9e99p-6,
          -0x1.e404fafcf68dep-8, 0x1.7add6da8e5c1cp-9, -0x1.38c99e0712390p-10, 0x1.0b50c3da79561p-11});
  return z * select(near_1, p, q);
}
/// digamma(x) = z p(z), z = x - 1.46…, within zero_radius of this zero, relatively accurate.
template <class V>
V digamma_near_zero(V x) {
  const V z = (x - constant<V>(0x1.762d86356be3fp+0)) - constant<V>(0x1.b86a722197829p-54);
  return z * nested_polynomial(z, {0x1.ef72bc8ee38acp-1, -0x1.c563b54aa1a2dp-2, 0x1.08b4294d5037bp-2,
                                   -0x1.4fc131729324cp-3, 0x1.b9a5b637603f6p-4, -0x1.27bab37ab8990p-4,
                                   0x1.8fcdf9951d0e8p-5, -0x1.0fef0c76e14bfp-5, 0x1.729e993259237p-6});
}

/// a - n for the integer n nearest to a.
template <class V>
V from_nearest_integer(V a) {
  return a - round_even(a);
}
/// sin and cos of pi f for 0 <= f <= 1/2.
template <class V>
struct SinCos {
  Pair<V> sine;
  Pair<V> cosine;
};
template <class V>
SinCos<V> sin_cos_pi(V f) {
  const Mask<V> upper = f > constant<V>(0.25);
  const V rest = select(upper, constant<V>(0.5) - f, f);
  const Pair<V> r = multiply_pair(Pair<V>{constant<V>(0x1.921fb54442d18p+1), constant<V>(0x1.1a62633145c07p-53)}, rest);
  const Angle<V> angle{r.high, r.low, constant_bits<V>(0)};
  const Pair<V> s = sin_pair(angle);
  const Pair<V> c = cos_pair(angle);
  return {{select(upper, c.high, s.high), select(upper, c.low, s.low)},
          {select(upper, s.high, c.high), select(upper, s.low, c.low)}};
}
/// cot(pi a); infinite at integers.
template <class V>
Pair<V> cot_pi(V a) {
  const V f = from_nearest_integer(a);
  const SinCos<V> at = sin_cos_pi(abs(f));
  const Pair<V> y = divide_pair(at.cosine, at.sine);
  return {copysign(constant<V>(1), f) * y.high, copysign(constant<V>(1), f) * y.low};
}

}  // namespace detail

/// log |gamma(x)|; infinite at 0, -1, -2, … Relative accuracy, but absolute near the zeros below 0.
template <class V>
V lgamma(V x) {
  if constexpr (!format<V>::is_double) {
    return convert<float>(lgamma(convert<double>(x)));
  } else {
    const Mask<V> at_zero = either(x == constant<V>(1), x == constant<V>(2));
    const Mask<V> near_1 = abs(x - constant<V>(1)) < detail::zero_radius<V>();
    const Mask<V> near_2 = abs(x - constant<V>(2)) < detail::zero_radius<V>();
    const V away = detail::lgamma_positive(x).high;
    const V near = rare(either(near_1, near_2), [&] { return detail::lgamma_near_zero(x, near_1); }, away);
    const V positive = select(at_zero, constant<V>(0), near);
    const auto slow = [&] {
      const V a = abs(x);
      const V zero = constant<V>(0);
      // log(pi / (a |sin(pi a)|)) - lgamma(a)
      const V f = abs(detail::from_nearest_integer(a));
      const Pair<V> log_sine = detail::log_of_pair(multiply_pair(detail::sin_cos_pi(f).sine, a));
      const Pair<V> at_a = detail::lgamma_positive(a);
      const Pair<V> sum = add(log_sine, at_a);
      const Pair<V> mirrored = add(Pair<V>{constant<V>(0x1.250d048e7a1bdp+0), constant<V>(0x1.7abf2ad8d5088p-57)},
                                   Pair<V>{-sum.high, -sum.low});
      const V log_a = log(a);
      const V large = select(a < infinity<V>(), x * (log_a - constant<V>(1)), a);
      const V negative = select(f == zero, infinity<V>(), mirrored.high);
      const V value = select(x > constant<V>(1), large, select(a < constant<V>(0x1p-60), -log_a, negative));
      return select(x == x, select(a == infinity<V>(), a, value), x);
    };
    const Mask<V> common = both(x >= constant<V>(0x1p-1000), x < constant<V>(0x1p900));
    return rare(negate(common), slow, positive);
  }
}

namespace detail {

/// digamma(x) for 2^-1000 <= x < inf.
template <class V>
Pair<V> digamma_positive(V x) {
  const V one = constant<V>(1);
  const V zero = constant<V>(0);
  const Mask<V> small = x < constant<V>(8);
  // 1/x + … + 1/(x+7) = w' D'(w) / D(w), D = w (w + 6) (w + 10) (w + 12) = w^4 + 28 w^3 + 252 w^2 + 720 w
  const Pair<V> w = paired_factors(x);
  const auto times_w = [&](Pair<V> y, double c) { return add(multiply_pair(y, w), constant<V>(c)); };
  const Pair<V> four_w{constant<V>(4) * w.high, constant<V>(4) * w.low};
  const Pair<V> derivative = times_w(times_w(add(four_w, constant<V>(84)), 504), 720);
  const Pair<V> product = multiply_pair(times_w(times_w(add(w, constant<V>(28)), 252), 720), w);
  const Pair<V> sum = divide_pair(multiply_pair(derivative, two_sum(constant<V>(7), x + x)), product);

  const Pair<V> shifted = shifted_up(x, small);
  const Pair<V> inverse = divide_pair(Pair<V>{one, zero}, shifted);
  const V square = inverse.high * inverse.high;
  const V series = polynomial(square, {0x1.5555555555555p-4, -0x1.11111111110fap-7, 0x1.04104103f8954p-8,
                                       -0x1.111110ce86dd9p-8, 0x1.f07bc43ad755bp-8, -0x1.598457ac5d704p-6,
                                       0x1.5365acd88274ep-4, -0x1.a4c1f45c6b16fp-2, 0x1.c79f39a2a7be7p+0});
  const V minus_half = constant<V>(-0.5);
  const Pair<V> tail = add(log_of_pair(shifted), Pair<V>{inverse.high * minus_half, inverse.low * minus_half});
  return add(add(tail, -(square * series)), Pair<V>{select(small, -sum.high, zero), select(small, -sum.low, zero)});
}

}  // namespace detail

/// Derivative of lgamma; infinite at 0, NaN at -1, -2, … Relative accuracy, but absolute near the zeros below 0.
template <class V>
V digamma(V x) {
  if constexpr (!format<V>::is_double) {
    return convert<float>(digamma(convert<double>(x)));
  } else {
    const auto slow = [&] {
      const V a = abs(x);
      const V one = constant<V>(1);
      const V zero = constant<V>(0);
      // digamma(a) + 1/a + pi cot(pi a)
      const Pair<V> cot = multiply_pair(detail::cot_pi(a),
                                        Pair<V>{constant<V>(0x1.921fb54442d18p+1), constant<V>(0x1.1a62633145c07p-53)});
      const Pair<V> at_a = detail::digamma_positive(a);
      const Pair<V> mirrored = add(add(cot, at_a), divide_pair(Pair<V>{one, zero}, Pair<V>{a, zero}));
      const V negative = select(detail::from_nearest_integer(a) == zero, not_a_number<V>(), mirrored.high);
      const V value = select(a < constant<V>(0x1p-100), -one / x, negative);
      return select(x == infinity<V>(), x, select(x > -infinity<V>(), value, not_a_number<V>()));
    };
    const Mask<V> common = both(x >= constant<V>(0x1p-1000), x < infinity<V>());
    const Mask<V> near = abs(x - constant<V>(0x1.762d86356be3fp+0)) < detail::zero_radius<V>();
    const V away = detail::digamma_positive(x).high;
    const V positive = rare(near, [&] { return detail::digamma_near_zero(x); }, away);
    return rare(negate(common), slow, positive);
  }
}

namespace detail {

inline constexpr std::array<double, 15> bernoulli_numbers{// of index 2, 4, …
                                                          1.0 / 6,
                                                          -1.0 / 30,
                                                          1.0 / 42,
                                                          -1.0 / 30,
                                                          5.0 / 66,
                                                          -691.0 / 2730,
                                                          7.0 / 6,
                                                          -3617.0 / 510,
                                                          43867.0 / 798,
                                                          -174611.0 / 330,
                                                          854513.0 / 138,
                                                          -236364091.0 / 2730,
                                                          8553103.0 / 6,
                                                          -23749461029.0 / 870,
                                                          8615841276005.0 / 14322};

inline double factorial(int n) {
  double product = 1;
  for (int k = 2; k <= n; ++k) {
    product *= k;
  }
  return product;
}

template <class V>
Pair<V> power_of_pair(Pair<V> x, int n) {
  Pair<V> product = x;
  for (int k = 1; k < n; ++k) {
    product = multiply_pair(product, x);
  }
  return product;
}

/// n! times the Hurwitz zeta function of n + 1 and x > 0: the first terms, then Euler and Maclaurin's formula.
template <class V>
V factorial_zeta(int n, V x) {
  const int steps = 10 + n;
  const Pair<V> one{constant<V>(1), constant<V>(0)};
  Pair<V> sum = power_of_pair(divide_pair(one, Pair<V>{x, constant<V>(0)}), n + 1);
  for (int k = 1; k < steps; ++k) {
    sum = add(sum, power_of_pair(divide_pair(one, two_sum(x, constant<V>(k))), n + 1));
  }
  const Pair<V> inverse = divide_pair(one, two_sum(x, constant<V>(steps)));
  const V square = inverse.high * inverse.high;
  V series = constant<V>(0);
  for (int k = static_cast<int>(bernoulli_numbers.size()); k-- > 0;) {
    const int index = 2 * k + 2;
    double c = bernoulli_numbers[static_cast<std::size_t>(k)];
    for (int i = index + 1; i < n + index; ++i) {  // (n + index - 1)! / index!
      c *= i;
    }
    series = fma(series, square, constant<V>(c));
  }
  const double half = factorial(n) / 2;
  const Pair<V> linear = multiply_pair(inverse, constant<V>(half));
  const Pair<V> bracket = add(add(linear, constant<V>(factorial(n - 1))), square * series);
  const Pair<V> tail = multiply_pair(power_of_pair(inverse, n), bracket);
  return add(multiply_pair(sum, constant<V>(factorial(n))), tail).high;
}

/// The derivative of order n of pi cot(pi y) at y: pi^(n+1) p(cot), p_0 = c, p_(k+1) = -(1 + c^2) p_k'.
template <class V>
V cot_derivative(int n, V y) {
  std::vector<double> p{0, 1};
  for (int k = 0; k < n; ++k) {
    std::vector<double> next(p.size() + 1, 0.0);
    for (std::size_t i = 1; i < p.size(); ++i) {
      const double c = static_cast<double>(i) * p[i];
      next[i - 1] -= c;
      next[i + 1] -= c;
    }
    p = next;
  }
  Pair<double> scale{0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53};
  const Pair<double> pi = scale;
  for (int k = 0; k < n; ++k) {
    scale = multiply_pair(scale, pi);
  }
  const Pair<V> cot = cot_pi(y);
  Pair<V> sum{constant<V>(p.back()), constant<V>(0)};
  for (std::size_t i = p.size() - 1; i-- > 0;) {
    sum = add(multiply_pair(sum, cot), constant<V>(p[i]));
  }
  return multiply_pair(sum, Pair<V>{constant<V>(scale.high), constant<V>(scale.low)}).high;
}

}  // namespace detail

/// Derivative of order n >= 0 of digamma. At 0, -1, -2, …: infinite for odd n, else NaN (at 0: of the sign of the limit).
template <class V>
V polygamma(int n, V x) {
  if (n == 0) {
    return digamma(x);
  }
  if constexpr (!format<V>::is_double) {
    return convert<float>(polygamma(n, convert<double>(x)));
  } else {
    const double sign = n % 2 == 1 ? 1 : -1;
    const double range = std::ldexp(1.0, 900 / (n + 1));
    const auto slow = [&] {
      const V a = abs(x);
      const V one = constant<V>(1);
      const V zero = constant<V>(0);
      const auto divided = [&](double c, int times) {
        V value = constant<V>(c);
        for (int k = 0; k < times; ++k) {
          value = value / x;
        }
        return value;
      };
      const V near = divided(sign * detail::factorial(n), n + 1);
      const V far = divided(sign * detail::factorial(n - 1), n);
      const V mirrored = -(detail::factorial_zeta(n, a + one) + detail::cot_derivative(n, x));
      const V at_pole = n % 2 == 1 ? infinity<V>() : not_a_number<V>();
      const V negative = select(detail::from_nearest_integer(a) == zero, at_pole, mirrored);
      const V value = select(a < constant<V>(1 / range), near, select(x > zero, far, negative));
      return select(x > -infinity<V>(), value, not_a_number<V>());
    };
    const Mask<V> common = both(x >= constant<V>(1 / range), x <= constant<V>(range));
    return rare(negate(common), slow, constant<V>(sign) * detail::factorial_zeta(n, x));
  }
}

}  // namespace downhill::scalar
