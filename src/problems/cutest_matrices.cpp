#include <cmath>

#include "problems/families.hpp"
#include "problems/notation.hpp"

/// Families about matrices, surfaces and boundary value problems.
namespace downhill::problems {
namespace {

constexpr auto family = TestProblem::Family::cutest;

std::int64_t side(std::int64_t n) { return static_cast<std::int64_t>(std::lround(std::sqrt(static_cast<double>(n)))); }

/// ½(x_1² + Σ(x_i - x_(i+1))² + x_n²) - h² Σ(2x_i + cos x_i) - x_n
Array fletcbv2(const Array& x) {
  const double h = 1 / (count(x) + 1);
  const Array ends = square(at(x, 0)) + square(at(x, -1));
  return 0.5 * (ends + sum(square(part(x, 0, -1) - part(x, 1)))) - h * h * sum(2 * x + cos(x)) - at(x, -1);
}

/// The area of a surface over p x p points, and the square of its mean height.
Array surface(const Array& x) {
  const std::int64_t p = side(x.size());
  const Array z = reshape(x, {p, p});
  const double cells = static_cast<double>((p - 1) * (p - 1));
  const Array down = slice(z, {Range{0, -1}, Range{0, -1}}) - slice(z, {Range{1, {}}, Range{1, {}}});
  const Array up = slice(z, {Range{1, {}}, Range{0, -1}}) - slice(z, {Range{0, -1}, Range{1, {}}});
  return sum(sqrt(1 + 0.5 * cells * (square(down) + square(up)))) / cells + square(mean(x));
}

/// A plane through the boundary, 0 inside.
Numbers surface_start(std::int64_t n) {
  const std::int64_t p = side(n);
  Numbers x(static_cast<std::size_t>(n), 0.0);
  for (std::int64_t j = 0; j < p; ++j) {
    for (std::int64_t i = 0; i < p; ++i) {
      const bool is_border = i == 0 || j == 0 || i == p - 1 || j == p - 1;
      const double h = 1 / static_cast<double>(p - 1);
      if (is_border) {
        x[static_cast<std::size_t>(j * p + i)] = 1 + 4 * h * static_cast<double>(j) + 8 * h * static_cast<double>(i);
      }
    }
  }
  return x;
}

/// sin(k²), k = 1, 2, …: the entries of the matrices whose roots are sought.
Array sines(std::int64_t n) { return sin(square(integers(n))); }

Array matrix_square_root(const Array& x) {
  const std::int64_t p = side(x.size());
  const Array b = reshape(sines(x.size()), {p, p}), z = reshape(x, {p, p});
  return matmul(z, z) - matmul(b, b);
}

/// The five diagonals of the square of a tridiagonal matrix whose entries are stored row by row, n = 3m - 2.
Array tridiagonal_square(const Array& x) {
  const Array d = part(x, 0, {}, 3), upper = part(x, 1, {}, 3), lower = part(x, 2, {}, 3);
  const Array product = upper * lower, sums = part(d, 0, -1) + part(d, 1);
  return together({square(d) + bordered(product, 0, 1) + bordered(product, 1, 0), upper * sums, lower * sums,
                   part(upper, 0, -1) * part(upper, 1), part(lower, 0, -1) * part(lower, 1)});
}

Array spmsrtls(const Array& x) { return tridiagonal_square(x) - tridiagonal_square(sines(x.size())); }

/// An eigenvector x and its eigenvalue μ, the last variable: A has six neighbours to either side.
Array vareigvl(const Array& variables) {
  const std::int64_t n = variables.size() - 1;
  const double size = static_cast<double>(n);
  const Array x = part(variables, 0, n), mu = at(variables, n);
  const Array padded = bordered(x, 6, 6), i = integers(n);
  Array product = -(mu * x);
  for (std::int64_t d = -6; d <= 6; ++d) {
    const double offset = static_cast<double>(d);
    product =
        product + std::exp(-offset * offset / (size * size)) * sin(i * (i + offset)) * part(padded, 6 + d, 6 + d + n);
  }
  return 0.5 * sum(square(product)) + pow(sum(square(x)), 1.5) / 1.5;
}

/// Bratu's equation -u'' = e^u, u(0) = u(1) = 0, as the energy of its solution.
Array bratu(const Array& x) {
  const double h = 1 / (count(x) + 1);
  const Array u = bordered(x, 1, 1);
  const Array slopes = part(u, 1) - part(u, 0, -1);
  return sum(square(slopes)) / (2 * h) - h * sum(exp(x));
}

}  // namespace

std::vector<TestProblem> cutest_matrices() {
  return {
      {.name = "bratu_energy",
       .family = family,
       .doc = "the energy of a nonlinear boundary value problem: a minimum, then no lower bound",
       .paper = "Bratu, Bull. Soc. Math. France 42 (1914) 113-142",
       .dimensions = any(50, 1),
       .start = everywhere(0),
       .loss = bratu,
       .known =
           [](std::int64_t n) {
             KnownPoints list{{Kind::limit, -infinity}};
             if (n == 50) list.push_back({Kind::minimum, -1.0268930309642645});
             return list;
           }},
      {.name = "fletcbv2",
       .family = family,
       .doc = "a boundary value problem: nearly stationary at the start",
       .paper = "Fletcher, An optimal positive definite update, SIAM J. Optim. 5 (1995) 192-218, problem 1",
       .dimensions = any(100, 2),
       .start = each([](double i, double n) { return i / (n + 1); }),
       .loss = fletcbv2,
       .known = best_known({{10, -0.6154414532683079}, {100, -0.5140067861117383}, {1000, -0.5014290312675613}})},
      {.name = "fminsurf",
       .family = family,
       .doc = "a free surface of least area and mean height 0",
       .paper = "Griewank & Toint, in Powell (ed.), Nonlinear Optimization 1981, 1982, 301-312",
       .dimensions = squares(64),
       .start = surface_start,
       .loss = surface,
       .known = minimum_everywhere(0, 1)},
      {.name = "msqrtals",
       .family = family,
       .doc = "the square root of a dense matrix",
       .paper = "Liu & Nocedal, Math. Programming 45 (1989) 503-528; Buckley 1989, problem 204",
       .dimensions = squares(49),
       .start = each([](double k, double) { return 0.2 * std::sin(k * k); }),
       .residuals = matrix_square_root,
       .known =
           [](std::int64_t n) {
             return KnownPoints{{Kind::global_minimum, 0, each([](double k, double) { return std::sin(k * k); })(n)}};
           }},
      {.name = "spmsrtls",
       .family = family,
       .doc = "the square root of a tridiagonal matrix",
       .paper = "Liu & Nocedal; Buckley, Test functions for unconstrained minimization, 1989, problem 151",
       .dimensions = multiples(100, 3, 7),
       .start = each([](double k, double) { return 0.2 * std::sin(k * k); }),
       .residuals = spmsrtls,
       .known =
           [](std::int64_t n) {
             return KnownPoints{{Kind::global_minimum, 0, each([](double k, double) { return std::sin(k * k); })(n)}};
           }},
      {.name = "vareigvl",
       .family = family,
       .doc = "an eigenvalue problem: any μ at x = 0, singular Hessian",
       .paper = "Auchmuty, unpublished; Toint 1989, in CUTE",
       .notes = "powers are divided by their exponents since a correction of 2024",
       .dimensions = any(50, 13),
       .start =
           [](std::int64_t n) {
             Numbers x = everywhere(1)(n);
             x.back() = 0;
             return x;
           },
       .loss = vareigvl,
       .known = minimum_everywhere(0)},
  };
}

}  // namespace downhill::problems
