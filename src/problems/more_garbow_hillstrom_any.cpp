#include <downhill/control.hpp>

#include <cmath>

#include "problems/families.hpp"
#include "problems/notation.hpp"

/// Problems 21-26, 32-35 of Moré, Garbow & Hillstrom: any number of variables.
namespace downhill::problems {
namespace {

constexpr auto family = TestProblem::Family::more_garbow_hillstrom;
constexpr double weight = 1e-5;

Array extended_rosenbrock(const Array& x) {
  const Array a = part(x, 0, {}, 2), b = part(x, 1, {}, 2);
  return stack({10 * (b - square(a)), 1 - a});
}

Array extended_powell_singular(const Array& x) {
  const Array a = part(x, 0, {}, 4), b = part(x, 1, {}, 4), c = part(x, 2, {}, 4), d = part(x, 3, {}, 4);
  return stack({a + 10 * b, sqrt(5.0) * (c - d), square(b - 2 * c), sqrt(10.0) * square(a - d)});
}

Array penalty_1(const Array& x) { return together({std::sqrt(weight) * (x - 1), sum(square(x)) - 0.25}); }

Array penalty_2(const Array& x) {
  const std::int64_t n = x.size();
  const Array i = integers(n);
  const Array e = exp(x / 10), y = exp(i / 10);
  const Array pairs = part(e, 1) + part(e, 0, -1) - part(y, 1) - part(y, 0, -1);
  return together({at(x, 0) - 0.2, std::sqrt(weight) * pairs, std::sqrt(weight) * (part(e, 1) - std::exp(-0.1)),
                   sum((count(x) + 1 - i) * square(x)) - 1});
}

Array variably_dimensioned(const Array& x) {
  const Array s = sum(integers(x.size()) * (x - 1));
  return together({x - 1, s, square(s)});
}

Array trigonometric(const Array& x) {
  const Array c = cos(x);
  return count(x) - sum(c) + integers(x.size()) * (1 - c) - sin(x);
}

Array linear_full_rank(const Array& x) {
  const double n = count(x);
  const Array common = -(1 / n) * sum(x) - 1;  // m = 2n
  return together({x + common, broadcast_to(common, x.shape())});
}

Array linear_rank_1(const Array& x) { return integers(2 * x.size()) * sum(integers(x.size()) * x) - 1; }

Array linear_rank_1_zeros(const Array& x) {
  const std::int64_t n = x.size();
  const Array inner = sum(part(integers(n), 1, -1) * part(x, 1, -1));
  return together({-1.0, part(arange(2 * n), 1, -1) * inner - 1, -1.0});
}

/// means of the shifted Chebyshev polynomials T_1 … T_n over the points x, less their integrals.
Array chebyquad(const Array& x) {
  const std::int64_t n = x.size();
  const Array t = 2 * x - 1;
  const auto next = [t](std::span<const Array> carry, std::span<const Array>) {
    return ScanStep{{carry[1], 2 * t * carry[1] - carry[0]}, {mean(carry[1])}};
  };
  const Array means = scan(next, {ones(x.shape()), t}, {}, n).outputs[0];
  const Array i = integers(n);
  const Array is_even = equal(floor(i / 2) * 2, i);
  return means + where(is_even, 1 / (square(i) - where(is_even, 1.0, 2.0)), 0.0);
}

KnownPoints penalty_1_points(std::int64_t n) {
  const auto at_equal = [n](double value, double v) {
    return KnownPoints{{Kind::global_minimum, value, everywhere(v)(n)}};
  };
  if (n == 4) return at_equal(0.000022499775008999370057, 0.250007499587537871);
  if (n == 10) return at_equal(0.000070876514670903694431, 0.158122301113116355);
  return best_known({{100, 0.0009024909768042965}, {1000, 0.009686175432445435}})(n);
}

KnownPoints penalty_2_points(std::int64_t n) {
  if (n == 4) {
    return {{Kind::global_minimum,
             9.3762930073554415366e-6,
             {0.199999333350380385, 0.191316700992772451, 0.480101485332623167, 0.518845404390200593}}};
  }
  return best_known({{10, 0.00029366053745674593788}})(n);
}

/// Σ_j j x_j = 3 / (2m + 1) with m = 2n, met by the first variable alone.
KnownPoints linear_rank_1_points(std::int64_t n) {
  const double m = 2 * static_cast<double>(n);
  return {{Kind::global_minimum, m * (m - 1) / (2 * (2 * m + 1)), beginning({3 / (2 * m + 1)}, 0)(n)}};
}

KnownPoints linear_rank_1_zeros_points(std::int64_t n) {
  const double m = 2 * static_cast<double>(n);
  return {{Kind::global_minimum, (m * m + 3 * m - 6) / (2 * (2 * m - 3)), beginning({0, 3 / (2 * (2 * m - 3))}, 0)(n)}};
}

KnownPoints chebyquad_points(std::int64_t n) {
  if (n <= 7 || n == 9) return {{Kind::global_minimum, 0}};
  if (n == 10) return {{Kind::best_known, 4.77271369638e-3}, {Kind::minimum, 6.50395480110e-3}};
  return best_known({{8, 3.5168737256779e-3}})(n);
}

}  // namespace

std::vector<TestProblem> more_garbow_hillstrom_any() {
  return {
      {.name = "extended_rosenbrock",
       .family = family,
       .doc = "copies of Rosenbrock's valley side by side",
       .paper = "Spedicato, CISE-N-175, Segrate 1975; MGH 21",
       .dimensions = multiples(10, 2, 2),
       .start = repeated({-1.2, 1}),
       .residuals = extended_rosenbrock,
       .known = minimum_everywhere(1)},

      {.name = "extended_powell_singular",
       .alias = "powellsg",
       .family = family,
       .doc = "copies of Powell's singular function side by side",
       .paper = "Spedicato, CISE-N-175, Segrate 1975; MGH 22",
       .dimensions = multiples(12, 4, 4),
       .start = repeated({3, -1, 0, 1}),
       .residuals = extended_powell_singular,
       .known = minimum_everywhere(0)},

      {.name = "penalty_1",
       .alias = "penalty1",
       .family = family,
       .doc = "a sphere, and a slope 1e-5 as steep along it",
       .paper = "Gill, Murray & Pitfield, NPL NAC 11, 1972; MGH 23",
       .notes = "2.24997e-4, which CUTEst gives for n = 4, is a misprint of 2.2499775e-5",
       .dimensions = any(10, 1),
       .start = each([](double i, double) { return i; }),
       .residuals = penalty_1,
       .known = penalty_1_points},

      {.name = "penalty_2",
       .alias = "penalty2",
       .family = family,
       .doc = "weights 1e-5 beside 1, curved",
       .paper = "Gill, Murray & Pitfield, NPL NAC 11, 1972; MGH 24",
       .dimensions = any(10, 2),
       .start = everywhere(0.5),
       .residuals = penalty_2,
       .known = penalty_2_points},

      {.name = "variably_dimensioned",
       .alias = "vardim",
       .family = family,
       .doc = "a fourth power along one direction: 1e22 at the start for n = 1000",
       .paper = "Moré, Garbow & Hillstrom, TOMS 7 (1981) 17-41, problem 25",
       .dimensions = any(10, 1),
       .start = each([](double i, double n) { return 1 - i / n; }),
       .residuals = variably_dimensioned,
       .known = minimum_everywhere(1)},

      {.name = "trigonometric",
       .family = family,
       .doc = "several minima close together",
       .paper = "Spedicato, CISE-N-175, Segrate 1975; MGH 26",
       .notes = "a local minimum 2.79506e-5 at n = 10 lies near the path from the start",
       .dimensions = any(10, 1),
       .start = each([](double, double n) { return 1 / n; }),
       .residuals = trigonometric,
       .known =
           [](std::int64_t n) {
             KnownPoints list = minimum_everywhere(0)(n);
             if (n == 10) list.push_back({Kind::minimum, 2.7950561218796e-5});
             return list;
           }},

      {.name = "linear_full_rank",
       .alias = "arglina",
       .family = family,
       .doc = "linear least squares, m = 2n",
       .paper = "Moré, Garbow & Hillstrom, TOMS 7 (1981) 17-41, problem 32",
       .dimensions = any(10, 1),
       .start = everywhere(1),
       .residuals = linear_full_rank,
       .known = [](std::int64_t n) { return minimum_everywhere(-1, static_cast<double>(n))(n); }},

      {.name = "linear_rank_1",
       .alias = "arglinb",
       .family = family,
       .doc = "linear least squares of rank 1, m = 2n: a plane of minima",
       .paper = "Moré, Garbow & Hillstrom, TOMS 7 (1981) 17-41, problem 33",
       .dimensions = any(10, 1),
       .start = everywhere(1),
       .residuals = linear_rank_1,
       .known = linear_rank_1_points},

      {.name = "linear_rank_1_zeros",
       .alias = "arglinc",
       .family = family,
       .doc = "linear least squares of rank 1 with zero rows and columns, m = 2n",
       .paper = "Moré, Garbow & Hillstrom, TOMS 7 (1981) 17-41, problem 34",
       .dimensions = any(10, 3),
       .start = everywhere(1),
       .residuals = linear_rank_1_zeros,
       .known = linear_rank_1_zeros_points},

      {.name = "chebyquad",
       .alias = "chebyqad",
       .family = family,
       .doc = "equal-weight quadrature points: zero residuals for n = 1…7 and 9 only",
       .paper = "Fletcher, Computer J. 8 (1965) 33-41; MGH 35",
       .notes = "n = 10 has the further minimum 6.50395e-3, where most methods end",
       .dimensions = any(8, 1, 100),
       .start = each([](double i, double n) { return i / (n + 1); }),
       .residuals = chebyquad,
       .known = chebyquad_points},
  };
}

}  // namespace downhill::problems
