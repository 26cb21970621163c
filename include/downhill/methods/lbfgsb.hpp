#pragma once
#include <downhill/line_searches/strong_wolfe.hpp>
#include <downhill/method.hpp>

#include <cstddef>

namespace downhill {

/// L-BFGS within bounds: towards the minimum of the limited-memory model over the box, then a line search that ends at the bounds.
///
/// The model's generalised Cauchy point tells which bounds are active; its minimum over the other variables is projected on the bounds.
/// The model begins with a diagonal that every step updates, as in lbfgs, so that variables of different units do little harm.
/// The first step goes along the projected gradient; so does the next after a search that finds no lower point.
/// Without bounds it takes the steps of lbfgs, up to rounding. Multiplying f, or all of x, by 2^k gives the same iterates.
///
/// Needs first derivatives. Keeps to bounds. Cost per iteration: the line search's trials, mostly one, and O(n memory²).
/// References: Byrd, Lu, Nocedal & Zhu, SIAM J. Sci. Comput. 16 (1995) 1190-1208; Morales & Nocedal, ACM Trans. Math. Software 38
/// (2011) 7, for the projected minimum.
struct Lbfgsb {
  std::size_t memory = 15;  ///< steps remembered, at least 1
  LineSearch line_search = StrongWolfe{};

  static constexpr std::string_view name = "lbfgsb";
  static constexpr std::string_view doc = "lbfgs within bounds; for any size";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
