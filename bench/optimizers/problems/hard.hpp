#pragma once
#include <downhill/problems.hpp>

#include <memory>
#include <vector>

/// Hard cases: saddles, kinks, plateaus, scales, undefined regions, no minimum at all, wrong gradients; with the answer wanted.
namespace downhill::bench {

/// What a right answer is.
enum class Wanted : std::uint8_t {
  minimum,     ///< the lowest known value, or no claim of success
  unbounded,   ///< no claim of success; `unbounded` where a verdict is given
  unattained,  ///< any claim with a finite x; `unattained` where a verdict is given
  refusal,     ///< no claim of success: f is not finite at the start
};

/// "minimum", "unbounded", …
[[nodiscard]] std::string_view name(Wanted wanted);

/// What is wrong with the gradient that is handed out, at each component.
enum class Fault : std::uint8_t { none, negated, zero, one_percent, swapped, shifted };

struct HardCase {
  TestProblem problem;  ///< known points: the lowest value, where there is one
  Wanted wanted = Wanted::minimum;
  double allowance = 0;  ///< how far above the lowest value counts as reached
  Fault fault = Fault::none;
};

[[nodiscard]] const std::vector<HardCase>& hard_cases();

/// The loss with that fault in its gradient, as a caller would supply it: without second derivatives.
[[nodiscard]] std::shared_ptr<LossSource> with_fault(std::shared_ptr<LossSource> source, Fault fault);

}  // namespace downhill::bench
