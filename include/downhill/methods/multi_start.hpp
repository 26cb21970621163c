#pragma once
#include <downhill/method.hpp>

#include <cstdint>
#include <optional>

namespace downhill {

/// Runs a local method from the start and from points of a box around it; the lowest end wins.
///
/// Each further start is the lowest of `samples` points drawn from the box and evaluated at once. The runs share the limits on evaluations
/// and time. Needs what `method` needs. Cost per iteration: `samples` values and one run of `method`.
/// Reference: Boender, Rinnooy Kan, Timmer & Stougie, Math. Program. 22 (1982) 125-140, without their clustering.
struct MultiStart {
  std::optional<Method> method = {};  ///< run from each start; none: the one that choose_method gives
  std::uint64_t starts = 20;          ///< runs, the first from the start given
  std::optional<double> radius = {};  ///< half the side of the box, in units of x; none: |x_i|
  std::uint64_t samples = 8;          ///< points drawn for each start

  static constexpr std::string_view name = "multi_start";
  static constexpr std::string_view doc = "a local method from many starts; the lowest end wins";
  static std::vector<options::Field> fields();
  /// Throws OptionError for a `method` that is itself multi_start.
  void check() const;
};

}  // namespace downhill
