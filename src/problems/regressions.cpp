#include <downhill/operations.hpp>

#include "problems/families.hpp"
#include "problems/notation.hpp"
#include "problems/regression_data.hpp"

/// NIST's nonlinear regressions: sums of squared residuals with certified minima.
namespace downhill::problems {
namespace {

constexpr double pi = 3.14159265358979323846;

/// The parameters of a model, one scalar each.
std::vector<Array> parameters(const Array& x) {
  std::vector<Array> b;
  for (std::int64_t k = 0; k < x.size(); ++k) b.push_back(at(x, k));
  return b;
}

using Parameters = std::span<const Array>;
using Model = Array (*)(Parameters b, const Array& x);

Array wave(const Array& cosine, const Array& sine, const Array& period, const Array& x) {
  const Array angle = 2 * pi * x / period;
  return cosine * cos(angle) + sine * sin(angle);
}

Array saturation(Parameters b, const Array& x) { return b[0] * (1 - exp(-b[1] * x)); }

Array misra1b_model(Parameters b, const Array& x) { return b[0] * (1 - 1 / square(1 + b[1] * x / 2)); }

Array misra1c_model(Parameters b, const Array& x) { return b[0] * (1 - rsqrt(1 + 2 * b[1] * x)); }

Array misra1d_model(Parameters b, const Array& x) { return b[0] * b[1] * x / (1 + b[1] * x); }

Array damped_ratio(Parameters b, const Array& x) { return exp(-b[0] * x) / (b[1] + b[2] * x); }

Array exponentials(Parameters b, const Array& x) {
  return b[0] * exp(-b[1] * x) + b[2] * exp(-b[3] * x) + b[4] * exp(-b[5] * x);
}

Array bells(Parameters b, const Array& x) {
  return b[0] * exp(-b[1] * x) + b[2] * exp(-square((x - b[3]) / b[4])) + b[5] * exp(-square((x - b[6]) / b[7]));
}

Array danwood_model(Parameters b, const Array& x) { return b[0] * pow(x, b[1]); }

Array kirby2_model(Parameters b, const Array& x) {
  return (b[0] + x * (b[1] + x * b[2])) / (1 + x * (b[3] + x * b[4]));
}

Array cubic_ratio(Parameters b, const Array& x) {
  return (b[0] + x * (b[1] + x * (b[2] + x * b[3]))) / (1 + x * (b[4] + x * (b[5] + x * b[6])));
}

Array mgh17_model(Parameters b, const Array& x) { return b[0] + b[1] * exp(-x * b[3]) + b[2] * exp(-x * b[4]); }

Array roszman1_model(Parameters b, const Array& x) { return b[0] - b[1] * x - atan(b[2] / (x - b[3])) / pi; }

Array enso_model(Parameters b, const Array& x) {
  return b[0] + wave(b[1], b[2], 12.0, x) + wave(b[4], b[5], b[3], x) + wave(b[7], b[8], b[6], x);
}

Array mgh09_model(Parameters b, const Array& x) { return b[0] * x * (x + b[1]) / (x * (x + b[2]) + b[3]); }

Array rat42_model(Parameters b, const Array& x) { return b[0] / (1 + exp(b[1] - b[2] * x)); }

Array mgh10_model(Parameters b, const Array& x) { return b[0] * exp(b[1] / (x + b[2])); }

Array eckerle4_model(Parameters b, const Array& x) { return b[0] / b[1] * exp(-square((x - b[2]) / b[1]) / 2); }

Array rat43_model(Parameters b, const Array& x) { return b[0] / pow(1 + exp(b[1] - b[2] * x), 1 / b[3]); }

Array bennett5_model(Parameters b, const Array& x) { return b[0] * pow(b[1] + x, -1 / b[2]); }

Array nelson_residuals(const Array& parameters_of_model) {
  const data::Observations observed = data::nelson();
  const auto b = parameters(parameters_of_model);
  return log(Array(observed.y)) - (b[0] - b[1] * Array(observed.x) * exp(-b[2] * Array(observed.z)));
}

std::function<Array(const Array&)> residuals_of(Model model, const data::Observations& observed) {
  return [model, y = Array(observed.y), x = Array(observed.x)](const Array& b) { return y - model(parameters(b), x); };
}

TestProblem regression(std::string_view name, std::string_view doc, std::string_view paper,
                       std::function<Array(const Array&)> residuals, const Numbers& first, const Numbers& second,
                       Numbers certified, double sum_of_squares) {
  return {.name = name,
          .family = TestProblem::Family::regression,
          .doc = doc,
          .paper = paper,
          .dimensions = fixed(static_cast<std::int64_t>(first.size())),
          .start = given(first),
          .second_start = given(second),
          .residuals = std::move(residuals),
          .known = points({{Kind::global_minimum, sum_of_squares, std::move(certified)}})};
}

}  // namespace

Numbers data::counted(std::int64_t n) {
  return each([](double i, double) { return i; })(n);
}

std::vector<TestProblem> regressions() {
  return {
      regression("misra1a", "b1 (1 - e^(-b2 x))", "Misra, NIST 1978", residuals_of(saturation, data::misra1a()),
                 {500, 0.0001}, {250, 0.0005}, {2.3894212918e2, 5.5015643181e-4}, 1.2455138894e-1),
      regression("chwirut2", "ultrasonic reference block, fewer observations", "Chwirut, NIST 197?",
                 residuals_of(damped_ratio, data::chwirut2()), {0.1, 0.01, 0.02}, {0.15, 0.008, 0.010},
                 {1.6657666537e-1, 5.1653291286e-3, 1.2150007096e-2}, 5.1304802941e2),
      regression("chwirut1", "ultrasonic reference block", "Chwirut, NIST 197?",
                 residuals_of(damped_ratio, data::chwirut1()), {0.1, 0.01, 0.02}, {0.15, 0.008, 0.010},
                 {1.9027818370e-1, 6.1314004477e-3, 1.0530908399e-2}, 2.3844771393e3),
      regression("lanczos3", "three exponentials, to 5 digits", "Lanczos, Applied Analysis, 1956, 272-280",
                 residuals_of(exponentials, data::lanczos3()), {1.2, 0.3, 5.6, 5.5, 6.5, 7.6},
                 {0.5, 0.7, 3.6, 4.2, 4, 6.3},
                 {8.6816414977e-2, 9.5498101505e-1, 8.4400777463e-1, 2.9515951832, 1.5825685901, 4.9863565084},
                 1.6117193594e-8),
      regression("gauss1", "an exponential and two well-separated bells", "Rust, NIST 1996",
                 residuals_of(bells, data::gauss1()), {97.0, 0.009, 100.0, 65.0, 20.0, 70.0, 178.0, 16.5},
                 {94.0, 0.0105, 99.0, 63.0, 25.0, 71.0, 180.0, 20.0},
                 {9.8778210871e1, 1.0497276517e-2, 1.0048990633e2, 6.7481111276e1, 2.3129773360e1, 7.1994503004e1,
                  1.7899805021e2, 1.8389389025e1},
                 1.3158222432e3),
      regression("gauss2", "an exponential and two overlapping bells", "Rust, NIST 1996",
                 residuals_of(bells, data::gauss2()), {96.0, 0.009, 103.0, 106.0, 18.0, 72.0, 151.0, 18.0},
                 {98.0, 0.0105, 103.0, 105.0, 20.0, 73.0, 150.0, 20.0},
                 {9.9018328406e1, 1.0994945399e-2, 1.0188022528e2, 1.0703095519e2, 2.3578584029e1, 7.2045589471e1,
                  1.5327010194e2, 1.9525972636e1},
                 1.2475282092e3),
      regression("danwood", "b1 x^b2", "Daniel & Wood, Fitting Equations to Data, 2nd ed. 1980, 428-431",
                 residuals_of(danwood_model, data::danwood()), {1, 5}, {0.7, 4}, {7.6886226176e-1, 3.8604055871},
                 4.3173084083e-3),
      regression("misra1b", "b1 (1 - (1 + b2 x/2)^-2)", "Misra, NIST 1978",
                 residuals_of(misra1b_model, data::misra1b()), {500, 0.0001}, {300, 0.0002},
                 {3.3799746163e2, 3.9039091287e-4}, 7.5464681533e-2),
      regression("kirby2", "quadratic over quadratic", "Kirby, NIST 197?", residuals_of(kirby2_model, data::kirby2()),
                 {2, -0.1, 0.003, -0.001, 0.00001}, {1.5, -0.15, 0.0025, -0.0015, 0.00002},
                 {1.6745063063, -1.3927397867e-1, 2.5961181191e-3, -1.7241811870e-3, 2.1664802578e-5}, 3.9050739624),
      regression("hahn1", "copper expansion: cubic over cubic", "Hahn, NIST 197?",
                 residuals_of(cubic_ratio, data::hahn1()), {10, -1, 0.05, -0.00001, -0.05, 0.001, -0.000001},
                 {1, -0.1, 0.005, -0.000001, -0.005, 0.0001, -0.0000001},
                 {1.0776351733, -1.2269296921e-1, 4.0863750610e-3, -1.4262662514e-6, -5.7609940901e-3, 2.4053735503e-4,
                  -1.2314450199e-7},
                 1.5324382854),
      regression("nelson", "log of breakdown voltage over time and temperature",
                 "Nelson, IEEE Trans. Reliability R-30 (1981) 149-155", nelson_residuals, {2, 0.0001, -0.01},
                 {2.5, 0.000000005, -0.05}, {2.5906836021, 5.6177717026e-9, -5.7701013174e-2}, 3.7976833176),
      regression("mgh17", "two exponentials and a constant",
                 "Osborne, in Lootsma (ed.), Numerical Methods for Nonlinear Optimization, 1972, 171-189",
                 residuals_of(mgh17_model, data::mgh17()), {50, 150, -100, 1, 2}, {0.5, 1.5, -1, 0.01, 0.02},
                 {3.7541005211e-1, 1.9358469127, -1.4646871366, 1.2867534640e-2, 2.2122699662e-2}, 5.4648946975e-5),
      regression("lanczos1", "three exponentials, to 14 digits: residuals of rounding",
                 "Lanczos, Applied Analysis, 1956, 272-280", residuals_of(exponentials, data::lanczos1()),
                 {1.2, 0.3, 5.6, 5.5, 6.5, 7.6}, {0.5, 0.7, 3.6, 4.2, 4, 6.3},
                 {9.5100000027e-2, 1.0000000001, 8.6070000013e-1, 3.0000000002, 1.5575999998, 5.0000000001},
                 1.4307867721e-25),
      regression(
          "lanczos2", "three exponentials, to 6 digits", "Lanczos, Applied Analysis, 1956, 272-280",
          residuals_of(exponentials, data::lanczos2()), {1.2, 0.3, 5.6, 5.5, 6.5, 7.6}, {0.5, 0.7, 3.6, 4.2, 4, 6.3},
          {9.6251029939e-2, 1.0057332849, 8.6424689056e-1, 3.0078283915, 1.5529016879, 5.0028798100}, 2.2299428125e-11),
      regression("gauss3", "an exponential and two strongly overlapping bells", "Rust, NIST 1996",
                 residuals_of(bells, data::gauss3()), {94.9, 0.009, 90.1, 113.0, 20.0, 73.8, 140.0, 20.0},
                 {96.0, 0.0096, 80.0, 110.0, 25.0, 74.0, 139.0, 25.0},
                 {9.8940368970e1, 1.0945879335e-2, 1.0069553078e2, 1.1163619459e2, 2.3300500029e1, 7.3705031418e1,
                  1.4776164251e2, 1.9668221230e1},
                 1.2444846360e3),
      regression("misra1c", "b1 (1 - (1 + 2 b2 x)^-1/2)", "Misra, NIST 1978",
                 residuals_of(misra1c_model, data::misra1c()), {500, 0.0001}, {600, 0.0002},
                 {6.3642725809e2, 2.0813627256e-4}, 4.0966836971e-2),
      regression("misra1d", "b1 b2 x / (1 + b2 x)", "Misra, NIST 1978", residuals_of(misra1d_model, data::misra1d()),
                 {500, 0.0001}, {450, 0.0003}, {4.3736970754e2, 3.0227324449e-4}, 5.6419295283e-2),
      regression("roszman1", "b1 - b2 x - atan(b3 / (x - b4)) / pi", "Roszman, NIST 19??",
                 residuals_of(roszman1_model, data::roszman1()), {0.1, -0.00001, 1000, -100},
                 {0.2, -0.000005, 1200, -150}, {2.0196866396e-1, -6.1953516256e-6, 1.2044556708e3, -1.8134269537e2},
                 4.9484847331e-4),
      regression("enso", "air pressure: a yearly and two unknown periods",
                 "Kahaner, Moler & Nash, Numerical Methods and Software, 1989, 441-445",
                 residuals_of(enso_model, data::enso()), {11.0, 3.0, 0.5, 40.0, -0.7, -1.3, 25.0, -0.3, 1.4},
                 {10.0, 3.0, 0.5, 44.0, -1.5, 0.5, 26.0, -0.1, 1.5},
                 {1.0510749193e1, 3.0762128085, 5.3280138227e-1, 4.4311088700e1, -1.6231428586, 5.2554493756e-1,
                  2.6887614440e1, 2.1232288488e-1, 1.4966870418},
                 7.8853978668e2),
      regression("mgh09", "b1 (x² + b2 x) / (x² + b3 x + b4)",
                 "Kowalik & Osborne, Methods for Unconstrained Optimization Problems, 1968",
                 residuals_of(mgh09_model, data::mgh09()), {25, 39, 41.5, 39}, {0.25, 0.39, 0.415, 0.39},
                 {1.9280693458e-1, 1.9128232873e-1, 1.2305650693e-1, 1.3606233068e-1}, 3.0750560385e-4),
      regression("thurber", "electron mobility: cubic over cubic", "Thurber, NIST 197?",
                 residuals_of(cubic_ratio, data::thurber()), {1000, 1000, 400, 40, 0.7, 0.3, 0.03},
                 {1300, 1500, 500, 75, 1, 0.4, 0.05},
                 {1.2881396800e3, 1.4910792535e3, 5.8323836877e2, 7.5416644291e1, 9.6629502864e-1, 3.9797285797e-1,
                  4.9727297349e-2},
                 5.6427082397e3),
      regression("boxbod", "b1 (1 - e^(-b2 x))", "Box, Hunter & Hunter, Statistics for Experimenters, 1978, 483-487",
                 residuals_of(saturation, data::boxbod()), {1, 1}, {100, 0.75}, {2.1380940889e2, 5.4723748542e-1},
                 1.1680088766e3),
      regression("rat42", "b1 / (1 + e^(b2 - b3 x))", "Ratkowsky, Nonlinear Regression Modeling, 1983, 61, 88",
                 residuals_of(rat42_model, data::rat42()), {100, 1, 0.1}, {75, 2.5, 0.07},
                 {7.2462237576e1, 2.6180768402, 6.7359200066e-2}, 8.0565229338),
      regression("mgh10", "b1 e^(b2 / (x + b3))",
                 "Meyer, in Rosen, Mangasarian & Ritter (eds.), Nonlinear Programming, 1970, 465-486",
                 residuals_of(mgh10_model, data::mgh10()), {2, 400000, 25000}, {0.02, 4000, 250},
                 {5.6096364710e-3, 6.1813463463e3, 3.4522363462e2}, 8.7945855171e1),
      regression("eckerle4", "(b1/b2) e^(-((x - b3)/b2)²/2)", "Eckerle, NIST 197?",
                 residuals_of(eckerle4_model, data::eckerle4()), {1, 10, 500}, {1.5, 5, 450},
                 {1.5543827178, 4.0888321754, 4.5154121844e2}, 1.4635887487e-3),
      regression("rat43", "b1 / (1 + e^(b2 - b3 x))^(1/b4)", "Ratkowsky, Nonlinear Regression Modeling, 1983, 62, 88",
                 residuals_of(rat43_model, data::rat43()), {100, 10, 1, 1}, {700, 5, 0.75, 1.3},
                 {6.9964151270e2, 5.2771253025, 7.5962938329e-1, 1.2792483859}, 8.7864049080e3),
      regression("bennett5", "b1 (b2 + x)^(-1/b3)", "Bennett, Swartzendruber & Brown, NIST 1994",
                 residuals_of(bennett5_model, data::bennett5()), {-2000, 50, 0.8}, {-1500, 45, 0.85},
                 {-2.5235058043e3, 4.6736564644e1, 9.3218483193e-1}, 5.2404744073e-4),
  };
}

}  // namespace downhill::problems
