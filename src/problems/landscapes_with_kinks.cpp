#include <cmath>

#include "problems/families.hpp"
#include "problems/notation.hpp"

/// Classic landscapes with absolute values and square roots: not smooth everywhere.
namespace downhill::problems {
namespace {

constexpr auto family = TestProblem::Family::nonsmooth;
constexpr double pi = 3.14159265358979323846;
constexpr double e = 2.71828182845904523536;

using Pair = Array (*)(const Array& x, const Array& y);

TestProblem landscape(std::string_view name, std::string_view doc, std::string_view paper, const Numbers& start,
                      const KnownPoints& known, Pair f, std::string_view notes = {}) {
  return {.name = name,
          .family = family,
          .doc = doc,
          .paper = paper,
          .notes = notes,
          .dimensions = fixed(2),
          .start = given(start),
          .loss = [f](const Array& x) { return f(at(x, 0), at(x, 1)); },
          .known = points(known)};
}

Array ackley(const Array& x) {
  return 20 + e - 20 * exp(-0.2 * norm(x) / std::sqrt(count(x))) - exp(mean(cos(2 * pi * x)));
}

Array salomon(const Array& x) { return 1 - cos(2 * pi * norm(x)) + 0.1 * norm(x); }

}  // namespace

std::vector<TestProblem> landscapes_with_kinks() {
  return {
      {.name = "ackley",
       .family = family,
       .doc = "a funnel with ripples, its tip a kink",
       .paper = "Ackley, A Connectionist Machine for Genetic Hillclimbing, 1987",
       .dimensions = any(2, 1),
       .start = everywhere(0.4),
       .loss = ackley,
       .known = minimum_everywhere(0)},
      {.name = "alpine_1",
       .family = family,
       .doc = "valleys with kinks at their floor",
       .paper = "Rahnamayan, Tizhoosh & Salama, Appl. Soft Comput. 7 (2007)",
       .notes = "0 also wherever sin x_i = -0.1 or x_i = 0",
       .dimensions = any(2, 1),
       .start = everywhere(1),
       .loss = [](const Array& x) { return sum(abs(x * sin(x) + 0.1 * x)); },
       .known = minimum_everywhere(0)},
      {.name = "salomon",
       .family = family,
       .doc = "rings around a kink",
       .paper = "Salomon, BioSystems 39 (1996) 263-278",
       .dimensions = any(2, 1),
       .start = everywhere(0.1),
       .loss = salomon,
       .known = minimum_everywhere(0)},
      {.name = "schwefel_2_22",
       .family = family,
       .doc = "a sum and a product of absolute values",
       .paper = "Schwefel, Numerical Optimization of Computer Models, 1981, problem 2.22",
       .dimensions = any(10, 1),
       .start = everywhere(1),
       .loss = [](const Array& x) { return sum(abs(x)) + prod(abs(x)); },
       .known = minimum_everywhere(0)},
      {.name = "schwefel_2_26",
       .family = family,
       .doc = "minima far apart, the lowest far from the second lowest",
       .paper = "Schwefel, Numerical Optimization of Computer Models, 1981, problem 2.26",
       .notes = "the lowest of the box [-500, 500]; outside it f falls without bound",
       .dimensions = any(2, 1),
       .start = everywhere(400),
       .loss = [](const Array& x) { return 418.98288727243374 * count(x) - sum(x * sin(sqrt(abs(x)))); },
       .known =
           [](std::int64_t n) {
             return KnownPoints{{Kind::limit, -infinity}, {Kind::minimum, 0, everywhere(420.96874635998199)(n)}};
           }},
      landscape(
          "bukin_6", "a valley along a parabola, kinked across and along",
          "Bukin, New minimization strategy for nonsmooth functions, 1997", {-12, 2},
          {{Kind::global_minimum, 0, {-10, 1}}},
          [](const Array& x, const Array& y) { return 100 * sqrt(abs(y - 0.01 * square(x))) + 0.01 * abs(x + 10); }),
      landscape(
          "cross_in_tray", "a cross of kinks", "Mishra, Some new test functions for global optimization, 2006", {1, 1},
          {{Kind::limit, -infinity}, {Kind::minimum, -2.0626118708227397, {1.3494066171539107, 1.3494066171539107}}},
          [](const Array& x, const Array& y) {
            const Array dome = exp(abs(100 - hypot(x, y) / pi));
            return -0.0001 * pow(abs(sin(x) * sin(y) * dome) + 1, 0.1);
          },
          "-2.06261 is the lowest of the usual box; beyond 200 pi f falls below it, without bound"),
      landscape(
          "eggholder", "steep valleys without order", "Whitley, Rana, Dzubera & Mathias, Artif. Intell. 85 (1996)",
          {510, 404}, {{Kind::limit, -infinity}},
          [](const Array& x, const Array& y) {
            return -(y + 47) * sin(sqrt(abs(y + x / 2 + 47))) - x * sin(sqrt(abs(x - y - 47)));
          },
          "-959.6407 at (512, 404.2319) lies on the edge of the usual box and is not stationary"),
      landscape(
          "holder_table", "four deep corners", "Mishra, Some new test functions for global optimization, 2006",
          {8, 9.5}, {{Kind::limit, -infinity}, {Kind::minimum, -19.208502567886732, {8.0550234, 9.6645900}}},
          [](const Array& x, const Array& y) { return -abs(sin(x) * cos(y) * exp(abs(1 - hypot(x, y) / pi))); },
          "-19.2085 is the lowest of the usual box; outside f falls without bound"),
      landscape("schaffer_4", "flat rings, the minima off the origin",
                "Schaffer, Multiple objective optimization, PhD thesis, Vanderbilt 1984", {0.1, 1.2},
                {{Kind::global_minimum, 0.29257863203598033, {0, 1.253131828792882}},
                 {Kind::global_minimum, 0.29257863203598033, {1.253131828792882, 0}}},
                [](const Array& x, const Array& y) {
                  const Array p = square(x) + square(y);
                  return 0.5 + (square(cos(sin(abs(square(x) - square(y))))) - 0.5) / square(1 + 0.001 * p);
                }),
      landscape("tilted_cone", "a kink of slopes 1 and 3", "Overton & Lewis, Math. Programming 141 (2013) 135-163",
                {1, 2}, {{Kind::global_minimum, 0, {0, 0}}},
                [](const Array& x, const Array& y) { return 2 * hypot(x, y) + x; }),
  };
}

}  // namespace downhill::problems
