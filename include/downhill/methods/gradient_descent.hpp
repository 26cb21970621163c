#pragma once
#include <downhill/line_search.hpp>
#include <downhill/method.hpp>

namespace downhill {

/// Steepest descent: x - t gradient(x), with t from the line search.
///
/// Needs first derivatives. Cost per iteration: the line search's trials.
/// Reference: Cauchy, C. R. Acad. Sci. Paris 25 (1847) 536-538.
struct GradientDescent {
  LineSearch line_search = Armijo{};

  static constexpr std::string_view name = "gradient_descent";
  static constexpr std::string_view doc = "against the gradient, as far as the line search says";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
