#pragma once
#include <downhill/line_searches/strong_wolfe.hpp>
#include <downhill/method.hpp>

#include <cstddef>

namespace downhill {

/// The limited-memory BFGS method: x - t H g with the inverse Hessian H that the last `memory` steps tell of.
///
/// H begins with a diagonal that every step updates, so that variables of different units do little harm.
/// The first step goes along the gradient; so does the next after a search that finds no lower point, with the memory cleared.
/// Multiplying f, or all of x, by 2^k gives the same iterates bit for bit.
///
/// Needs first derivatives. Cost per iteration: the line search's trials, mostly one, and 4 n memory operations.
/// References: Nocedal, Math. Comp. 35 (1980) 773-782; Liu & Nocedal, Math. Programming 45 (1989) 503-528;
/// Gilbert & Lemaréchal, Math. Programming 45 (1989) 407-435, for the diagonal.
struct Lbfgs {
  std::size_t memory = 15;  ///< steps remembered, at least 1
  LineSearch line_search = StrongWolfe{};

  static constexpr std::string_view name = "lbfgs";
  static constexpr std::string_view doc = "Newton-like steps from the gradients of the last few iterates; for any size";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
