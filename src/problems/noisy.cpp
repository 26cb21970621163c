#include <downhill/random.hpp>

#include "problems/families.hpp"
#include "problems/notation.hpp"

/// Functions with deterministic noise: the same x always gives the same value.
namespace downhill::problems {
namespace {

constexpr auto family = TestProblem::Family::noisy;
constexpr std::string_view more_wild =
    "Moré & Wild, Benchmarking derivative-free optimization, SIAM J. Optim. 20 (2009) 172-191";

/// In [-1, 1]: the cubic Chebyshev polynomial of a wave of high frequency (Moré & Wild 2009, (4.2)).
Array wave(const Array& x) {
  const Array phi = 0.9 * sin(100 * sum(abs(x))) * cos(100 * max(abs(x))) + 0.1 * cos(norm(x));
  return phi * (4 * square(phi) - 3);
}

/// Uniform in [-1, 1), constant on slabs of width 1e-6 across a fixed direction, drawn for each from `seed`.
Array dither(const Array& x, std::uint64_t seed) {
  const Array place = 1e6 * sum(sqrt(integers(x.size())) * x);
  const Array slab = astype(place - 1e9 * floor(place / 1e9), DType::i32);
  return 2 * random_uniform(fold_in(random_key(seed), slab), Shape{}) - 1;
}

Array rosenbrock(const Array& x) {
  return sum(100 * square(part(x, 1) - square(part(x, 0, -1))) + square(1 - part(x, 0, -1)));
}

Array powell_singular(const Array& x) {
  const Array a = at(x, 0), b = at(x, 1), c = at(x, 2), d = at(x, 3);
  return square(a + 10 * b) + 5 * square(c - d) + fourth(b - 2 * c) + 10 * fourth(a - d);
}

TestProblem noisy_problem(std::string_view name, std::string_view doc, std::string_view paper, Dimensions dimensions,
                          Start start, double minimum, std::function<Array(const Array&)> loss) {
  return {.name = name,
          .family = family,
          .doc = doc,
          .paper = paper,
          .dimensions = dimensions,
          .start = std::move(start),
          .loss = std::move(loss),
          .known = minimum_everywhere(minimum)};
}

}  // namespace

std::vector<TestProblem> noisy() {
  const std::string_view here = "as in Kelley, Iterative Methods for Optimization, SIAM 1999, 6.1";
  return {
      noisy_problem("rosenbrock_ripples", "Rosenbrock's valley times 1 + 1e-6 of a fast sine: gradients are noise",
                    here, any(2), repeated({-1.2, 1}), 1,
                    [](const Array& x) { return rosenbrock(x) * (1 + 1e-6 * sin(1e7 * sum(x))); }),
      noisy_problem("rosenbrock_noise", "Rosenbrock's valley times 1 + 1e-3 of a wave", more_wild, any(2),
                    repeated({-1.2, 1}), 1, [](const Array& x) { return rosenbrock(x) * (1 + 1e-3 * wave(x)); }),
      noisy_problem("sphere_noise", "a bowl times 1 + 1e-3 of a wave", more_wild, any(10, 1), everywhere(1), 0,
                    [](const Array& x) { return sum(square(x)) * (1 + 1e-3 * wave(x)); }),
      noisy_problem("powell_singular_noise", "Powell's singular function times 1 + 1e-3 of a wave", more_wild, fixed(4),
                    given({3, -1, 0, 1}), 0, [](const Array& x) { return powell_singular(x) * (1 + 1e-3 * wave(x)); }),
      noisy_problem("sphere_dither", "a bowl times 1 + 1e-3 of seeded noise, constant on slabs", here, any(10, 1),
                    everywhere(1), 0, [](const Array& x) { return sum(square(x)) * (1 + 1e-3 * dither(x, 1)); }),
      noisy_problem("rosenbrock_dither", "Rosenbrock's valley times 1 + 1e-5 of seeded noise, constant on slabs", here,
                    any(2), repeated({-1.2, 1}), 1,
                    [](const Array& x) { return rosenbrock(x) * (1 + 1e-5 * dither(x, 2)); }),
  };
}

}  // namespace downhill::problems
