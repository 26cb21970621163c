#pragma once
#include <downhill/result.hpp>
#include <downhill/stop.hpp>

#include <string>
#include <string_view>

namespace downhill::optimize {

/// Numbers a message may need.
struct Ending {
  std::string_view method;
  Reason reason = Reason::gradient_small;
  std::uint64_t iterations = 0;
  double relative_gradient = 0;
  double gradient_measure = 0;  ///< gradient in units of its rounding error, for rounding_limit
  double value = 0;
  double lowest_value = 0;
  std::uint64_t evaluations = 0;
  double seconds = 0;
};

/// `gradient_descent: stopped after 18941 iterations: the gradient is small enough (8.1e-07 <= 1e-06)`
[[nodiscard]] std::string message(const Ending& ending, const Stop& stop, const Verdict& verdict);

/// Of a point whose gradient counts as small while the next step would still gain.
[[nodiscard]] std::string still_to_gain(double gain);

}  // namespace downhill::optimize
