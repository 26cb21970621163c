#include <cmath>

#include "problems/families.hpp"
#include "problems/notation.hpp"

/// Families of separable terms, blocks, and functions of a few sums over all variables.
namespace downhill::problems {
namespace {

constexpr auto family = TestProblem::Family::cutest;

Array dqdrtic(const Array& x) {
  return sum(square(part(x, 0, -2)) + 100 * square(part(x, 1, -1)) + 100 * square(part(x, 2)));
}

Array dqrtic(const Array& x) { return sum(fourth(x - integers(x.size()))); }

/// 1 / (i + j - 1)
Array hilbert_matrix(std::int64_t n) {
  const Array i = integers(n);
  return 1 / (reshape(i, {n, 1}) + i - 1);
}

Array hilberta(const Array& x) { return 0.5 * dot(x, matmul(hilbert_matrix(x.size()), x)); }

Array hilbertb(const Array& x) { return hilberta(x) + 5 * sum(square(x)); }

Array penalty3(const Array& x) {
  const double n = count(x);
  const Array a = part(x, 0, -2), b = part(x, 1, -1), c = part(x, 2);
  const Array r = sum(square(a + 2 * b + 10 * c - 1)), s = sum(square(2 * a + b - 3));
  const Array half = part(x, 0, x.size() / 2);
  return 1 + sum(square(half - 1)) + exp(at(x, -1)) * r + r * s + exp(at(x, -2)) * s + square(sum(square(x)) - n * n);
}

Array power(const Array& x) { return square(sum(integers(x.size()) * square(x))); }

Array qing(const Array& x) { return square(x) - integers(x.size()); }

Array rosenbrock_blocks(const Array& x) {
  const Array a = part(x, 0, {}, 2), b = part(x, 1, {}, 2);
  return stack({10 * (b - square(a)), a - 1});
}

Array cube_chain(const Array& x) { return together({at(x, 0) - 1, 10 * (part(x, 1) - cube(part(x, 0, -1)))}); }

Array testquad(const Array& x) { return sum(integers(x.size()) * square(x)); }

Array woods(const Array& x) {
  const Array a = part(x, 0, {}, 4), b = part(x, 1, {}, 4), c = part(x, 2, {}, 4), d = part(x, 3, {}, 4);
  return stack({10 * (b - square(a)), 1 - a, std::sqrt(90.0) * (d - square(c)), 1 - c, std::sqrt(10.0) * (b + d - 2),
                (b - d) / std::sqrt(10.0)});
}

KnownPoints qing_points(std::int64_t n) {
  return {{Kind::global_minimum, 0, each([](double i, double) { return std::sqrt(i); })(n)}};
}

}  // namespace

std::vector<TestProblem> cutest_sums() {
  return {
      {.name = "cube",
       .family = family,
       .doc = "Rosenbrock's valley with cubes, chained",
       .paper = "Leon, in Lavi & Vogl (eds.), Recent Advances in Optimization Techniques, 1966, 23-46",
       .dimensions = any(10),
       .start = repeated({-1.2, 1}),
       .residuals = cube_chain,
       .known = minimum_everywhere(1)},
      {.name = "dqdrtic",
       .family = family,
       .doc = "diagonal quadratic of condition 200",
       .paper = "Toint, Test problems for partially separable optimization, FUNDP Namur 83/4, 1983, problem 22",
       .dimensions = any(100, 3),
       .start = everywhere(3),
       .loss = dqdrtic,
       .known = minimum_everywhere(0)},
      {.name = "dqrtic",
       .alias = "quartc",
       .family = family,
       .doc = "diagonal quartic: singular Hessian at the minimum",
       .paper = "Buckley, Test functions for unconstrained minimization, Dalhousie CS-3, 1989, problem 157",
       .notes = "CUTEst carries it twice: DQRTIC and QUARTC are one function",
       .dimensions = any(100, 1),
       .start = everywhere(2),
       .loss = dqrtic,
       .known =
           [](std::int64_t n) {
             return KnownPoints{{Kind::global_minimum, 0, each([](double i, double) { return i; })(n)}};
           }},
      {.name = "hilberta",
       .family = family,
       .doc = "quadratic with Hilbert's matrix: condition 1e13 at n = 10",
       .paper = "Buckley, Test functions for unconstrained minimization, Dalhousie CS-3, 1989, problem 19",
       .dimensions = any(10, 1, 2000),
       .start = everywhere(-3),
       .loss = hilberta,
       .known = minimum_everywhere(0)},
      {.name = "hilbertb",
       .family = family,
       .doc = "quadratic with Hilbert's matrix and a diagonal: well-conditioned",
       .paper = "Buckley, Test functions for unconstrained minimization, Dalhousie CS-3, 1989, problem 19",
       .dimensions = any(10, 1, 2000),
       .start = everywhere(-3),
       .loss = hilbertb,
       .known = minimum_everywhere(0)},
      {.name = "penalty3",
       .family = family,
       .doc = "products of exponentials and sums: a dense Hessian",
       .paper = "Conn, Gould, Lescrenier & Toint 1992, problem 57; as in Luksan & Vlcek's collection",
       .dimensions = any(100, 4),
       .start = each([](double i, double n) { return i / (n + 1); }),
       .loss = penalty3,
       .known = best_known({{100, 1}})},
      {.name = "power",
       .family = family,
       .doc = "the square of a quadratic: singular Hessian",
       .paper = "Oren, Management Sci. 20 (1974) 863-874",
       .dimensions = any(100, 1),
       .start = everywhere(1),
       .loss = power,
       .known = minimum_everywhere(0)},
      {.name = "qing",
       .family = family,
       .doc = "2^n minima, and a maximum or saddle wherever a variable is 0",
       .paper = "Qing, IEEE Trans. Antennas Propag. 54 (2006) 26-31",
       .dimensions = any(100, 1),
       .start = everywhere(1),
       .residuals = qing,
       .known = qing_points},
      {.name = "srosenbr",
       .family = family,
       .doc = "Rosenbrock's function side by side, from (1.2, 1)",
       .paper = "Toint, Test problems for partially separable optimization, FUNDP Namur 83/4, 1983, problem 9",
       .notes = "the start is +1.2 in CUTEst since 1989, where a minus sign fell outside its field",
       .dimensions = multiples(100, 2, 2),
       .start = repeated({1.2, 1}),
       .residuals = rosenbrock_blocks,
       .known = minimum_everywhere(1)},
      {.name = "testquad",
       .family = family,
       .doc = "diagonal quadratic of condition n",
       .paper = "Gould; CUTEst",
       .dimensions = any(100, 1),
       .start = everywhere(1),
       .loss = testquad,
       .known = minimum_everywhere(0)},
      {.name = "woods",
       .family = family,
       .doc = "Wood's function side by side",
       .paper = "Colville, A comparative study of nonlinear programming codes, IBM TR 320-2949, 1968",
       .dimensions = multiples(100, 4, 4),
       .start = repeated({-3, -1}),
       .residuals = woods,
       .known = minimum_everywhere(1)},
  };
}

}  // namespace downhill::problems
