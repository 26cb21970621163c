#include "problems/families.hpp"
#include "problems/notation.hpp"

/// Problems 8-11, 15-20 of Moré, Garbow & Hillstrom: models fitted to data.
namespace downhill::problems {
namespace {

constexpr auto family = TestProblem::Family::more_garbow_hillstrom;

Array bard(const Array& x) {
  const Array y = {0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39};
  const Array u = integers(15), v = 16 - u, w = minimum(u, v);
  return y - (at(x, 0) + u / (v * at(x, 1) + w * at(x, 2)));
}

Array gaussian(const Array& x) {
  const Array y = {0.0009, 0.0044, 0.0175, 0.0540, 0.1295, 0.2420, 0.3521, 0.3989,
                   0.3521, 0.2420, 0.1295, 0.0540, 0.0175, 0.0044, 0.0009};
  const Array t = (8 - integers(15)) / 2;
  return at(x, 0) * exp(-at(x, 1) * square(t - at(x, 2)) / 2) - y;
}

Array meyer(const Array& x) {
  const Array y = {34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744,
                   8261,  7030,  6005,  5147,  4427,  3820,  3307,  2872};
  const Array t = 45 + 5 * integers(16);
  return at(x, 0) * exp(at(x, 1) / (t + at(x, 2))) - y;
}

Array gulf(const Array& x) {
  const Array t = integers(99) / 100;
  const Array y = 25 + pow(-50 * log(t), 2.0 / 3);
  return exp(-pow(abs(y - at(x, 1)), at(x, 2)) / at(x, 0)) - t;
}

Array kowalik_osborne(const Array& x) {
  const Array y = {0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246};
  const Array u = {4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625};
  return y - at(x, 0) * (square(u) + u * at(x, 1)) / (square(u) + u * at(x, 2) + at(x, 3));
}

Array brown_dennis(const Array& x) {
  const Array t = integers(20) / 5;
  return square(at(x, 0) + t * at(x, 1) - exp(t)) + square(at(x, 2) + at(x, 3) * sin(t) - cos(t));
}

Array osborne_1(const Array& x) {
  const Array y = {0.844, 0.908, 0.932, 0.936, 0.925, 0.908, 0.881, 0.850, 0.818, 0.784, 0.751,
                   0.718, 0.685, 0.658, 0.628, 0.603, 0.580, 0.558, 0.538, 0.522, 0.506, 0.490,
                   0.478, 0.467, 0.457, 0.448, 0.438, 0.431, 0.424, 0.420, 0.414, 0.411, 0.406};
  const Array t = 10 * arange(33);
  return y - (at(x, 0) + at(x, 1) * exp(-t * at(x, 3)) + at(x, 2) * exp(-t * at(x, 4)));
}

Array biggs_exp6(const Array& x) {
  const Array t = 0.1 * integers(13);
  const Array y = exp(-t) - 5 * exp(-10 * t) + 3 * exp(-4 * t);
  return at(x, 2) * exp(-t * at(x, 0)) - at(x, 3) * exp(-t * at(x, 1)) + at(x, 5) * exp(-t * at(x, 4)) - y;
}

Array osborne_2(const Array& x) {
  const Array y = {1.366, 1.191, 1.112, 1.013, 0.991, 0.885, 0.831, 0.847, 0.786, 0.725, 0.746, 0.679, 0.608,
                   0.655, 0.616, 0.606, 0.602, 0.626, 0.651, 0.724, 0.649, 0.649, 0.694, 0.644, 0.624, 0.661,
                   0.612, 0.558, 0.533, 0.495, 0.500, 0.423, 0.395, 0.375, 0.372, 0.391, 0.396, 0.405, 0.428,
                   0.429, 0.523, 0.562, 0.607, 0.653, 0.672, 0.708, 0.633, 0.668, 0.645, 0.632, 0.591, 0.559,
                   0.597, 0.625, 0.739, 0.710, 0.729, 0.720, 0.636, 0.581, 0.428, 0.292, 0.162, 0.098, 0.054};
  const Array t = arange(65) / 10;
  return y - (at(x, 0) * exp(-t * at(x, 4)) + at(x, 1) * exp(-square(t - at(x, 8)) * at(x, 5)) +
              at(x, 2) * exp(-square(t - at(x, 9)) * at(x, 6)) + at(x, 3) * exp(-square(t - at(x, 10)) * at(x, 7)));
}

/// The residuals of x'(t) - x(t)² - 1 = 0 for a polynomial x(t), at 29 points, and two more for x(0) = 0, x'(0) = 1.
Array watson(const Array& x) {
  const Array t = reshape(integers(29) / 29, {29, 1});
  const Array j = arange(x.size());
  const Array powers = pow(t, part(j, 0, -1));
  const Array values = matmul(pow(t, j), x);
  const Array slopes = matmul(powers, part(j, 1) * part(x, 1));
  return together({slopes - square(values) - 1, at(x, 0), at(x, 1) - square(at(x, 0)) - 1});
}

KnownPoints watson_points(std::int64_t n) {
  switch (n) {
    case 6:
      return {{Kind::global_minimum,
               0.0022876700535524362418,
               {-0.015725086401458457, 1.0124348693691099, -0.23299162595673768, 1.2604300877996083,
                -1.5137289227222797, 0.99299643243113452}}};
    case 9: return {{Kind::global_minimum, 1.3997601380990199426e-6}};
    case 12: return {{Kind::global_minimum, 4.722381105891757363e-10}};
    default: return {};
  }
}

}  // namespace

std::vector<TestProblem> more_garbow_hillstrom_data() {
  return {
      {.name = "bard",
       .family = family,
       .doc = "rational model whose parameters may run off",
       .paper = "Bard, SIAM J. Numer. Anal. 7 (1970) 157-186; MGH 8",
       .dimensions = fixed(3),
       .start = given({1, 1, 1}),
       .residuals = bard,
       .known = points({{Kind::global_minimum,
                         0.0082148773065789781,
                         {0.082410559749788975, 1.1330360920297227, 2.3436951786425362}},
                        {Kind::limit, 17.42869333}})},

      {.name = "gaussian",
       .family = family,
       .doc = "the normal density, from a start almost there",
       .paper = "Moré, Garbow & Hillstrom, TOMS 7 (1981) 17-41, problem 9",
       .dimensions = fixed(3),
       .start = given({0.4, 1, 0}),
       .residuals = gaussian,
       .known = points({{Kind::global_minimum, 1.1279327696192292e-8, {0.39895613783875666, 1.0000190844878056, 0}}})},

      {.name = "meyer",
       .alias = "meyer3",
       .family = family,
       .doc = "parameters of sizes 1e-3 to 1e4, nearly dependent",
       .paper = "Meyer, in Rosen, Mangasarian & Ritter (eds.), Nonlinear Programming, 1970, 465-486; MGH 10",
       .dimensions = fixed(3),
       .start = given({0.02, 4000, 250}),
       .residuals = meyer,
       .known = points({{Kind::global_minimum,
                         87.945855171233475,
                         {0.0056096365134189205, 6181.3463399861294, 345.22363441205022}}})},

      {.name = "gulf",
       .family = family,
       .doc = "powers of distances to the data: kinks where x2 meets a datum",
       .paper = "Cox, in Gulf Research and Development; MGH 11",
       .notes = "the paper prints |y_i m i x_2|, and some collections follow: |y_i - x_2| is meant",
       .dimensions = fixed(3),
       .start = given({5, 2.5, 0.15}),
       .residuals = gulf,
       .known = points({{Kind::global_minimum, 0, {50, 25, 1.5}}})},

      {.name = "kowalik_osborne",
       .alias = "kowosb",
       .family = family,
       .doc = "rational model with several minima and one that runs off",
       .paper = "Kowalik & Osborne, Methods for Unconstrained Optimization Problems, 1968; MGH 15",
       .notes = "some tables give 1.02734e-3, the limit as x1 -> inf, x3, x4 -> -inf, for a minimum",
       .dimensions = fixed(4),
       .start = given({0.25, 0.39, 0.415, 0.39}),
       .residuals = kowalik_osborne,
       .known = points({{Kind::global_minimum,
                         0.00030750560384923742741,
                         {0.19280693457903785, 0.19128232873436696, 0.12305650692632065, 0.13606233068379484}},
                        {Kind::minimum,
                         0.00042367462646983446069,
                         {0.225356437798886689, -0.414753806005538264, -0.02445269621513163, -0.177969659801265552}},
                        {Kind::limit, 1.02734e-3},
                        {Kind::minimum,
                         0.0016229555150643941101,
                         {0.229936036007553726, -0.1889842049387054, 0.198010198576707657, -0.0755266415191806404}}})},

      {.name = "brown_dennis",
       .alias = "brownden",
       .family = family,
       .doc = "large residuals",
       .paper = "Brown & Dennis, Numer. Math. 18 (1972) 289-297; MGH 16",
       .dimensions = fixed(4),
       .start = given({25, 5, -5, -1}),
       .residuals = brown_dennis,
       .known = points({{Kind::global_minimum,
                         85822.201626356344661,
                         {-11.594439904762165, 13.203630051207204, -0.40343948817685952, 0.2367787744557363}}})},

      {.name = "osborne_1",
       .alias = "osbornea",
       .family = family,
       .doc = "two exponentials and a constant",
       .paper = "Osborne, in Dixon (ed.), Optimization in Action, 1976, 171-189; MGH 17",
       .dimensions = fixed(5),
       .start = given({0.5, 1.5, -1, 0.01, 0.02}),
       .residuals = osborne_1,
       .known = points({{Kind::global_minimum,
                         5.4648946974828091e-5,
                         {0.37541005210695161, 1.9358469127123226, -1.4646871366133778, 0.012867534640057195,
                          0.022122699661672782}}})},

      {.name = "biggs_exp6",
       .alias = "biggs6",
       .family = family,
       .doc = "three exponentials; a strict saddle that looks like a minimum",
       .paper = "Biggs, in Dixon (ed.), Global Optimisation, 1971; MGH 18",
       .notes = "5.65565e-3, which tables give for a local minimum, belongs to a strict saddle",
       .dimensions = fixed(6),
       .start = given({1, 2, 1, 1, 1, 1}),
       .residuals = biggs_exp6,
       .known = points({{Kind::global_minimum, 0, {1, 10, 1, 5, 4, 3}},
                        {Kind::global_minimum, 0, {4, 10, 3, 5, 1, 1}},
                        {Kind::saddle,
                         5.6556499254999254e-3,
                         {1.7114159947195875, 17.683198180949052, 1.1631436609188999, 5.1865615519934467,
                          1.7114159947195877, 1.163143660918885}}})},

      {.name = "osborne_2",
       .alias = "osborneb",
       .family = family,
       .doc = "an exponential and three bells",
       .paper = "Osborne, in Dixon (ed.), Optimization in Action, 1976, 171-189; MGH 19",
       .dimensions = fixed(11),
       .start = given({1.3, 0.65, 0.65, 0.7, 0.6, 3, 5, 7, 2, 4.5, 5.5}),
       .residuals = osborne_2,
       .known = points({{Kind::global_minimum,
                         0.0401377362935477,
                         {1.3099771546180161, 0.43155379459671789, 0.63366169895725966, 0.59943053478550645,
                          0.75418322630333645, 0.90428857992282863, 1.3658118352530595, 4.8236988170201753,
                          2.398684866123582, 4.5688745976545357, 5.6753414705791112}}})},

      {.name = "watson",
       .family = family,
       .doc = "a differential equation by a polynomial: condition 1e9 at n = 9",
       .paper = "Kowalik & Osborne, Methods for Unconstrained Optimization Problems, 1968; MGH 20",
       .dimensions = any(6, 2, 31),
       .start = everywhere(0),
       .residuals = watson,
       .known = watson_points},
  };
}

}  // namespace downhill::problems
