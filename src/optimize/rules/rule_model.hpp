#pragma once
#include <downhill/rule.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "options/registry.hpp"

/// The inside of a Rule.
namespace downhill {

namespace optimize {

/// The units of learning rates, as fields document them.
inline constexpr std::string_view rate_in_x = "length of a step, in units of x: a number or a schedule";
inline constexpr std::string_view rate_without_unit = "factor on the step: a number or a schedule";
inline constexpr std::string_view rate_on_gradient =
    "factor on the gradient, in units of x² / f: a number or a schedule";

/// What every rule combines with.
struct Combined {
  Schedule learning_rate;
  double weight_decay = 0;
  Clip clip;
  Average average;
};

/// The gradients of one step, clipped.
[[nodiscard]] std::vector<Array> clipped(const Clip& clip, std::span<const Array> gradients);
/// The average after update `count`, f64[], 1 at the first, which led to x.
[[nodiscard]] Array averaged(const Average& average, const Array& before, const Array& x, const Array& count);

}  // namespace optimize

class RuleModel {
 public:
  virtual ~RuleModel() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual std::string text(options::Detail detail) const = 0;
  [[nodiscard]] virtual const optimize::Combined& combined() const = 0;
  [[nodiscard]] virtual std::vector<NamedArray> start(const Array& x) const = 0;
  [[nodiscard]] virtual RuleOutput update(const RuleInput& in) const = 0;
  /// The array of the state that is the result, if it is not x.
  [[nodiscard]] virtual std::optional<std::size_t> result() const = 0;
};

}  // namespace downhill
