#pragma once
#include <downhill/line_searches/strong_wolfe.hpp>
#include <downhill/method.hpp>

namespace downhill {

/// The method of Broyden, Fletcher, Goldfarb and Shanno: x - t H g with a dense inverse Hessian H updated by every step.
///
/// H is kept as J Jᵀ and J is what is updated (Brodlie, Gourlay & Greenstadt, J. Inst. Maths Applics 11 (1973) 73-82), so that H
/// stays positive definite whatever the rounding. Before its first update H is scaled to sᵀy / yᵀy (Nocedal & Wright, Numerical
/// Optimization, 2nd ed. 2006, equation 6.20); a step whose sᵀy is not positive beyond rounding leaves H as it is.
/// Multiplying f, or all of x, by 2^k gives the same iterates bit for bit.
///
/// Needs first derivatives; at most 5000 variables. Cost per iteration: the line search's trials, mostly one, and 8 n² operations.
/// References: Broyden, J. Inst. Maths Applics 6 (1970) 76-90 and 222-231; Fletcher, Comput. J. 13 (1970) 317-322.
struct Bfgs {
  LineSearch line_search = StrongWolfe{};

  static constexpr std::string_view name = "bfgs";
  static constexpr std::string_view doc =
      "Newton-like steps with second derivatives learnt from gradients; for up to a few thousand variables";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
