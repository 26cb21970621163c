#pragma once
#include <downhill/method.hpp>

#include <cstdint>
#include <optional>

namespace downhill {

/// Nelder-Mead: a simplex of n + 1 points whose highest one is reflected through the others, expanded, contracted, or drawn in.
///
/// Coefficients depend on n (Gao & Han, Comput. Optim. Appl. 51 (2012) 259-277, eq. 4.1). The simplex is built anew about its
/// lowest point where it has collapsed into fewer dimensions, and once it is small, until a new one leads nowhere: a simplex
/// may shrink to a point that is not stationary (McKinnon, SIAM J. Optim. 9 (1998) 148-158; Kelley, ibid. 10 (1999) 43-55).
///
/// Needs values alone. Cost per iteration: one or two values, or n where the simplex is drawn in; O(n²).
/// Reference: Nelder & Mead, Computer J. 7 (1965) 308-313.
struct NelderMead {
  std::optional<double> step = {};  ///< edges of the first simplex, in units of x; none: a tenth of |x_i|
  double smallest_step = 1e-9;      ///< small is a simplex within this times the largest of |x_i| and the first edge
  std::uint64_t restarts = 100;     ///< times a small simplex is built anew at most

  static constexpr std::string_view name = "nelder_mead";
  static constexpr std::string_view doc = "a simplex that reflects, stretches and shrinks its way down";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
