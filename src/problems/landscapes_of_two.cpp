#include "problems/families.hpp"
#include "problems/notation.hpp"

/// Classic smooth landscapes over the plane.
namespace downhill::problems {
namespace {

constexpr auto family = TestProblem::Family::landscape;
constexpr double pi = 3.14159265358979323846;

using Pair = Array (*)(const Array& x, const Array& y);

std::function<Array(const Array&)> of_two(Pair f) {
  return [f](const Array& x) { return f(at(x, 0), at(x, 1)); };
}

TestProblem landscape(std::string_view name, std::string_view doc, std::string_view paper, const Numbers& start,
                      const KnownPoints& known, Pair f, std::string_view notes = {}) {
  return {.name = name,
          .family = family,
          .doc = doc,
          .paper = paper,
          .notes = notes,
          .dimensions = fixed(2),
          .start = given(start),
          .loss = of_two(f),
          .known = points(known)};
}

Array bohachevsky(const Array& x, const Array& y) { return square(x) + 2 * square(y); }

Array branin(const Array& x, const Array& y) {
  return square(y - 5.1 / (4 * pi * pi) * square(x) + 5 / pi * x - 6) + 10 * (1 - 1 / (8 * pi)) * cos(x) + 10;
}

Array goldstein_price(const Array& x, const Array& y) {
  const Array a = 19 - 14 * x + 3 * square(x) - 14 * y + 6 * x * y + 3 * square(y);
  const Array b = 18 - 32 * x + 12 * square(x) + 48 * y - 36 * x * y + 27 * square(y);
  return (1 + square(x + y + 1) * a) * (30 + square(2 * x - 3 * y) * b);
}

Array shubert_factor(const Array& x) {
  const Array i = integers(5);
  return sum(i * cos((i + 1) * x + i));
}

constexpr std::string_view dixon_szego = "Dixon & Szegő (eds.), Towards Global Optimisation 2, 1978";

}  // namespace

std::vector<TestProblem> landscapes_of_two() {
  return {
      landscape("himmelblau", "four minima of value 0, a maximum between",
                "Himmelblau, Applied Nonlinear Programming, 1972", {0, 0},
                {{Kind::global_minimum, 0, {3, 2}},
                 {Kind::global_minimum, 0, {-2.8051180869527448, 3.1313125182505729}},
                 {Kind::global_minimum, 0, {-3.7793102533777469, -3.2831859912861694}},
                 {Kind::global_minimum, 0, {3.5844283403304917, -1.8481265269644034}},
                 {Kind::saddle, 13.311926270405587, {3.3851541836070211, 0.073851879837749282}},
                 {Kind::saddle, 67.719150087526131, {0.086677504555396342, 2.8842547011747759}},
                 {Kind::maximum, 181.6165215225827, {-0.27084459066734762, -0.92303855647998134}}},
                [](const Array& x, const Array& y) { return square(square(x) + y - 11) + square(x + square(y) - 7); }),
      landscape("booth", "a convex quadratic", "Jamil & Yang, Int. J. Math. Model. Numer. Optim. 4 (2013) 150-194",
                {0, 0}, {{Kind::global_minimum, 0, {1, 3}}},
                [](const Array& x, const Array& y) { return square(x + 2 * y - 7) + square(2 * x + y - 5); }),
      landscape("matyas", "a convex quadratic of condition 25", "Jamil & Yang 2013", {5, -7},
                {{Kind::global_minimum, 0, {0, 0}}},
                [](const Array& x, const Array& y) { return 0.26 * (square(x) + square(y)) - 0.48 * x * y; }),
      landscape("three_hump_camel", "three minima", dixon_szego, {-1.5, 2},
                {{Kind::global_minimum, 0, {0, 0}},
                 {Kind::minimum, 0.29863844223685898, {1.7475523458302888, -0.87377617291514442}},
                 {Kind::minimum, 0.29863844223685898, {-1.7475523458302888, 0.87377617291514442}},
                 {Kind::saddle, 0.87736155776313995, {1.07054229182366, -0.53527114591183}}},
                [](const Array& x, const Array& y) {
                  return 2 * square(x) - 1.05 * fourth(x) + pow(x, 6) / 6 + x * y + square(y);
                }),
      landscape("six_hump_camel", "six minima, two of them global", dixon_szego, {-1.5, 0.5},
                {{Kind::global_minimum, -1.0316284534898774, {0.089842013100318058, -0.71265640302073963}},
                 {Kind::global_minimum, -1.0316284534898774, {-0.089842013100318058, 0.71265640302073963}},
                 {Kind::minimum, -0.21546382438371703, {1.703606714969981, -0.7960835686726252}},
                 {Kind::minimum, 2.1042503103112584, {1.6071047529201974, 0.56865145488413138}},
                 {Kind::saddle, 0, {0, 0}}},
                [](const Array& x, const Array& y) {
                  return (4 - 2.1 * square(x) + fourth(x) / 3) * square(x) + x * y + 4 * (square(y) - 1) * square(y);
                }),
      landscape("goldstein_price", "values from 3 to 1e6 nearby, four minima",
                "Goldstein & Price, Math. Comp. 25 (1971) 569-574", {-0.5, 0.25},
                {{Kind::global_minimum, 3, {0, -1}},
                 {Kind::minimum, 30, {-0.6, -0.4}},
                 {Kind::minimum, 84, {1.8, 0.2}},
                 {Kind::minimum, 840, {1.2, 0.8}}},
                goldstein_price),
      landscape("branin", "three global minima", "Branin, IBM J. Res. Dev. 16 (1972) 504-522", {2.5, 7.5},
                {{Kind::global_minimum, 0.39788735772973816, {pi, 2.275}},
                 {Kind::global_minimum, 0.39788735772973816, {-pi, 12.275}},
                 {Kind::global_minimum, 0.39788735772973816, {3 * pi, 2.475}}},
                branin, "further minima of the same value lie outside the usual box"),
      landscape(
          "easom", "a narrow hole in a flat plane", "Easom, A survey of global optimization techniques, 1990", {2, 2.5},
          {{Kind::global_minimum, -1, {pi, pi}}},
          [](const Array& x, const Array& y) { return -cos(x) * cos(y) * exp(-square(x - pi) - square(y - pi)); }),
      landscape(
          "mccormick", "a tilted wave", "Adorio & Diliman, MVF, 2005", {0, 0},
          {{Kind::limit, -infinity}, {Kind::minimum, -1.9132229549810367, {-0.547197551196598, -1.547197551196598}}},
          [](const Array& x, const Array& y) { return sin(x + y) + square(x - y) - 1.5 * x + 2.5 * y + 1; },
          "published as global, -1.91322 is the minimum of a box: without it f falls forever along x = y"),
      landscape("bohachevsky_1", "a bowl with ripples", "Bohachevsky, Johnson & Stein, Technometrics 28 (1986) 209-217",
                {0.6, -1.3},
                {{Kind::global_minimum, 0, {0, 0}},
                 {Kind::minimum, 0.41292683027581506},
                 {Kind::minimum, 2.2874967613932515}},
                [](const Array& x, const Array& y) {
                  return bohachevsky(x, y) - 0.3 * cos(3 * pi * x) - 0.4 * cos(4 * pi * y) + 0.7;
                }),
      landscape("bohachevsky_2", "a bowl with ripples", "Bohachevsky, Johnson & Stein, Technometrics 28 (1986) 209-217",
                {0.6, -1.3}, {{Kind::global_minimum, 0, {0, 0}}, {Kind::minimum, 0.41292683027581506}},
                [](const Array& x, const Array& y) {
                  return bohachevsky(x, y) - 0.3 * cos(3 * pi * x) * cos(4 * pi * y) + 0.3;
                }),
      landscape(
          "bohachevsky_3", "a bowl with ripples", "Bohachevsky, Johnson & Stein, Technometrics 28 (1986) 209-217",
          {0.6, -1.3}, {{Kind::global_minimum, 0, {0, 0}}, {Kind::minimum, 0.90449527557136911}},
          [](const Array& x, const Array& y) { return bohachevsky(x, y) - 0.3 * cos(3 * pi * x + 4 * pi * y) + 0.3; }),
      landscape("zettl", "a minimum beside a saddle", "Schwefel, Evolution and Optimum Seeking, 1995", {1, 1},
                {{Kind::global_minimum, -0.0037912372204688977, {-0.029895985050660382, 0}}},
                [](const Array& x, const Array& y) { return square(square(x) + square(y) - 2 * x) + 0.25 * x; }),
      landscape("drop_wave", "rings around the minimum",
                "Molga & Smutnicki, Test functions for optimization needs, 2005", {0.3, 0.2},
                {{Kind::global_minimum, -1, {0, 0}}, {Kind::minimum, -0.93624532780794}},
                [](const Array& x, const Array& y) {
                  const Array r = square(x) + square(y);
                  return -(1 + cos(12 * sqrt(r))) / (0.5 * r + 2);
                }),
      landscape("schaffer_2", "flat rings", "Schaffer, Multiple objective optimization, PhD thesis, Vanderbilt 1984",
                {0.5, 0.3}, {{Kind::global_minimum, 0, {0, 0}}},
                [](const Array& x, const Array& y) {
                  const Array p = square(x) + square(y);
                  return 0.5 + (square(sin(square(x) - square(y))) - 0.5) / square(1 + 0.001 * p);
                }),
      landscape("leon", "Rosenbrock's valley with a cube",
                "Lavi & Vogl, Recent Advances in Optimization Techniques, 1966", {-1.2, -1},
                {{Kind::global_minimum, 0, {1, 1}}},
                [](const Array& x, const Array& y) { return 100 * square(y - cube(x)) + square(1 - x); }),
      landscape("shubert", "760 minima in the usual box, 18 of them global", "Shubert, SIAM J. Numer. Anal. 9 (1972)",
                {-7, -1.5}, {{Kind::global_minimum, -186.73090883102384, {-7.0835064076515595, -1.4251284283197609}}},
                [](const Array& x, const Array& y) { return shubert_factor(x) * shubert_factor(y); }),
      landscape(
          "adjiman", "trigonometric over quadratic", "Adjiman, Dallwig, Floudas & Neumaier, Comp. Chem. Eng. 22 (1998)",
          {1, 0.5}, {{Kind::limit, -infinity}},
          [](const Array& x, const Array& y) { return cos(x) * sin(y) - x / (square(y) + 1); },
          "published as -2.02181 at (2, 0.10578), on the edge of a box: it is not stationary, and f falls forever"),
      landscape("trecanni", "two global minima and a saddle", dixon_szego, {-0.5, 1},
                {{Kind::global_minimum, 0, {0, 0}}, {Kind::global_minimum, 0, {-2, 0}}, {Kind::saddle, 1, {-1, 0}}},
                [](const Array& x, const Array& y) { return fourth(x) + 4 * cube(x) + 4 * square(x) + square(y); }),
      landscape("bird", "waves of exponentials on a bowl",
                "Mishra, Some new test functions for global optimization, 2006", {4, 3},
                {{Kind::best_known, -106.76453674926471, {4.7010431302495528, 3.15293850372493}}},
                [](const Array& x, const Array& y) {
                  return sin(x) * exp(square(1 - cos(y))) + cos(y) * exp(square(1 - sin(x))) + square(x - y);
                }),
      landscape(
          "saddle_between_wells", "from a start on the saddle's ridge",
          "Nocedal & Wright, Numerical Optimization, 2006", {1, 0},
          {{Kind::global_minimum, -0.25, {0, 1}}, {Kind::global_minimum, -0.25, {0, -1}}, {Kind::saddle, 0, {0, 0}}},
          [](const Array& x, const Array& y) { return square(x) / 2 + fourth(y) / 4 - square(y) / 2; }),
      landscape(
          "brent", "a bowl and a bell far away", "Brent 1960; Jamil & Yang 2013", {-9, -9},
          {{Kind::global_minimum, 1.3838965267367376e-87, {-10, -10}}},
          [](const Array& x, const Array& y) { return square(x + 10) + square(y + 10) + exp(-square(x) - square(y)); }),
      landscape("exponential_valley", "a valley that falls towards a limit nobody attains",
                "Nocedal & Wright, Numerical Optimization, 2006, 2.1", {0, 1}, {{Kind::limit, 0}},
                [](const Array& x, const Array& y) { return exp(-x) + square(y); }),
      landscape("monkey_saddle", "a saddle with a zero Hessian; falls without bound", "Hilbert & Cohn-Vossen 1932, §29",
                {-1, 0.001}, {{Kind::limit, -infinity}},
                [](const Array& x, const Array& y) { return cube(x) - 3 * x * square(y); }),
  };
}

}  // namespace downhill::problems
