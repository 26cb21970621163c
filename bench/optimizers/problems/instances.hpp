#pragma once
#include <downhill/problems.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "problems/hard.hpp"

/// What the comparison of optimizers runs on.
namespace downhill::bench {

/// A test problem at one size and from one start, with what a right answer is.
struct Instance {
  std::string set;  ///< nist, mgh, cutest, landscape, nonsmooth, hard; "moved-" before it where the problem is moved
  std::shared_ptr<const TestProblem> problem;
  std::int64_t n = 0;
  int which_start = 1;             ///< 1, or 2 for the second start of a regression
  const HardCase* hard = nullptr;  ///< of the set `hard`
  std::uint64_t seed = 0;          ///< of the move
  std::vector<double> units = {};  ///< of the variables, where it is moved
  double unit = 1;                 ///< of f

  /// `cutest:genrose:100:1`, `moved-cutest:genrose:100:1:SEED`
  [[nodiscard]] std::string key() const;
  [[nodiscard]] std::vector<double> start() const;
};

/// NIST's regressions from both starts, the 35 of Moré, Garbow & Hillstrom at their usual size, the families of any size at each of
/// about 10, 100 and 1000 variables for which a lowest value is known, the landscapes, the nonsmooth and noisy ones, and the hard cases.
[[nodiscard]] const std::vector<Instance>& instances();

/// The same, each moved as `seed` draws it (problems/moved.hpp).
[[nodiscard]] std::vector<Instance> moved_instances(std::uint64_t seed);

/// Throws OptionError for a key that no instance has.
[[nodiscard]] Instance instance(std::string_view key);

/// The lowest known value; NaN where none is known, -inf where f falls without bound.
[[nodiscard]] double lowest_known(const Instance& instance);

/// The values that count as equal to the lowest at the relative accuracies 1e-4 and 1e-8.
[[nodiscard]] std::array<double, 2> targets(const Instance& instance);

/// How far above `lowest` a value may be and still count as equal to it at the relative accuracy `relative`: `relative` times
/// |lowest|; 1e-2 times `relative` where it is 0 or below 1e-40, and no less than 1e-24, all in f's unit.
[[nodiscard]] double allowance(double lowest, double relative, double unit = 1);

}  // namespace downhill::bench
