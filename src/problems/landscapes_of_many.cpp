#include <cmath>

#include "problems/families.hpp"
#include "problems/notation.hpp"

/// Smooth landscapes of any number of variables, and two fitted to tables.
namespace downhill::problems {
namespace {

constexpr auto family = TestProblem::Family::landscape;
constexpr double pi = 3.14159265358979323846;

Array dixon_price(const Array& x) {
  const Array i = part(integers(x.size()), 1);
  return together({at(x, 0) - 1, sqrt(i) * (2 * square(part(x, 1)) - part(x, 0, -1))});
}

Array griewank(const Array& x) { return 1 + sum(square(x)) / 4000 - prod(cos(x / sqrt(integers(x.size())))); }

Array levy(const Array& x) {
  const Array w = 1 + (x - 1) / 4, inner = part(w, 0, -1), last = at(w, -1);
  return square(sin(pi * at(w, 0))) + sum(square(inner - 1) * (1 + 10 * square(sin(pi * inner + 1)))) +
         square(last - 1) * (1 + square(sin(2 * pi * last)));
}

Array michalewicz(const Array& x) { return -sum(sin(x) * pow(square(sin(integers(x.size()) * square(x) / pi)), 10.0)); }

Array rastrigin(const Array& x) { return 10 * count(x) + sum(square(x) - 10 * cos(2 * pi * x)); }

Array rotated_ellipsoid(const Array& x) { return cumsum(x); }

Array styblinski_tang(const Array& x) { return 0.5 * sum(fourth(x) - 16 * square(x) + 5 * x); }

Array trid(const Array& x) { return sum(square(x - 1)) - sum(part(x, 1) * part(x, 0, -1)); }

Array zakharov(const Array& x) {
  const Array s = 0.5 * sum(integers(x.size()) * x);
  return sum(square(x)) + square(s) + fourth(s);
}

/// -Σ_i c_i exp(-Σ_j A_ij (x_j - P_ij)²)
Array hartmann(const Array& x, const Array& a, const Array& p) {
  const Array c = {1, 1.2, 3, 3.2};
  return -sum(c * exp(-sum(a * square(x - p), Axes{{1}})));
}

Array hartmann_3(const Array& x) {
  const Array a({3, 10, 30, 0.1, 10, 35, 3, 10, 30, 0.1, 10, 35}, {4, 3});
  const Array p({0.3689, 0.1170, 0.2673, 0.4699, 0.4387, 0.7470, 0.1091, 0.8732, 0.5547, 0.0381, 0.5743, 0.8828},
                {4, 3});
  return hartmann(x, a, p);
}

Array hartmann_6(const Array& x) {
  const Array a({10, 3, 17, 3.5, 1.7, 8, 0.05, 10, 17, 0.1, 8, 14, 3, 3.5, 1.7, 10, 17, 8, 17, 8, 0.05, 10, 0.1, 14},
                {4, 6});
  const Array p({0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886, 0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991,
                 0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650, 0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381},
                {4, 6});
  return hartmann(x, a, p);
}

/// -Σ_i 1 / (c_i + |x - A_i|²), the first m of ten wells
Array shekel(const Array& x, std::int64_t m) {
  const Array a({4, 4, 4, 4, 1, 1, 1, 1, 8, 8, 8, 8, 6, 6, 6, 6, 3, 7,   3, 7,
                 2, 9, 2, 9, 5, 5, 3, 3, 8, 1, 8, 1, 6, 2, 6, 2, 7, 3.6, 7, 3.6},
                {10, 4});
  const Array c = {0.1, 0.2, 0.2, 0.4, 0.4, 0.6, 0.3, 0.7, 0.5, 0.5};
  const Array wells = slice(a, {Range{0, m}});
  return -sum(1 / (part(c, 0, m) + sum(square(x - wells), Axes{{1}})));
}

TestProblem shekel_problem(std::string_view name, std::int64_t m, double value, Numbers x) {
  return {.name = name,
          .family = family,
          .doc = "narrow wells in a flat surround",
          .paper = "Shekel, 5th Princeton Conf. Inf. Sci. Syst. 1971; Dixon & Szegő 1978",
          .dimensions = fixed(4),
          .start = given({4.5, 4.5, 4.5, 4.5}),
          .loss = [m](const Array& y) { return shekel(y, m); },
          .known = points({{Kind::global_minimum, value, std::move(x)}})};
}

KnownPoints trid_points(std::int64_t n) {
  const double size = static_cast<double>(n);
  return {{Kind::global_minimum, -size * (size + 4) * (size - 1) / 6,
           each([](double i, double k) { return i * (k + 1 - i); })(n)}};
}

KnownPoints dixon_price_points(std::int64_t n) {
  return {{Kind::global_minimum, 0,
           each([](double i, double) { return std::exp2(-(std::exp2(i) - 2) / std::exp2(i)); })(n)}};
}

KnownPoints styblinski_tang_points(std::int64_t n) {
  return minimum_everywhere(-2.9035340277711770, -39.166165703771419 * static_cast<double>(n))(n);
}

}  // namespace

std::vector<TestProblem> landscapes_of_many() {
  return {
      {.name = "dixon_price",
       .family = family,
       .doc = "a chain of parabolas",
       .paper = "Dixon & Price, JOTA 60 (1989) 261-275",
       .dimensions = any(10),
       .start = everywhere(1),
       .residuals = dixon_price,
       .known = dixon_price_points},
      {.name = "griewank",
       .family = family,
       .doc = "a bowl with ripples that weaken with n",
       .paper = "Griewank, JOTA 34 (1981) 11-39",
       .dimensions = any(10, 1),
       .start = everywhere(1),
       .loss = griewank,
       .known = minimum_everywhere(0)},
      {.name = "hartmann_3",
       .family = family,
       .doc = "four wells fitted to a table",
       .paper = "Hartmann, 1972; Dixon & Szegő 1978",
       .dimensions = fixed(3),
       .start = everywhere(0.5),
       .loss = hartmann_3,
       .known = points({{Kind::global_minimum,
                         -3.8627797873326624,
                         {0.11458887665506895, 0.55564889461693012, 0.85254698468667744}},
                        {Kind::minimum, -3.0897641343826483}})},
      {.name = "hartmann_6",
       .family = family,
       .doc = "four wells fitted to a table",
       .paper = "Hartmann, 1972; Dixon & Szegő 1978",
       .dimensions = fixed(6),
       .start = everywhere(0.5),
       .loss = hartmann_6,
       .known = points({{Kind::global_minimum,
                         -3.3223680114155152,
                         {0.20168951100670543, 0.15001069182345797, 0.47687397422189698, 0.27533243049405609,
                          0.31165161660011326, 0.65730053406562039}}})},
      {.name = "levy",
       .family = family,
       .doc = "waves across a bowl",
       .paper = "Levy & Montalvo, SIAM J. Sci. Stat. Comp. 6 (1985) 15-29",
       .dimensions = any(10),
       .start = everywhere(2),
       .loss = levy,
       .known = minimum_everywhere(1)},
      {.name = "michalewicz",
       .family = family,
       .doc = "steep valleys between plains, m = 10",
       .paper = "Michalewicz, Genetic Algorithms + Data Structures, 1992",
       .notes = "n = 2: -1.8013 is the lowest of the box [0, pi]; outside it f is lower",
       .dimensions = any(2, 1),
       .start = beginning({2.1}, 1.5),
       .loss = michalewicz,
       .known =
           [](std::int64_t n) {
             return n == 2 ? KnownPoints{{Kind::minimum, -1.8013034100985537, {2.2029055201726093, 1.5707963267948966}}}
                           : KnownPoints{};
           }},
      {.name = "rastrigin",
       .family = family,
       .doc = "a bowl with a minimum at every integer point",
       .paper = "Rastrigin, Systems of Extremal Control, 1974",
       .dimensions = any(10, 1),
       .start = everywhere(0.3),
       .loss = rastrigin,
       .known = minimum_everywhere(0)},
      {.name = "rotated_hyper_ellipsoid",
       .family = family,
       .doc = "squares of running sums: condition n²",
       .paper = "Schwefel, Numerical Optimization of Computer Models, 1981, problem 1.2",
       .dimensions = any(10, 1),
       .start = everywhere(1),
       .residuals = rotated_ellipsoid,
       .known = minimum_everywhere(0)},
      shekel_problem("shekel_5", 5, -10.153199679058231,
                     {4.0000371528196759, 4.0001332765915603, 4.0000371528196759, 4.0001332765915603}),
      shekel_problem("shekel_7", 7, -10.402940566818664,
                     {4.0005729161858232, 4.0006893661853047, 3.9994897088591506, 3.9996061588586316}),
      shekel_problem("shekel_10", 10, -10.536409816692046,
                     {4.0007465315920463, 4.000592934138532, 3.9996633980403224, 3.9995098005868077}),
      {.name = "sphere",
       .family = family,
       .doc = "the simplest of all",
       .paper = "De Jong, PhD thesis, Michigan 1975",
       .dimensions = any(10, 1),
       .start = everywhere(1),
       .loss = [](const Array& x) { return sum(square(x)); },
       .known = minimum_everywhere(0)},
      {.name = "styblinski_tang",
       .family = family,
       .doc = "2^n minima, one of them global",
       .paper = "Styblinski & Tang, Neural Networks 3 (1990) 467-483",
       .dimensions = any(10, 1),
       .start = everywhere(-1),
       .loss = styblinski_tang,
       .known = styblinski_tang_points},
      {.name = "trid",
       .family = family,
       .doc = "a tridiagonal quadratic far from the start",
       .paper = "Neumaier; Hedar, Global optimization test problems, 2005",
       .dimensions = any(10),
       .start = everywhere(0),
       .loss = trid,
       .known = trid_points},
      {.name = "zakharov",
       .family = family,
       .doc = "a bowl and the fourth power of one direction",
       .paper = "Zakharov; Jamil & Yang 2013",
       .dimensions = any(10, 1),
       .start = everywhere(1),
       .loss = zakharov,
       .known = minimum_everywhere(0)},
  };
}

}  // namespace downhill::problems
