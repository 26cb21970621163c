#pragma once
#include <downhill/array.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// Learning rates that change from step to step: functions of t, the number of steps taken before.
namespace downhill::options {
struct Field;
enum class Detail;
template <class Erased>
class Registry;
}  // namespace downhill::options

namespace downhill {

class ScheduleModel;

/// A configured schedule, made from a number, from one of the structs below or from text: `0.1`, `cosine(initial=0.1, steps=1000)`.
class Schedule {
 public:
  /// The same rate at every step. Throws OptionError unless it is positive and finite.
  Schedule(double rate);  // NOLINT(google-explicit-constructor)
  template <class Options>
    requires requires { Options::name; }
  Schedule(const Options& options);  // NOLINT(google-explicit-constructor)
  [[nodiscard]] static Schedule of_number(double rate) { return rate; }

  /// The rate, f64[], after `count` steps, f64[].
  [[nodiscard]] Array at(const Array& count) const;

  [[nodiscard]] std::string text(options::Detail detail) const;
  [[nodiscard]] static const options::Registry<Schedule>& registry();

 private:
  std::shared_ptr<const ScheduleModel> model_;
};

/// rate
struct ConstantRate {
  double rate = 0.01;

  static constexpr std::string_view name = "constant";
  static constexpr std::string_view doc = "the same rate at every step; also written as a plain number";
  static std::vector<options::Field> fields();
};

/// initial factor^floor(t / every)
struct StepDecay {
  double initial = 0.1;
  double factor = 0.1;         ///< in (0, 1]
  std::uint64_t every = 1000;  ///< steps

  static constexpr std::string_view name = "step";
  static constexpr std::string_view doc = "multiplied by a factor every so many steps";
  static std::vector<options::Field> fields();
};

/// initial factor^(t / every)
struct ExponentialDecay {
  double initial = 0.1;
  double factor = 0.99;     ///< in (0, 1]
  std::uint64_t every = 1;  ///< steps

  static constexpr std::string_view name = "exponential";
  static constexpr std::string_view doc = "falls by the same factor at every step";
  static std::vector<options::Field> fields();
};

/// last + (initial - last) (1 + cos(π min(t / steps, 1))) / 2
///
/// Reference: Loshchilov & Hutter, SGDR, ICLR 2017, equation (5), without restarts.
struct CosineDecay {
  double initial = 0.1;
  std::uint64_t steps = 1000;
  double last = 0;  ///< the rate from step `steps` on

  static constexpr std::string_view name = "cosine";
  static constexpr std::string_view doc = "falls along half a cosine";
  static std::vector<options::Field> fields();
};

/// (t + 1) / steps of the first rate of `then` for t < steps; from there `then`, which counts its steps from the end of the warm-up.
///
/// Reference: Goyal et al., Accurate, large minibatch SGD, arXiv:1706.02677 (2017), section 2.2.
struct WarmUp {
  std::uint64_t steps = 100;
  Schedule then = 0.1;

  static constexpr std::string_view name = "warm_up";
  static constexpr std::string_view doc = "rises in a line to the first rate of another schedule";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
