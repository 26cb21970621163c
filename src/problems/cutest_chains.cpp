#include <cmath>

#include "problems/families.hpp"
#include "problems/notation.hpp"

/// Families whose terms couple neighbours.
namespace downhill::problems {
namespace {

constexpr auto family = TestProblem::Family::cutest;

Array arwhead(const Array& x) {
  const Array a = part(x, 0, -1);
  return sum(square(square(a) + square(at(x, -1))) - 4 * a + 3);
}

Array bdqrtic(const Array& x) {
  const std::int64_t n = x.size();
  const Array a = part(x, 0, n - 4), q = square(x);
  const Array curved = part(q, 0, n - 4) + 2 * part(q, 1, n - 3) + 3 * part(q, 2, n - 2) + 4 * part(q, 3, n - 1);
  return together({3 - 4 * a, curved + 5 * at(q, -1)});
}

/// Links of Wood's function, two variables apart.
Array chained_wood(const Array& x) {
  const Array a = part(x, 0, -2, 2), b = part(x, 1, -1, 2), c = part(x, 2, {}, 2), d = part(x, 3, {}, 2);
  return sum(100 * square(b - square(a)) + square(1 - a) + 90 * square(d - square(c)) + square(1 - c) +
             10 * square(b + d - 2) + 0.1 * square(b - d)) +
         1;
}

Array cragg_levy(const Array& x) {
  const Array a = part(x, 0, -2, 2), b = part(x, 1, -1, 2), c = part(x, 2, {}, 2), d = part(x, 3, {}, 2);
  return sum(fourth(exp(a) - b) + 100 * pow(b - c, 6) + fourth(tan(c - d) + c - d) + pow(a, 8) + square(d - 1));
}

Array dixon3dq(const Array& x) { return together({at(x, 0) - 1, part(x, 1, -1) - part(x, 2), at(x, -1) - 1}); }

Array edensch(const Array& x) {
  const Array a = part(x, 0, -1), b = part(x, 1);
  return 16 + sum(fourth(a - 2) + square(a * b - 2 * b) + square(b + 1));
}

Array engval1(const Array& x) {
  const Array a = part(x, 0, -1), b = part(x, 1);
  return sum(square(square(a) + square(b)) - 4 * a + 3);
}

Array extrosnb(const Array& x) { return together({at(x, 0) - 1, 10 * (part(x, 1) - square(part(x, 0, -1)))}); }

Array fletchcr(const Array& x) {
  const Array a = part(x, 0, -1), b = part(x, 1);
  return stack({10 * (b - square(a)), 1 - a});
}

Array freuroth(const Array& x) {
  const Array a = part(x, 0, -1), b = part(x, 1);
  return stack({a - 13 + ((5 - b) * b - 2) * b, a - 29 + ((b + 1) * b - 14) * b});
}

Array genrose(const Array& x) {
  const Array a = part(x, 0, -1), b = part(x, 1);
  return 1 + sum(100 * square(b - square(a)) + square(b - 1));
}

Array liarwhd(const Array& x) { return stack({2 * (square(x) - at(x, 0)), x - 1}); }

Array nondia(const Array& x) { return together({at(x, 0) - 1, 10 * (at(x, 0) - square(part(x, 0, -1)))}); }

Array nondquar(const Array& x) {
  const Array inner = part(x, 0, -2) + part(x, 1, -1) + at(x, -1);
  return square(at(x, 0) - at(x, 1)) + square(at(x, -2) - at(x, -1)) + sum(fourth(inner));
}

/// Chebyshev's T_2 of one variable is the next: 2^(n-1) - 1 bends on the way to (1, …, 1).
Array oscipath(const Array& x) {
  const Array links = part(x, 1) - (2 * square(part(x, 0, -1)) - 1);
  return together({0.5 * (at(x, 0) - 1), std::sqrt(500.0) * links});
}

Array tquartic(const Array& x) { return together({at(x, 0) - 1, square(at(x, 0)) - square(part(x, 1))}); }

Array tridia(const Array& x) {
  const Array i = part(integers(x.size()), 1);
  return together({at(x, 0) - 1, sqrt(i) * (2 * part(x, 1) - part(x, 0, -1))});
}

Array broydn7d(const Array& x) {
  const std::int64_t n = x.size();
  const Array u = bordered(x, 1, 1);
  const Array near = (3 - 2 * x) * x - part(u, 0, n) - 2 * part(u, 2) + 1;
  const Array far = part(x, 0, n / 2) + part(x, n / 2);
  return sum(pow(abs(near), 7.0 / 3)) + sum(pow(abs(far), 7.0 / 3));
}

KnownPoints arwhead_points(std::int64_t n) {
  Numbers x = everywhere(1)(n);
  x.back() = 0;
  return {{Kind::global_minimum, 0, x}};
}

KnownPoints tridia_points(std::int64_t n) {
  return {{Kind::global_minimum, 0, each([](double i, double) { return std::exp2(1 - i); })(n)}};
}

}  // namespace

std::vector<TestProblem> cutest_chains() {
  return {
      {.name = "arwhead",
       .family = family,
       .doc = "every variable coupled to the last: an arrow-shaped Hessian",
       .paper = "Conn, Gould, Lescrenier & Toint, in Numerical Methods, CERFACS 1992, problem 55",
       .dimensions = any(100),
       .start = everywhere(1),
       .loss = arwhead,
       .known = arwhead_points},
      {.name = "bdqrtic",
       .family = family,
       .doc = "banded quartic coupled to the last variable",
       .paper = "Conn, Gould, Lescrenier & Toint, in Numerical Methods, CERFACS 1992, problem 61",
       .notes = "another collection halves it",
       .dimensions = any(100, 5),
       .start = everywhere(1),
       .residuals = bdqrtic,
       .known = best_known({{10, 18.281161753593537}, {100, 378.7691918086842}, {1000, 3983.817950576534}})},
      {.name = "broydn7d",
       .family = family,
       .doc = "powers 7/3: no third derivative; many local minima",
       .paper = "Toint, Math. Comp. 32 (1978) 839-851",
       .notes = "collections differ in sign and factor; the 1.2701 given for n = 10 is not reached: 1.26108 is",
       .dimensions = multiples(100, 2, 4),
       .start = everywhere(1),
       .loss = broydn7d,
       .known = best_known({{10, 1.2610818744496237}, {100, 30.136321875345189}, {1000, 1.2332474131119495}})},
      {.name = "chainwoo",
       .family = family,
       .doc = "Wood's function chained: a saddle in every link",
       .paper = "Conn, Gould & Toint, Math. Comp. 50 (1988) 399-430",
       .notes = "other tables start the variables from the fifth on at -2, 0, -2, 0, ...",
       .dimensions = multiples(100, 2, 4),
       .start = beginning({-3, -1, -3, -1}, -2),
       .loss = chained_wood,
       .known = minimum_everywhere(1, 1)},
      {.name = "cragglvy",
       .family = family,
       .doc = "powers 4, 6 and 8, tangents and exponentials",
       .paper = "Toint, Test problems for partially separable optimization, FUNDP Namur 83/4, 1983, problem 32",
       .notes = "the fourth power is of tan u + u in CUTEst, of tan u alone in other tables",
       .dimensions = multiples(100, 2, 4),
       .start = beginning({1}, 2),
       .loss = cragg_levy,
       .known = best_known({{100, 32.269911458581781}})},
      {.name = "dixon3dq",
       .family = family,
       .doc = "a tridiagonal quadratic of condition n²",
       .paper = "Dixon; Buckley, Test functions for unconstrained minimization, Dalhousie CS-3, 1989",
       .notes = "another collection halves it",
       .dimensions = any(100, 3),
       .start = everywhere(-1),
       .residuals = dixon3dq,
       .known = minimum_everywhere(1)},
      {.name = "edensch",
       .family = family,
       .doc = "easy chained quartic",
       .paper = "Li, The secant/finite difference algorithm, SIAM J. Optim., problem 157 of Buckley 1989",
       .dimensions = any(100),
       .start = everywhere(8),
       .loss = edensch,
       .known = best_known({{100, 603.28459202076465}})},
      {.name = "engval1",
       .family = family,
       .doc = "easy chained quartic",
       .paper = "Toint, Test problems for partially separable optimization, FUNDP Namur 83/4, 1983, problem 31",
       .notes = "0, which CUTEst gives, is a bound and not the minimum",
       .dimensions = any(100),
       .start = everywhere(2),
       .loss = engval1,
       .known = best_known({{10, 9.177469957181389}, {100, 109.08813614309213}, {1000, 1108.1947187850133}})},
      {.name = "extrosnb",
       .family = family,
       .doc = "Rosenbrock's valley as one long chain: nearly singular",
       .paper = "Toint, Test problems for partially separable optimization, FUNDP Namur 83/4, 1983, problem 10",
       .dimensions = any(100),
       .start = everywhere(-1),
       .residuals = extrosnb,
       .known = minimum_everywhere(1)},
      {.name = "fletchcr",
       .family = family,
       .doc = "chained Rosenbrock after Fletcher: hundreds of iterations",
       .paper = "Fletcher, An optimal positive definite update, SIAM J. Optim. 5 (1995) 192-218, problem 2",
       .notes = "other tables have 100 (x_(i+1) - x_i + 1 - x_i²)²",
       .dimensions = any(100),
       .start = everywhere(0),
       .residuals = fletchcr,
       .known = minimum_everywhere(1)},
      {.name = "freuroth",
       .family = family,
       .doc = "Freudenstein and Roth's function chained",
       .paper = "Toint, Test problems for partially separable optimization, FUNDP Namur 83/4, 1983, problem 33",
       .notes = "CUTEst's 11965 for n = 100 and 121470 for n = 1000 are not the lowest: one pair can reach (5, 4)",
       .dimensions = any(100),
       .start = beginning({0.5, -2}, 0),
       .residuals = freuroth,
       .known = best_known({{2, 0}, {10, 1014.0640725745181}, {100, 11870.554030928213}, {1000, 121375.68679172556}})},
      {.name = "genrose",
       .family = family,
       .doc = "Rosenbrock's valley chained: a long curved path",
       .paper = "Nash, Newton-type minimization via the Lanczos method, SIAM J. Numer. Anal. 21 (1984), problem 5",
       .notes = "collections sum (x_i - 1)² over different i",
       .dimensions = any(100),
       .start = each([](double i, double n) { return i / (n + 1); }),
       .loss = genrose,
       .known = minimum_everywhere(1, 1)},
      {.name = "liarwhd",
       .family = family,
       .doc = "every variable coupled to the first, quartic",
       .paper = "Li, problem 158 of Buckley 1989",
       .dimensions = any(100),
       .start = everywhere(4),
       .residuals = liarwhd,
       .known = minimum_everywhere(1)},
      {.name = "nondia",
       .family = family,
       .doc = "Shanno's nondiagonal extension of Rosenbrock's function",
       .paper = "Shanno, Math. Oper. Res. 3 (1978) 244-256",
       .notes = "x_n does not enter; many methods end at the local minimum 0.98990",
       .dimensions = any(100),
       .start = everywhere(-1),
       .residuals = nondia,
       .known =
           [](std::int64_t n) {
             KnownPoints list = minimum_everywhere(1)(n);
             list.push_back({Kind::minimum, 0.98989687409518623});
             return list;
           }},
      {.name = "nondquar",
       .family = family,
       .doc = "nondiagonal quartic: singular Hessian, a space of minima",
       .paper = "Conn, Gould, Lescrenier & Toint 1992, problem 57",
       .dimensions = any(100, 3),
       .start = repeated({1, -1}),
       .loss = nondquar,
       .known = minimum_everywhere(0)},
      {.name = "oscipath",
       .family = family,
       .doc = "a path that bends 2^(n-1) times; nearly stationary at the start",
       .paper = "Nesterov; Jarre, On Nesterov's smooth Chebyshev-Rosenbrock function, Optim. Meth. Softw. 28 (2013)",
       .dimensions = any(5, 2),
       .start = beginning({-1}, 1),
       .residuals = oscipath,
       .known = minimum_everywhere(1)},
      {.name = "tquartic",
       .family = family,
       .doc = "quartic with a stationary trap near the start",
       .paper = "Toint, Test problems for partially separable optimization, FUNDP Namur 83/4, 1983",
       .notes = "f is 0 wherever x_1 = 1, |x_i| = 1; another collection halves it and sums over other i",
       .dimensions = any(100),
       .start = everywhere(0.1),
       .residuals = tquartic,
       .known = minimum_everywhere(1)},
      {.name = "tridia",
       .family = family,
       .doc = "tridiagonal quadratic with growing weights",
       .paper = "Shanno & Phua, problem 8 of Toint 1983",
       .dimensions = any(100),
       .start = everywhere(1),
       .residuals = tridia,
       .known = tridia_points},
  };
}

}  // namespace downhill::problems
