#pragma once
#include "ops/formula/exponential.hpp"

/// erf, erfc, the normal distribution, and e^(-x^2) without the rounding of x^2.
namespace downhill::scalar {

namespace detail {

/// e^-(square.high + square.low) * factor, square.high >= 0, the exponent split off until the end so that a subnormal
/// product is rounded once.
template <class V>
V exp_minus_square(Pair<V> square, Pair<V> factor) {
  const V limit = constant<V>(800);
  const V exponent = select(square.high > limit, -limit, -square.high);
  const ExpPair<V> e = exp_pair(exponent);
  const V e_low = fma(e.high, -square.low, e.low);
  const V product = e.high * factor.high;
  const V rest = fma(e.high, factor.high, -product) + fma(e.high, factor.low, e_low * factor.high);
  const V y = product + rest;
  return rare(
      negate(square.high < constant<V>(700)), [&] { return scale(y, integer_of_shifted(e.shifted)); },
      scale_by_shifted(y, e.shifted));
}

/// x^2 for 0 <= x <= 40; larger ones are as good as 40, their low part 0.
template <class V>
Pair<V> bounded_square(V x) {
  const V limit = constant<V>(40);
  const V bounded = select(x > limit, limit, x);
  return two_product(bounded, bounded);
}

/// e^(x^2) erfc(x) for x >= 0: g = u h with u = 1 / (x + 4) and h a polynomial in v = 8 u - 9/8, |v| <= 7/8; good up to
/// 28. What u lacks is made up for by g' = 2 x g - 2/sqrt(pi).
template <class V>
Pair<V> scaled_erfc(Pair<V> x) {
  const V one = constant<V>(1);
  const V limit = constant<V>(28);
  const V bounded = select(x.high > limit, limit, x.high);
  const Pair<V> d = two_sum(constant<V>(4), bounded);
  const V u = one / d.high;
  const V lack = fma(-u, d.low + x.low, fma(-u, d.high, one));
  const V v = fma(constant<V>(8), u, constant<V>(-1.125));
  const V rest = nested_polynomial(
      v, {0x1.02bfff5f3fe7cp+0,   0x1.792f364cf2bcfp-1,   0x1.d671b460d5393p-2,   0x1.eccbcbc669336p-3,
          0x1.a267a16209ff6p-4,   0x1.0a65e66d32f10p-5,   0x1.8c9813f4a23aep-8,   -0x1.cb1667dfa04efp-12,
          -0x1.69f6ccb5a7f79p-11, -0x1.4840da29158f4p-13, 0x1.0d064115a0804p-15,  0x1.90cd5198c74a7p-16,
          0x1.508440268dfa3p-21,  -0x1.7353449d3f19bp-19, -0x1.b409e04a52db5p-22, 0x1.57c4f756a1e14p-22,
          0x1.3f2c1a7adf744p-24,  -0x1.559b959723212p-25, -0x1.65940c0d34cacp-27, 0x1.4880e94c4801fp-28,
          0x1.02dc64beb0fa3p-30,  -0x1.9843e3483354ap-32});
  const Pair<V> linear = two_sum(constant<V>(0x1.32b1220caf334p+0), v * rest);
  const V times_v = v * linear.high;
  Pair<V> h = two_sum(constant<V>(0x1.3b35b725c71c9p+0), times_v);
  h.low = h.low + fma(v, linear.low, fma(v, linear.high, -times_v));
  const V product = u * h.high;
  const V slope = fma(bounded * constant<V>(-2), product, constant<V>(0x1.20dd750429b6dp+0));
  return {product, fma(u, h.high, -product) + fma(u, h.low, slope * (lack * d.high))};
}

/// The polynomial in t with coefficients `first` where `mask` holds and `second` elsewhere.
template <class V, std::size_t N>
V polynomial_of_two(Mask<V> mask, V t, const double (&first)[N], const double (&second)[N]) {
  const auto coefficient = [&](std::size_t i) { return select(mask, constant<V>(first[i]), constant<V>(second[i])); };
  const V square = t * t;
  V one = coefficient(N - 1);
  V other = coefficient(N - 2);
  for (std::size_t i = N - 2; i-- > 0;) {
    const V next = fma(one, square, coefficient(i));
    one = other;
    other = next;
  }
  return fma(one, t, other);
}

}  // namespace detail

/// e^(-x^2), to full precision far out, where exp(-(x * x)) loses digits.
template <class V>
V gaussian(V x) {
  if constexpr (!format<V>::is_double) {
    const auto wide = convert<double>(x);
    return convert<float>(exp(-(wide * wide)));
  } else {
    return detail::exp_minus_square(detail::bounded_square(abs(x)), Pair<V>{constant<V>(1), constant<V>(0)});
  }
}

/// 2/sqrt(pi) times the integral of e^(-t^2) from 0 to x.
template <class V>
V erf(V x) {
  if constexpr (!format<V>::is_double) {
    return convert<float>(erf(convert<double>(x)));
  } else {
    // far out: 1 - e^(-a^2) u h, u = 1 / (a + 2), h a polynomial in v = 8 u - 11/6; 1 from 6 on
    const V limit = constant<V>(6);
    const V a = abs(x);
    const V b = select(a > limit, limit, a);
    const V z = b * b;
    const V u = constant<V>(1) / (b + constant<V>(2));
    const Mask<V> far = a > constant<V>(0.9375);
    const V t = select(far, fma(constant<V>(8), u, constant<V>(-11.0 / 6)), z);
    const V p = detail::polynomial_of_two(
        far, t,
        {0x1.eeb6bf0e73846p-1, 0x1.48643022518cfp-2, 0x1.13f9186fa0bf6p-4, 0x1.614e9912d7a0cp-8, -0x1.2f3d27958ab36p-10,
         -0x1.0240b2cd3a475p-12, 0x1.44962800d9b41p-15, 0x1.4a5c3ebc6cbd0p-17, -0x1.343498e249007p-19,
         -0x1.6bc08d3fcabcep-22, 0x1.8b94a2fa72d85p-23, -0x1.810f67f92a769p-26},
        {-0x1.812746b0379e7p-2, 0x1.ce2f21a042bbap-4, -0x1.b82ce31287ac4p-6, 0x1.565bcd0e32b54p-8,
         -0x1.c02db3f287881p-11, 0x1.f9a324d09afc9p-14, -0x1.f4d22206ef0a0p-17, 0x1.b9e2983761450p-20,
         -0x1.5f3ef34de0553p-23, 0x1.f92f805ac0bb8p-27, -0x1.3d9e2eb845cb2p-30, 0x1.14ccf740b09e7p-34});
    const V small = fma(a, constant<V>(0x1.20dd750429b6dp+0), a * fma(z, p, constant<V>(0x1.1ae3a914fed80p-56)));
    const detail::ExpReduced<V> reduced = detail::exp_reduce(-z);
    const V r = reduced.high + reduced.low;
    const V e =
        detail::scale_by_shifted(fma(r, fma(r, detail::exp_tail(r), constant<V>(1)), constant<V>(1)), reduced.shifted);
    const V large = fma(-(u * p), e, constant<V>(1));
    return copysign(select(far, large, small), x);
  }
}

/// 1 - erf(x), accurate where that is small.
template <class V>
V erfc(V x) {
  if constexpr (!format<V>::is_double) {
    return convert<float>(erfc(convert<double>(x)));
  } else {
    const V a = abs(x);
    const V y = detail::exp_minus_square(detail::bounded_square(a), detail::scaled_erfc(Pair<V>{a, constant<V>(0)}));
    return select(x < constant<V>(0), constant<V>(2) - y, y);
  }
}

/// Distribution function of the normal distribution: erfc(-x / sqrt 2) / 2.
template <class V>
V normal_cdf(V x) {
  if constexpr (!format<V>::is_double) {
    return convert<float>(normal_cdf(convert<double>(x)));
  } else {
    const V a = abs(x);
    const V half = constant<V>(0.5);
    const Pair<V> square = detail::bounded_square(a);
    const V root_half = constant<V>(0x1.6a09e667f3bcdp-1);
    const V argument = a * root_half;
    const V near = constant<V>(40);
    const V argument_low =
        select(a < near, fma(a, root_half, -argument) + a * constant<V>(-0x1.bdd3413b26456p-55), constant<V>(0));
    const Pair<V> factor = detail::scaled_erfc(Pair<V>{argument, argument_low});
    const V y = detail::exp_minus_square(Pair<V>{half * square.high, half * square.low},
                                         Pair<V>{half * factor.high, half * factor.low});
    return select(x > constant<V>(0), constant<V>(1) - y, y);
  }
}

/// Density of the normal distribution: e^(-x^2 / 2) / sqrt(2 pi).
template <class V>
V normal_pdf(V x) {
  if constexpr (!format<V>::is_double) {
    return convert<float>(normal_pdf(convert<double>(x)));
  } else {
    const Pair<V> square = detail::bounded_square(abs(x));
    const V half = constant<V>(0.5);
    return detail::exp_minus_square(Pair<V>{half * square.high, half * square.low},
                                    Pair<V>{constant<V>(0x1.9884533d43651p-2), constant<V>(-0x1.cbc0d30ebfd15p-56)});
  }
}

}  // namespace downhill::scalar
