#include "problems/families.hpp"
#include "problems/notation.hpp"

/// Problems 1-7, 12-14 of Moré, Garbow & Hillstrom: two to four variables, without data.
namespace downhill::problems {
namespace {

constexpr auto family = TestProblem::Family::more_garbow_hillstrom;

/// The angle of (x, y) in turns, in [-1/4, 3/4).
Array turns(const Array& x, const Array& y) {
  const Array angle = atan(y / x) / 6.283185307179586;
  return where(x > 0, angle, angle + 0.5);
}

}  // namespace

std::vector<TestProblem> more_garbow_hillstrom_small() {
  return {
      {.name = "rosenbrock",
       .alias = "rosenbr",
       .family = family,
       .doc = "curved valley",
       .paper = "Rosenbrock, Computer J. 3 (1960) 175-184; MGH 1",
       .dimensions = fixed(2),
       .start = given({-1.2, 1}),
       .residuals =
           [](const Array& x) {
             const Array a = at(x, 0), b = at(x, 1);
             return stack({10 * (b - square(a)), 1 - a});
           },
       .known = points({{Kind::global_minimum, 0, {1, 1}}})},

      {.name = "freudenstein_roth",
       .alias = "freurone",
       .family = family,
       .doc = "two minima, the local one nearer to the start",
       .paper = "Freudenstein & Roth, JACM 10 (1963) 550-556; MGH 2",
       .dimensions = fixed(2),
       .start = given({0.5, -2}),
       .residuals =
           [](const Array& x) {
             const Array a = at(x, 0), b = at(x, 1);
             return stack({-13 + a + ((5 - b) * b - 2) * b, -29 + a + ((b + 1) * b - 14) * b});
           },
       .known = points({{Kind::global_minimum, 0, {5, 4}},
                        {Kind::minimum, 48.9842536792400212, {11.412778986902094, -0.89680525327447652}}})},

      {.name = "powell_badly_scaled",
       .alias = "powellbs",
       .family = family,
       .doc = "variables of sizes 1e-5 and 10 in a flat curved valley",
       .paper = "Powell, in Rabinowitz (ed.), Numerical Methods for Nonlinear Algebraic Equations, 1970, 87-114; MGH 3",
       .dimensions = fixed(2),
       .start = given({0, 1}),
       .residuals =
           [](const Array& x) {
             const Array a = at(x, 0), b = at(x, 1);
             return stack({1e4 * a * b - 1, exp(-a) + exp(-b) - 1.0001});
           },
       .known = points({{Kind::global_minimum, 0, {1.0981593296998175e-5, 9.106146739866524}}})},

      {.name = "brown_badly_scaled",
       .alias = "brownbs",
       .family = family,
       .doc = "variables of sizes 1e6 and 1e-6",
       .paper = "Brown, unpublished; MGH 4",
       .dimensions = fixed(2),
       .start = given({1, 1}),
       .residuals =
           [](const Array& x) {
             const Array a = at(x, 0), b = at(x, 1);
             return stack({a - 1e6, b - 2e-6, a * b - 2});
           },
       .known = points({{Kind::global_minimum, 0, {1e6, 2e-6}}})},

      {.name = "beale",
       .family = family,
       .doc = "flat valley with a saddle at (0, 1)",
       .paper = "Beale, Princeton Statistical Techniques Research Group TR 25, 1958; MGH 5",
       .dimensions = fixed(2),
       .start = given({1, 1}),
       .residuals =
           [](const Array& x) {
             const Array a = at(x, 0), b = at(x, 1);
             return stack({1.5 - a * (1 - b), 2.25 - a * (1 - square(b)), 2.625 - a * (1 - cube(b))});
           },
       .known = points({{Kind::global_minimum, 0, {3, 0.5}}, {Kind::saddle, 14.203125, {0, 1}}})},

      {.name = "jennrich_sampson",
       .alias = "jensmp",
       .family = family,
       .doc = "exponentials that overflow for long steps",
       .paper = "Jennrich & Sampson, Technometrics 10 (1968) 63-72; MGH 6",
       .notes = "a plateau at 2020 catches line searches that step too far; one collection starts it at (1, 1)",
       .dimensions = fixed(2),
       .start = given({0.3, 0.4}),
       .residuals =
           [](const Array& x) {
             const Array i = integers(10);
             return 2 + 2 * i - (exp(i * at(x, 0)) + exp(i * at(x, 1)));
           },
       .known = points({{Kind::global_minimum, 124.36218235561485351, {0.25782521367036408, 0.25782521367036408}}})},

      {.name = "helical_valley",
       .alias = "helix",
       .family = family,
       .doc = "a valley on a screw",
       .paper = "Fletcher & Powell, Computer J. 6 (1963) 163-168; MGH 7",
       .dimensions = fixed(3),
       .start = given({-1, 0, 0}),
       .residuals =
           [](const Array& x) {
             const Array a = at(x, 0), b = at(x, 1), c = at(x, 2);
             return stack({10 * (c - 10 * turns(a, b)), 10 * (hypot(a, b) - 1), c});
           },
       .known = points({{Kind::global_minimum, 0, {1, 0, 0}}})},

      {.name = "box_three_dimensional",
       .alias = "box3",
       .family = family,
       .doc = "sums of exponentials, with a line of minima besides two points",
       .paper = "Box, Computer J. 9 (1966) 67-77; MGH 12",
       .notes = "f is 0 wherever x1 = x2, x3 = 0 too",
       .dimensions = fixed(3),
       .start = given({0, 10, 20}),
       .residuals =
           [](const Array& x) {
             const Array t = 0.1 * integers(10);
             return exp(-t * at(x, 0)) - exp(-t * at(x, 1)) - at(x, 2) * (exp(-t) - exp(-10 * t));
           },
       .known = points({{Kind::global_minimum, 0, {1, 10, 1}},
                        {Kind::global_minimum, 0, {10, 1, -1}},
                        {Kind::global_minimum, 0, {1, 1, 0}}})},

      {.name = "powell_singular",
       .family = family,
       .doc = "Hessian of rank 2 at the minimum",
       .paper = "Powell, Computer J. 5 (1962) 147-151; MGH 13",
       .dimensions = fixed(4),
       .start = given({3, -1, 0, 1}),
       .residuals =
           [](const Array& x) {
             const Array a = at(x, 0), b = at(x, 1), c = at(x, 2), d = at(x, 3);
             return stack({a + 10 * b, sqrt(5.0) * (c - d), square(b - 2 * c), sqrt(10.0) * square(a - d)});
           },
       .known = minimum_everywhere(0)},

      {.name = "wood",
       .family = family,
       .doc = "two valleys coupled, a saddle near the path",
       .paper = "Colville, A comparative study of nonlinear programming codes, IBM TR 320-2949, 1968; MGH 14",
       .dimensions = fixed(4),
       .start = given({-3, -1, -3, -1}),
       .residuals =
           [](const Array& x) {
             const Array a = at(x, 0), b = at(x, 1), c = at(x, 2), d = at(x, 3);
             return stack({10 * (b - square(a)), 1 - a, sqrt(90.0) * (d - square(c)), 1 - c, sqrt(10.0) * (b + d - 2),
                           (b - d) / sqrt(10.0)});
           },
       .known = points({{Kind::global_minimum, 0, {1, 1, 1, 1}},
                        {Kind::saddle,
                         7.8769671651768682,
                         {-0.96797402493759255, 0.94713914081784067, -0.9695163103315918, 0.95124766579232656}}})},
  };
}

}  // namespace downhill::problems
