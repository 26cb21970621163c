#pragma once
#include <downhill/method.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace downhill {

/// CMA-ES: draws points from a normal distribution that moves to the better half and learns its covariance from the way there.
///
/// Rank-one and rank-mu updates with negative weights, and cumulative step-size adaptation. A run ends when its steps are small against x or
/// lost in its rounding, the values of a generation and those of the last ones cannot be told apart, the covariance has a condition
/// above 1e14, the step has grown 10^4-fold against its widest axis, or the values have not fallen for long (appendix B.3).
/// `restarts` then starts anew from a point drawn from the box: `ipop` with twice the population each time (Auger & Hansen,
/// IEEE CEC (2005) 1769-1776), `bipop` alternately with that and with small populations and steps, of the same number of evaluations in all
/// (Hansen, GECCO (2009) 2389-2396).
///
/// Needs values alone; each generation is evaluated at once. Cost per iteration: `population` values, and O(n²) for each.
/// Reference: Hansen, The CMA Evolution Strategy: A Tutorial, arXiv:1604.00772 (2016).
struct CmaEs {
  enum class Restarts : std::uint8_t { none, ipop, bipop };
  friend constexpr auto enum_names(Restarts) {
    return std::array{std::pair{std::string_view("none"), Restarts::none},
                      std::pair{std::string_view("ipop"), Restarts::ipop},
                      std::pair{std::string_view("bipop"), Restarts::bipop}};
  }

  std::optional<double> radius =
      {};  ///< half the side of the box, in units of x, and twice the first step; none: |x_i|
  std::optional<std::uint64_t> population = {};  ///< points per generation; none: 4 + floor(3 ln n)
  Restarts restarts = Restarts::none;
  std::uint64_t max_restarts = 9;  ///< with a larger population
  double smallest_step = 1e-9;     ///< a run ends below this step times the larger of |x_i| and the radius

  static constexpr std::string_view name = "cma_es";
  static constexpr std::string_view doc = "a normal distribution that learns the shape of the loss";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
