#!/usr/bin/env python3
"""Prints the coefficients of src/ops/formula/: `tools/coefficients/formulas.py [name ...]` (needs mpmath; takes minutes)."""
import sys

from mpmath import (asin, atan, atanh, bernoulli, cos, digamma, erf, erfc, exp, expm1, log, loggamma, mp, mpf, pi,
                    power, sin, sqrt, tanh)

from minimax import rounded_minimax, show

near_0 = mpf(10) ** -30


def odd(f, first, z):
    """(f(x)/x - first)/z with z = x^2."""
    x = sqrt(z)
    return (f(x) / x - first) / z


def fit(name, function, low, high, terms, single=False, weight=None):
    if len(sys.argv) == 1 or name in sys.argv[1:]:
        show(name + (" f32" if single else " f64"), rounded_minimax(function, low, high, terms, single, weight))


half_ln2 = log(mpf(2)) / 2 * mpf("1.0005")


def exp_tail(r):
    return (expm1(r) - r) / r**2 if abs(r) > near_0 else mpf(1) / 2


for single, terms in ((False, 10), (True, 5)):
    fit("exp", exp_tail, -half_ln2, half_ln2, terms, single, lambda r: r * r / exp(r))
    fit("expm1", exp_tail, -half_ln2, half_ln2, terms, single, lambda r: abs(r * r / expm1(r)))
for single, terms in ((False, 11), (True, 6)):
    fit("exp2", lambda r: expm1(r * log(mpf(2))) / r if r != 0 else log(mpf(2)), -mpf("0.5001"), mpf("0.5001"), terms,
        single, lambda r: abs(r) / power(2, r))

s_max = (sqrt(mpf(2)) - 1) / (sqrt(mpf(2)) + 1) * mpf("1.0005")


def log_tail(w):
    return odd(lambda s: 2 * atanh(s), 2, w) if w > near_0 else mpf(2) / 3


for single, terms in ((False, 7), (True, 3)):
    fit("log", log_tail, 0, s_max**2, terms, single, lambda w: w / 2)
fit("log_to_65_bits", lambda w: (log_tail(w) - mpf(2) / 3) / w if w > near_0 else mpf(2) / 5, 0, s_max**2, 7, False,
    lambda w: w * w / 2)
fit("cbrt", lambda m: m ** (-mpf(1) / 3), sqrt(mpf("0.5")), sqrt(mpf(2)), 5)

quarter = pi / 4 * mpf("1.002")
for single, terms in ((False, 6), (True, 3)):
    fit("sin_tail", lambda z: odd(sin, 1, z) if z > near_0 else -mpf(1) / 6, 0, quarter**2, terms, single, lambda z: z)
    fit("cos_tail", lambda z: (cos(sqrt(z)) - 1 + z / 2) / z**2 if z > near_0 else mpf(1) / 24, 0, quarter**2, terms,
        single, lambda z: z * z / cos(sqrt(z)))
for single, terms, reach in ((False, 8, "1.00001"), (True, 4, "1.001")):
    fit("sin_of_half_turn", lambda z: odd(sin, 1, z) if z > near_0 else -mpf(1) / 6, 0, (pi / 2 * mpf(reach)) ** 2, terms,
        single, lambda z: z * sqrt(z) / sin(sqrt(z)))
for single, terms in ((False, 12), (True, 5)):
    fit("asin", lambda z: odd(asin, 1, z) if z > near_0 else mpf(1) / 6, 0, mpf("0.2502"), terms, single, lambda z: z)
for single, terms in ((False, 13), (True, 6)):
    fit("atan", lambda z: odd(atan, 1, z) if z > near_0 else -mpf(1) / 3, 0, mpf("0.6005") ** 2, terms, single,
        lambda z: z)
fit("tanh", lambda z: odd(tanh, 1, z) if z > near_0 else -mpf(1) / 3, 0, mpf("0.36"), 5, True, lambda z: z)

two_over_root_pi = 2 / sqrt(pi)
fit("erf", lambda z: odd(erf, two_over_root_pi, z) if z > near_0 else -two_over_root_pi / 3, 0, mpf("1.001"), 11, False,
    lambda z: z)


def scaled_erfc(u, a):
    x = 1 / u - a
    return exp(x * x) * erfc(x) / u


fit("erfc", lambda v: scaled_erfc((v + mpf(9) / 8) / 8, 4), 8 / mpf("32.1") - mpf(9) / 8, mpf(7) / 8, 24)
fit("erf_far", lambda v: scaled_erfc((v + mpf(11) / 6) / 8, 2), -mpf(5) / 6, mpf(5) / 6, 13, False,
    lambda v: erfc(8 / (v + mpf(11) / 6) - 2) / scaled_erfc((v + mpf(11) / 6) / 8, 2))


def stirling(w):
    """(log gamma(X) - (X - 1/2) log X + X - log(2 pi)/2) X less 1/12, over w = X^-2."""
    if w < mpf(10) ** -6:
        return sum(bernoulli(2 * k) / (2 * k * (2 * k - 1)) * w ** (k - 2) for k in range(2, 11))
    x = 1 / sqrt(w)
    return ((loggamma(x) - (x - mpf(1) / 2) * log(x) + x - log(2 * pi) / 2) * x - mpf(1) / 12) / w


def digamma_tail(w):
    """(log X - 1/(2 X) - digamma(X)) / w less 1/12, over w = X^-2."""
    if w < mpf(10) ** -6:
        return sum(bernoulli(2 * k) / (2 * k) * w ** (k - 2) for k in range(2, 11))
    x = 1 / sqrt(w)
    return ((log(x) - 1 / (2 * x) - digamma(x)) / w - mpf(1) / 12) / w


fit("lgamma", stirling, 0, mpf("1.001") / 64, 7, False, lambda w: w * 12)
fit("digamma", digamma_tail, 0, mpf("1.001") / 64, 8, False, lambda w: w * 12)
