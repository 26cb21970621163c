#include "app/server/training/training.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace downhill::server {
namespace {

constexpr std::string_view points_event = "points";
constexpr std::size_t points_per_event = 256;
constexpr std::size_t bytes_per_answer = 20'000;

}  // namespace

void Training::push(std::string_view event, std::string json) {
  text_bytes_ += json.capacity();
  records_.push_back({event, std::move(json)});
}

void Training::describe(const std::string& json) {
  show("setup", json);
  const std::lock_guard lock(access_);
  description_ = json;
}

std::string Training::description() const {
  const std::lock_guard lock(access_);
  return description_;
}

void Training::add(const TrainingPoint& point) {
  std::string json = fmt::format("[{},", point.steps);
  for (const double number : {point.loss, point.learning_rate}) {
    append_number(json, number);
    json += ',';
  }
  json += fmt::format("{:.3f}]", point.seconds);
  json.shrink_to_fit();
  const std::lock_guard lock(access_);
  if (!points_.takes(point.steps, point_count_)) return;
  ++point_count_;
  push(points_event, std::move(json));
}

void Training::add_epoch(std::uint64_t epoch, const std::string& json) {
  const std::lock_guard lock(access_);
  if (!epochs_.takes(epoch, epoch_count_)) return;
  ++epoch_count_;
  push("epoch", json);
}

void Training::tell(std::string_view event, const std::string& json) {
  const std::lock_guard lock(access_);
  push(event, json);
}

void Training::show(std::string_view event, const std::string& json) {
  const std::lock_guard lock(access_);
  for (Record& record : records_) {
    if (record.event != event || record.json.empty()) continue;
    text_bytes_ -= record.json.capacity();
    std::string().swap(record.json);
  }
  push(event, json);
}

void Training::pause() {
  const std::lock_guard lock(access_);
  is_paused_ = true;
}

void Training::resume() {
  {
    const std::lock_guard lock(access_);
    is_paused_ = false;
  }
  resumed_.notify_all();
}

bool Training::is_paused() const {
  const std::lock_guard lock(access_);
  return is_paused_;
}

void Training::wait_while_paused() {
  std::unique_lock lock(access_);
  resumed_.wait(lock, stop_token(), [this] { return !is_paused_; });
}

void Training::wait(std::chrono::milliseconds time) {
  std::unique_lock lock(access_);
  resumed_.wait_for(lock, stop_token(), time, [] { return false; });
}

// One event; `seen` is the number of a record that has one.
void Training::append_event(std::string& text, std::size_t& seen) const {
  const std::string_view event = records_[seen].event;
  std::string data = records_[seen++].json;
  if (event == points_event) {
    const std::size_t most = std::min(records_.size(), seen + points_per_event - 1);
    for (data.insert(0, 1, '['); seen < most && records_[seen].event == points_event; ++seen) {
      data += ',';
      data += records_[seen].json;
    }
    data += ']';
  }
  text += fmt::format("event: {}\nid: {}\ndata: {}\n\n", event, seen, data);
}

std::string Training::events_after(std::size_t& seen) const {
  std::string text;
  while (seen < records_.size() && text.size() < bytes_per_answer) {
    if (records_[seen].json.empty()) {
      ++seen;
    } else {
      append_event(text, seen);
    }
  }
  return text;
}

}  // namespace downhill::server
