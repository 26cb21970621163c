#include <cmath>

#include "problems/families.hpp"
#include "problems/notation.hpp"

/// Families of sums over windows, strides and tables.
namespace downhill::problems {
namespace {

constexpr auto family = TestProblem::Family::cutest;

/// The weights that Toint gives to his variants of Rosenbrock's function, n <= 50.
Array toint_weights(std::int64_t n) {
  const Array all = {1.25, 1.40, 2.40, 1.40, 1.75, 1.20, 2.25, 1.20, 1.00, 1.10, 1.50, 1.60, 1.25,
                     1.25, 1.20, 1.20, 1.40, 0.50, 0.50, 1.25, 1.80, 0.75, 1.25, 1.40, 1.60, 2.00,
                     1.00, 1.60, 1.25, 2.75, 1.25, 1.25, 1.25, 3.00, 1.50, 2.00, 1.25, 1.40, 1.80,
                     1.50, 2.20, 1.40, 1.50, 1.25, 2.00, 1.50, 1.25, 1.40, 0.60, 1.50};
  return part(all, 1, n);
}

Array chnrosnb(const Array& x) {
  const Array a = part(x, 0, -1), b = part(x, 1);
  return stack({4 * toint_weights(x.size()) * (a - square(b)), b - 1});
}

Array errinros(const Array& x) {
  const Array a = part(x, 0, -1), b = part(x, 1), w = toint_weights(x.size());
  return stack({a - 16 * square(w) * square(b), b - 1});
}

/// Σ q_i (q_i (q_i² - 20) - 0.1), q_i = x_i + … + x_min(i+k, n)
Array curly(const Array& x, std::int64_t k) {
  const Array q = window_sums(bordered(x, 0, k), k + 1);
  return sum(q * (q * (square(q) - 20) - 0.1));
}

TestProblem curly_problem(std::string_view name, std::int64_t k) {
  return {.name = name,
          .family = family,
          .doc = "semi-banded quartic of many local minima, huge condition",
          .paper = "Gould & Toint; CUTEst",
          .dimensions = any(100, 2),
          .start = each([](double i, double n) { return 1e-4 * i / (n + 1); }),
          .loss = [k](const Array& x) { return curly(x, k); },
          .known = best_known({{100, -10031.629024133108}})};
}

Array ncb20b(const Array& x) {
  constexpr std::int64_t p = 20;
  const Array i = integers(x.size() - p + 1);
  const Array tent = window_sums(x / (1 + square(x)), p);
  return sum(10 / i * square(tent) - 0.2 * window_sums(x, p)) + sum(100 * fourth(x) + 2);
}

/// The same with weight 1 on the quartic, and ten further variables y.
Array ncb20(const Array& variables) {
  constexpr std::int64_t p = 20;
  const std::int64_t n = variables.size() - 10;
  const Array x = part(variables, 0, n), y = part(variables, n);
  const Array inner = part(x, 0, n - 1), i = integers(n - p);
  const Array tent = window_sums(inner / (1 + square(inner)), p);
  const Array coupling = part(x, 0, 10) * part(x, 10, 20) * y + 2 * square(y);
  return 2 + sum(10 / i * square(tent) - 0.2 * window_sums(inner, p)) + sum(fourth(x) + 2) + 1e-4 * sum(coupling);
}

Array nonconvex(const Array& v) { return sum(square(v) + 4 * cos(v)); }

/// Σ of the function at i and at strides 2, 3, 5, 7, 11 around the vector.
Array strides(const Array& x) {
  Array result = x;
  for (const std::int64_t k : {2, 3, 5, 7, 11}) result = result + strided(x, k);
  return result;
}

Array sparsine(const Array& x) { return 0.5 * sum(integers(x.size()) * square(strides(sin(x)))); }

Array sparsqur(const Array& x) { return 0.125 * sum(integers(x.size()) * square(strides(square(x)))); }

/// Every v_i at the minimum of v² + 4 cos v, where v = 2 sin v; the signs are free.
KnownPoints nonconvex_points(std::int64_t n) {
  return {{Kind::global_minimum, 2.3168084197882132 * static_cast<double>(n)}};
}

Numbers ncb20_start(std::int64_t n) {
  Numbers x(static_cast<std::size_t>(n), 0.0);
  std::fill(x.end() - 10, x.end(), 1.0);
  return x;
}

}  // namespace

std::vector<TestProblem> cutest_curved() {
  return {
      {.name = "chnrosnb",
       .family = family,
       .doc = "Rosenbrock's valley chained, with a table of weights",
       .paper = "Toint, Some numerical results using a sparse matrix updating formula, Math. Comp. 32 (1978) 839-851",
       .notes = "another collection has weights of its own",
       .dimensions = any(50, 2, 50),
       .start = everywhere(-1),
       .residuals = chnrosnb,
       .known = minimum_everywhere(1)},
      curly_problem("curly10", 10),
      curly_problem("curly20", 20),
      curly_problem("curly30", 30),
      {.name = "errinros",
       .family = family,
       .doc = "chnrosnb with its terms confused: nonzero residuals, hard",
       .paper = "Toint, Test problems for partially separable optimization, FUNDP Namur 83/4, 1983",
       .dimensions = any(50, 2, 50),
       .start = everywhere(-1),
       .residuals = errinros,
       .known = best_known({{50, 39.904153920126994}})},
      {.name = "ncb20",
       .family = family,
       .doc = "banded nonconvex terms of twenty variables each",
       .paper = "Bouaricha; Toint 1992, CUTE",
       .dimensions = any(110, 31),
       .start = ncb20_start,
       .loss = ncb20,
       .known = best_known({{110, 182.97747822446919}})},
      {.name = "ncb20b",
       .family = family,
       .doc = "banded nonconvex terms of twenty variables each",
       .paper = "Bouaricha; Toint 1992, CUTE",
       .dimensions = any(100, 20),
       .start = everywhere(0),
       .loss = ncb20b,
       .known = best_known({{100, 196.68015110220225}})},
      {.name = "noncvxu2",
       .family = family,
       .doc = "nonconvex, one minimal value at many points",
       .paper = "Gould 1996, CUTE",
       .dimensions = any(100, 1),
       .start = each([](double i, double) { return i; }),
       .loss = [](const Array& x) { return nonconvex(x + strided(x, 3, 2) + strided(x, 7, 3)); },
       .known = nonconvex_points},
      {.name = "noncvxun",
       .family = family,
       .doc = "nonconvex, one minimal value at many points",
       .paper = "Gould 1996, CUTE",
       .dimensions = any(100, 1),
       .start = each([](double i, double) { return i; }),
       .loss = [](const Array& x) { return nonconvex(x + strided(x, 2) + strided(x, 3)); },
       .known = nonconvex_points},
      {.name = "sparsine",
       .family = family,
       .doc = "sparse trigonometric, ill-conditioned",
       .paper = "Gould 1993, CUTE",
       .dimensions = any(100, 1),
       .start = everywhere(0.5),
       .loss = sparsine,
       .known = minimum_everywhere(0)},
      {.name = "sparsqur",
       .family = family,
       .doc = "sparse quartic: singular Hessian",
       .paper = "Gould 1993, CUTE",
       .dimensions = any(100, 1),
       .start = everywhere(0.5),
       .loss = sparsqur,
       .known = minimum_everywhere(0)},
  };
}

}  // namespace downhill::problems
