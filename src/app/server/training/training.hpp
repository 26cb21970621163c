#pragma once
#include <atomic>
#include <condition_variable>
#include <string>
#include <string_view>
#include <vector>

#include "app/server/run.hpp"

namespace downhill::server {

/// A point of the curve of a training run.
struct TrainingPoint {
  std::uint64_t steps = 0;
  double loss = 0;  ///< mean of the epoch so far
  double learning_rate = 0;
  double seconds = 0;
};

/// A training run, as the page follows it: `points` with arrays [steps, loss, learning rate, seconds], and what else it is told.
class Training : public Run {
 public:
  static constexpr std::string_view kind = "training";
  using Run::Run;

  /// JSON that says what is trained; it stands in the list of runs, and is the event `setup`.
  void describe(const std::string& json);
  [[nodiscard]] std::string description() const;

  void add(const TrainingPoint& point);
  /// A complete epoch, as JSON: event `epoch`.
  void add_epoch(std::uint64_t epoch, const std::string& json);
  /// An event that is kept.
  void tell(std::string_view event, const std::string& json);
  /// An event in place of all earlier ones of its name.
  void show(std::string_view event, const std::string& json);

  /// Another program trains.
  void set_followed() { is_followed_ = true; }
  [[nodiscard]] bool is_followed() const { return is_followed_; }

  void pause();
  void resume();
  [[nodiscard]] bool is_paused() const;
  /// Returns once it is not paused, or is to stop.
  void wait_while_paused();
  /// Waits so long, or until it is to stop.
  void wait(std::chrono::milliseconds time);

 private:
  struct Record {
    std::string_view event;
    std::string json;  // empty: another one stands in its place
  };
  void push(std::string_view event, std::string json);
  [[nodiscard]] std::size_t length() const override { return records_.size(); }
  [[nodiscard]] std::string events_after(std::size_t& seen) const override;
  void append_event(std::string& text, std::size_t& seen) const;
  [[nodiscard]] std::size_t bytes() const override { return records_.capacity() * sizeof(Record) + text_bytes_; }
  void shrink() override { records_.shrink_to_fit(); }

  std::vector<Record> records_;
  std::size_t text_bytes_ = 0;
  Thinning points_;
  std::size_t point_count_ = 0;
  Thinning epochs_;
  std::size_t epoch_count_ = 0;
  std::string description_;
  bool is_paused_ = false;
  std::atomic<bool> is_followed_{false};
  std::condition_variable_any resumed_;
};

}  // namespace downhill::server
