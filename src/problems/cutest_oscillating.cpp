#include <cmath>

#include "problems/families.hpp"
#include "problems/notation.hpp"

/// Families with sines, cosines and exponentials.
namespace downhill::problems {
namespace {

constexpr auto family = TestProblem::Family::cutest;

Array cosine(const Array& x) { return sum(cos(square(part(x, 0, -1)) - 0.5 * part(x, 1))); }

/// e^(12 (i-1) / (n-1))
Numbers scales(std::int64_t n) {
  return each([](double i, double size) { return std::exp(12 * (i - 1) / (size - 1)); })(n);
}

Array scosine(const Array& x) { return cosine(exp(12 * arange(x.size()) / static_cast<double>(x.size() - 1)) * x); }

Array eg2(const Array& x) { return sum(sin(at(x, 0) + square(part(x, 0, -1)) - 1)) + 0.5 * sin(square(at(x, -1))); }

Array genhumps(const Array& x) {
  const Array s = square(sin(20 * x)), q = 0.05 * square(x);
  return sum(part(s, 0, -1) * part(s, 1) + part(q, 0, -1) + part(q, 1));
}

Array indefinite_part(const Array& x) { return 0.5 * sum(cos(2 * part(x, 1, -1) - at(x, -1) - at(x, 0))); }

Array indef(const Array& x) { return sum(x) + indefinite_part(x); }

Array indefm(const Array& x) { return 100 * sum(sin(0.01 * x)) + indefinite_part(x); }

constexpr double mancino_beta = 14;

/// Σ_(j≠i) v_ij (sin⁵ log v_ij + cos⁵ log v_ij), v_ij = sqrt(x_j² + i/j)
Array mancino(const Array& x) {
  const std::int64_t n = x.size();
  const Array i = integers(n);
  const auto term = [](const Array& v) { return v * (pow(sin(log(v)), 5) + pow(cos(log(v)), 5)); };
  const Array all = sum(term(sqrt(square(x) + reshape(i, {n, 1}) / i)), Axes{{1}});
  const Array own = term(sqrt(square(x) + 1));
  const double size = static_cast<double>(n);
  return all - own + mancino_beta * size * x + cube(i - size / 2);
}

/// x_i = -β n / (β²n² - 36 (n-1)²) (Σ_j v_ij(0) (…) + (i - n/2)³)
Numbers mancino_start(std::int64_t n) {
  const double size = static_cast<double>(n);
  const double f = mancino_beta * size, a = -f / (f * f - 36 * (size - 1) * (size - 1));
  return each([a](double i, double count) {
    double h = 0;
    for (double j = 1; j <= count; ++j) {
      const double v = std::sqrt(i / j), l = std::log(v);
      if (j != i) h += v * (std::pow(std::sin(l), 5) + std::pow(std::cos(l), 5));
    }
    return a * (h + std::pow(i - count / 2, 3));
  })(n);
}

constexpr double short_pi = 3.141593;  // as published

Array schmvett(const Array& x) {
  const Array a = part(x, 0, -2), b = part(x, 1, -1), c = part(x, 2);
  return -sum(1 / (1 + square(a - b)) + sin((short_pi * b + c) / 2) + exp(-square((a + c) / b - 2)));
}

Array sensors(const Array& x) {
  const Array rows = reshape(x, {x.size(), 1});
  return -sum(square(sin(rows) * sin(x) * sin(rows - x)));
}

/// The middle terms as collections decode them, without the squares that were meant.
Array sinquad(const Array& x) {
  const Array a = at(x, 0), z = at(x, -1), middle = part(x, 1, -1);
  return fourth(a - 1) + sum(sin(middle - z) - square(a) + square(middle)) + square(square(z) - square(a));
}

Array sinquad2(const Array& x) {
  const Array a = at(x, 0), z = at(x, -1), middle = part(x, 1, -1);
  return together({square(a - 1), sin(middle - z) - square(a) + square(middle), square(z) - square(a)});
}

Array tointgss(const Array& x) {
  const double n = count(x);
  const Array q = square(part(x, 2));
  return sum((10 / (n - 2) + q) * (2 - exp(-square(part(x, 0, -2) - part(x, 1, -1)) / (0.1 + q))));
}

/// -(n - 1): every cosine is -1.
KnownPoints all_cosines(std::int64_t n) { return {{Kind::global_minimum, -static_cast<double>(n - 1)}}; }

KnownPoints schmvett_points(std::int64_t n) {
  const double v = 3.14159265358979323846 / (1 + short_pi);
  return {{Kind::global_minimum, -3 * static_cast<double>(n - 2), everywhere(v)(n)}};
}

}  // namespace

std::vector<TestProblem> cutest_oscillating() {
  return {
      {.name = "cosine",
       .family = family,
       .doc = "cosines of neighbours: many minima of one value",
       .paper = "Gould, CUTE",
       .dimensions = any(100),
       .start = everywhere(1),
       .loss = cosine,
       .known = all_cosines},
      {.name = "eg2",
       .family = family,
       .doc = "sines that share one variable: many local minima",
       .paper = "Conn, Gould & Toint, LANCELOT, 1992, chapter 1",
       .dimensions = any(100),
       .start = everywhere(0),
       .loss = eg2,
       .known = best_known({{10, -8.947510890325267}, {100, -98.94740268183551}, {1000, -998.9473933009701}})},
      {.name = "genhumps",
       .family = family,
       .doc = "a bowl full of humps, from far away",
       .paper = "Yuan 1997, in CUTE",
       .dimensions = any(5),
       .start = beginning({-506}, -506.2),
       .loss = genhumps,
       .known = minimum_everywhere(0)},
      {.name = "indef",
       .family = family,
       .doc = "linear and cosines: falls without bound, indefinite at the start",
       .paper = "Gould 1992, CUTE",
       .dimensions = any(50, 3),
       .start = each([](double i, double n) { return i / (n + 1); }),
       .loss = indef,
       .known = unbounded_below()},
      {.name = "indefm",
       .family = family,
       .doc = "slow sines and cosines: bounded, indefinite at the start",
       .paper = "Gould 2013, CUTEst",
       .dimensions = any(50, 3),
       .start = each([](double i, double n) { return i / (n + 1); }),
       .loss = indefm,
       .known = best_known({{50, -4958.3747553410221}})},
      {.name = "mancino",
       .family = family,
       .doc = "dense nonlinear equations, well-conditioned",
       .paper = "Spedicato, CISE-N-175, Segrate 1975; Buckley 1989, problem 51",
       .notes = "CUTEst subtracts (i - n/2)³, for which its start is not meant",
       .dimensions = any(20, 2, 500),
       .start = mancino_start,
       .residuals = mancino,
       .known = minimum_value(0)},
      {.name = "schmvett",
       .family = family,
       .doc = "sines, exponentials and quotients",
       .paper = "Schmidt & Vetters, reported in Toint 1983, problem 35",
       .notes = "published with 3.141593 for pi",
       .dimensions = any(100, 3),
       .start = everywhere(0.5),
       .loss = schmvett,
       .known = schmvett_points},
      {.name = "scosine",
       .family = family,
       .doc = "cosine in variables of sizes 1 to e^-12",
       .paper = "Gould, CUTE",
       .dimensions = any(10),
       .start =
           [](std::int64_t n) {
             Numbers x = scales(n);
             for (double& one : x) one = 1 / one;
             return x;
           },
       .loss = scosine,
       .known = all_cosines},
      {.name = "sensors",
       .family = family,
       .doc = "where to place sensors: dense, many minima",
       .paper = "Zhang, Optimal sensor placement, SIAM Rev. 34 (1992), after Wang",
       .dimensions = any(20, 2, 2000),
       .start = each([](double i, double n) { return i / n; }),
       .loss = sensors,
       .known = best_known({{20, -84.375}})},
      {.name = "sinquad",
       .family = family,
       .doc = "sines and quadratics that share two variables; bounded although it does not look it",
       .paper = "Gould, CUTE",
       .notes = "what CUTE computes; its -3 is no minimum, and squares on the middle terms were meant: sinquad2",
       .dimensions = any(100, 3),
       .start = everywhere(0.1),
       .loss = sinquad,
       .known = best_known({{10, -60.276059478713584}, {100, -4005.5846706273464}, {1000, -296055.2619296883}})},
      {.name = "sinquad2",
       .family = family,
       .doc = "squares of sines and quadratics; singular Hessian",
       .paper = "Gould, CUTEst",
       .dimensions = any(100, 3),
       .start = everywhere(0.1),
       .residuals = sinquad2,
       .known = minimum_everywhere(1)},
      {.name = "tointgss",
       .family = family,
       .doc = "Toint's Gaussian bells",
       .paper = "Toint, Test problems for partially separable optimization, FUNDP Namur 83/4, 1983",
       .dimensions = any(100, 3),
       .start = everywhere(3),
       .loss = tointgss,
       .known = minimum_everywhere(0, 10)},
  };
}

}  // namespace downhill::problems
