#pragma once
#include <downhill/method.hpp>
#include <downhill/objective.hpp>

#include <string>

namespace downhill {

/// A method with the reason for it.
struct Choice {
  Method method;
  std::string why;  ///< one clause: "second derivatives of 2 variables are cheap"
};

/// The method for a loss, from what is known of it before any evaluation: whether it is a sum of squares, which derivatives it has,
/// and its number of variables. What `minimize` uses when it is given none, and `--method auto`.
[[nodiscard]] Choice choose_method(const Objective& objective);

}  // namespace downhill
