#include <downhill/operations.hpp>
#include <downhill/schedule.hpp>

#include <numbers>

#include "options/fields.hpp"
#include "options/registry.hpp"

namespace downhill {

class ScheduleModel {
 public:
  virtual ~ScheduleModel() = default;
  [[nodiscard]] virtual std::string text(options::Detail detail) const = 0;
  [[nodiscard]] virtual Array at(const Array& count) const = 0;
};

namespace {

Array rate_at(const ConstantRate& schedule, const Array&) { return full({}, schedule.rate); }

Array rate_at(const StepDecay& schedule, const Array& count) {
  return schedule.initial * pow(schedule.factor, floor(count / static_cast<double>(schedule.every)));
}

Array rate_at(const ExponentialDecay& schedule, const Array& count) {
  return schedule.initial * pow(schedule.factor, count / static_cast<double>(schedule.every));
}

Array rate_at(const CosineDecay& schedule, const Array& count) {
  const Array done = minimum(count / static_cast<double>(schedule.steps), 1.0);
  return schedule.last + (0.5 * (schedule.initial - schedule.last)) * (1.0 + cos(std::numbers::pi * done));
}

Array rate_at(const WarmUp& schedule, const Array& count) {
  const auto steps = static_cast<double>(schedule.steps);
  return minimum((count + 1.0) / steps, 1.0) * schedule.then.at(maximum(count - steps, 0.0));
}

template <class Options>
class ErasedSchedule final : public ScheduleModel {
 public:
  explicit ErasedSchedule(const Options& options) : options_(options) {}
  std::string text(options::Detail detail) const override {
    if constexpr (std::same_as<Options, ConstantRate>) {
      return options::print_real(options_.rate);
    } else {
      return options::print(options_, detail);
    }
  }
  Array at(const Array& count) const override { return rate_at(options_, count); }

 private:
  Options options_;
};

constexpr options::Range rates = options::positive();

}  // namespace

options::Fields ConstantRate::fields() {
  using options::field;
  return {field("rate", &ConstantRate::rate, "of every step", rates)};
}
options::Fields StepDecay::fields() {
  using options::field;
  return {field("initial", &StepDecay::initial, "rate of the first step", rates),
          field("factor", &StepDecay::factor, "on the rate", options::left_open(0, 1)),
          field("every", &StepDecay::every, "steps between two changes", options::at_least(1))};
}
options::Fields ExponentialDecay::fields() {
  using options::field;
  return {
      field("initial", &ExponentialDecay::initial, "rate of the first step", rates),
      field("factor", &ExponentialDecay::factor, "on the rate, over `every` steps", options::left_open(0, 1)),
      field("every", &ExponentialDecay::every, "steps in which the rate falls by the factor", options::at_least(1))};
}
options::Fields CosineDecay::fields() {
  using options::field;
  return {field("initial", &CosineDecay::initial, "rate of the first step", rates),
          field("steps", &CosineDecay::steps, "until the last rate is reached", options::at_least(1)),
          field("last", &CosineDecay::last, "rate from then on", options::non_negative())};
}
options::Fields WarmUp::fields() {
  using options::field;
  return {field("steps", &WarmUp::steps, "of the rise", options::at_least(1)),
          field("then", &WarmUp::then, "the schedule that follows; its first rate is the end of the rise", rates)};
}

template <class Options>
  requires requires { Options::name; }
Schedule::Schedule(const Options& options) {
  options::validate(options);
  model_ = std::make_shared<ErasedSchedule<Options>>(options);
}
template Schedule::Schedule(const ConstantRate&);
template Schedule::Schedule(const StepDecay&);
template Schedule::Schedule(const ExponentialDecay&);
template Schedule::Schedule(const CosineDecay&);
template Schedule::Schedule(const WarmUp&);

Schedule::Schedule(double rate) : Schedule(ConstantRate{rate}) {}

Array Schedule::at(const Array& count) const { return model_->at(count); }
std::string Schedule::text(options::Detail detail) const { return model_->text(detail); }

const options::Registry<Schedule>& Schedule::registry() {
  using options::entry;
  static const options::Registry<Schedule> schedules{"learning_rate",
                                                     {
                                                         entry<Schedule, ConstantRate>(),
                                                         entry<Schedule, StepDecay>(),
                                                         entry<Schedule, ExponentialDecay>(),
                                                         entry<Schedule, CosineDecay>(),
                                                         entry<Schedule, WarmUp>(),
                                                     }};
  return schedules;
}

}  // namespace downhill
