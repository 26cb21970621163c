#include <cmath>

#include "problems/families.hpp"
#include "problems/notation.hpp"

/// Problems 27-31 of Moré, Garbow & Hillstrom: systems of equations of any size.
namespace downhill::problems {
namespace {

constexpr auto family = TestProblem::Family::more_garbow_hillstrom;

Array brown_almost_linear(const Array& x) {
  const double n = count(x);
  return together({part(x, 0, -1) + sum(x) - (n + 1), prod(x) - 1});
}

/// u'' = (u + t + 1)³/2, u(0) = u(1) = 0, by differences: -u_(i-1) + 2 u_i - u_(i+1) + h²(u_i + t_i + 1)³/2.
Array discrete_boundary_value(const Array& x) {
  const std::int64_t n = x.size();
  const double h = 1 / (static_cast<double>(n) + 1);
  const Array u = bordered(x, 1, 1), t = h * integers(n);
  return 2 * x - part(u, 0, n) - part(u, 2) + (h * h / 2) * cube(x + t + 1);
}

/// The same by its integral equation.
Array discrete_integral_equation(const Array& x) {
  const std::int64_t n = x.size();
  const double h = 1 / (static_cast<double>(n) + 1);
  const Array t = h * integers(n), c = cube(x + t + 1);
  const Array below = cumsum(t * c), upper = (1 - t) * c;
  const Array above = sum(upper) - cumsum(upper);
  return x + (h / 2) * ((1 - t) * below + t * above);
}

Array broyden_tridiagonal(const Array& x) {
  const Array u = bordered(x, 1, 1);
  return (3 - 2 * x) * x - part(u, 0, x.size()) - 2 * part(u, 2) + 1;
}

/// Five neighbours below, one above.
Array broyden_banded(const Array& x) {
  const std::int64_t n = x.size();
  const Array u = bordered(x * (1 + x), 5, 1);
  Array neighbours = part(u, 6);
  for (std::int64_t k = 0; k < 5; ++k) neighbours = neighbours + part(u, k, k + n);
  return x * (2 + 5 * square(x)) + 1 - neighbours;
}

/// The roots of n a^n - (n + 1) a^(n-1) + 1 give (a, …, a, a^(1-n)); a = 1 is always one.
KnownPoints brown_almost_linear_points(std::int64_t n) {
  const double ends = static_cast<double>(n) + 1;
  KnownPoints list{{Kind::global_minimum, 0, everywhere(1)(n)}};
  Numbers far(static_cast<std::size_t>(n), 0.0);
  far.back() = ends;
  if (n > 2) list.push_back({Kind::minimum, 1, far});
  return list;
}

}  // namespace

std::vector<TestProblem> more_garbow_hillstrom_equations() {
  return {
      {.name = "brown_almost_linear",
       .alias = "brownal",
       .family = family,
       .doc = "all equations linear but one, a product",
       .paper = "Brown, SIAM J. Numer. Anal. 6 (1969) 560-569; MGH 27",
       .dimensions = any(10, 2, 200),
       .start = everywhere(0.5),
       .residuals = brown_almost_linear,
       .known = brown_almost_linear_points},

      {.name = "discrete_boundary_value",
       .alias = "morebv",
       .family = family,
       .doc = "a boundary value problem: condition n⁴",
       .paper = "Moré & Cosnard, TOMS 5 (1979) 64-85; MGH 28",
       .dimensions = any(10, 1),
       .start = each([](double i, double n) {
         const double t = i / (n + 1);
         return t * (t - 1);
       }),
       .residuals = discrete_boundary_value,
       .known = minimum_value(0)},

      {.name = "discrete_integral_equation",
       .alias = "inteqnels",
       .family = family,
       .doc = "the same by its integral equation: dense and well-conditioned",
       .paper = "Moré & Cosnard, TOMS 5 (1979) 64-85; MGH 29",
       .dimensions = any(10, 1),
       .start = each([](double i, double n) {
         const double t = i / (n + 1);
         return t * (t - 1);
       }),
       .residuals = discrete_integral_equation,
       .known = minimum_value(0)},

      {.name = "broyden_tridiagonal",
       .alias = "broydn3dls",
       .family = family,
       .doc = "tridiagonal quadratic equations",
       .paper = "Broyden, Math. Comp. 19 (1965) 577-593; MGH 30",
       .dimensions = any(10, 1),
       .start = everywhere(-1),
       .residuals = broyden_tridiagonal,
       .known = minimum_value(0)},

      {.name = "broyden_banded",
       .family = family,
       .doc = "seven-banded cubic equations",
       .paper = "Broyden, Math. Comp. 25 (1971) 285-294; MGH 31",
       .dimensions = any(10, 1),
       .start = everywhere(-1),
       .residuals = broyden_banded,
       .known = minimum_value(0)},

      {.name = "brybnd",
       .alias = "broydnbdls",
       .family = TestProblem::Family::cutest,
       .doc = "the same from the other side",
       .paper = "Broyden, Math. Comp. 25 (1971) 285-294; CUTE",
       .notes = "CUTEst leaves the constant 1 out, so that its minimum is at 0",
       .dimensions = any(100, 1),
       .start = everywhere(1),
       .residuals = broyden_banded,
       .known = minimum_value(0)},
  };
}

}  // namespace downhill::problems
