#pragma once
#include <downhill/learn/inspection.hpp>
#include <downhill/learn/train.hpp>

#include <chrono>
#include <optional>
#include <string>

#include "app/pictures/network_loss.hpp"
#include "app/server/training/training.hpp"

namespace downhill::server {

/// Says when something that takes time may be done again, so that it takes a tenth of the time at most; its first time, which compiles
/// what the others use, does not count.
class Pace {
 public:
  explicit Pace(double least_seconds) : least_(least_seconds) {}
  [[nodiscard]] bool is_due() const { return Clock::now() >= next_; }
  /// Does it. The longer it all goes on, the rarer: events are then few however long a run is.
  template <class Work>
  void take(const Work& work) {
    const auto began = Clock::now();
    work();
    const std::chrono::duration<double> cost = is_first_ ? Clock::duration::zero() : Clock::now() - began;
    is_first_ = false;
    const std::chrono::duration<double> age = Clock::now() - begin_;
    constexpr double share = 10;
    constexpr double looks_per_doubling = 200;
    const double pause = std::max({least_, share * cost.count(), age.count() / looks_per_doubling});
    next_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(pause));
  }

 private:
  using Clock = std::chrono::steady_clock;
  double least_;
  bool is_first_ = true;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point next_ = begin_;
};

/// Looks at a run between its steps and tells what it sees: `look` with the JSON of `train --explain`, and `landscape` with the mean loss
/// over a plane through the present weights, along two random directions with filter normalisation. It never changes the run.
class Observer {
 public:
  Observer(const learn::Trainer& trainer, Training& run);

  /// What is due.
  void look_when_due(const learn::Trainer& trainer);
  /// All of it, now.
  void look(const learn::Trainer& trainer);

 private:
  void inspect(const learn::Trainer& trainer);
  void draw(const learn::Trainer& trainer);

  Training& run_;
  learn::Inspector inspector_;
  learn::DataSet part_;  // of the training data, that the landscape is drawn over
  Pace inspections_{1};
  Pace landscapes_{2};
};

}  // namespace downhill::server
