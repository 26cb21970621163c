#pragma once
#include <downhill/method.hpp>

#include <array>
#include <cstddef>
#include <utility>

namespace downhill {

/// Which of the two quotients of Barzilai & Borwein the step is.
enum class QuotientStep : std::uint8_t {
  longer,     ///< sᵀs / sᵀy
  shorter,    ///< sᵀy / yᵀy
  alternate,  ///< one after the other
};
constexpr auto enum_names(QuotientStep) {
  return std::array{std::pair{"longer", QuotientStep::longer}, std::pair{"shorter", QuotientStep::shorter},
                    std::pair{"alternate", QuotientStep::alternate}};
}

/// Steepest descent whose step is that of the secant equation for the step before: x - t gradient(x), t = sᵀs / sᵀy.
///
/// f may rise, but not above the largest of the last `history` values: a step is shortened until
/// f(x - t g) <= max f_{k-j} - sufficient_decrease t gᵀg (Raydan, SIAM J. Optim. 7 (1997) 26-33, algorithm GBB).
/// Multiplying f, or all of x, by 2^k gives the same iterates bit for bit.
///
/// Needs first derivatives. Cost per iteration: mostly one value and gradient.
/// Reference: Barzilai & Borwein, IMA J. Numer. Anal. 8 (1988) 141-148, equations 5 and 6.
struct BarzilaiBorwein {
  QuotientStep step = QuotientStep::longer;
  std::size_t history = 10;           ///< values that f must stay below, at least 1
  double sufficient_decrease = 1e-4;  ///< in (0, 0.5)

  static constexpr std::string_view name = "barzilai_borwein";
  static constexpr std::string_view doc =
      "against the gradient, as far as the last change of the gradient tells; f may rise now and then";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
