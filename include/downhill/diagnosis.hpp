#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace downhill {

/// One thing that a look at a run that ended without success found, and what to change. See docs/guide/diagnosis.md.
struct Finding {
  enum class Kind : std::uint8_t {
    wrong_gradient,   ///< a supplied gradient is not the derivative of the values
    wrong_jacobian,   ///< a supplied Jacobian is not the derivative of the residuals
    wrong_hessian,    ///< supplied second derivatives are not those of the gradient
    not_finite,       ///< f or a derivative is NaN or infinite at `point`
    noise,            ///< f is noisy, and what is left to gain is lost in it
    scale,            ///< variables differ in scale by many orders
    constant,         ///< f does not change at all
    unused_variable,  ///< f does not depend on a variable
    kink,             ///< the slope jumps along the last direction
    jump,             ///< f itself jumps along the last direction
    limit,            ///< a limit ended a run that was still descending
    learning_rate,    ///< fixed steps are too long
  };
  /// A number that the finding rests on.
  struct Evidence {
    std::string name;
    double value = 0;
  };

  Kind kind = Kind::not_finite;
  std::vector<std::size_t> coordinates = {};  ///< of x; empty if it is about none in particular
  std::vector<Evidence> evidence = {};
  std::string what;                ///< what was found, with the numbers
  std::string advice;              ///< what to change
  std::vector<double> point = {};  ///< where it was seen, n numbers; empty if that does not matter
};

/// "wrong_gradient", "not_finite", …
[[nodiscard]] std::string_view name(Finding::Kind kind);

}  // namespace downhill
