#include "app/server/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/server/guard.hpp"
#include "support/numbers.hpp"

namespace downhill::server {
namespace {

constexpr std::size_t points_per_stride = 4096;
constexpr std::size_t points_per_event = 2000;
constexpr std::chrono::milliseconds between_events{40};

// JSON has no word for what is not finite.
void append_number(std::string& text, double number) {
  const bool is_finite = std::isfinite(number);
  if (!is_finite) text += '"';
  text += shortest(number);
  if (!is_finite) text += '"';
}

void append_point(std::string& text, const PathPoint& point) {
  text += fmt::format("[{},", point.iteration);
  for (const double number : {point.value, point.gradient_norm, point.first}) {
    append_number(text, number);
    text += ',';
  }
  append_number(text, point.second);
  text += ']';
}

}  // namespace

bool Run::is_over() const {
  const std::lock_guard lock(access_);
  return !event_.empty();
}

void Run::add(const PathPoint& point) {
  const std::lock_guard lock(access_);
  if (point.iteration < next_) return;
  points_.push_back(point);
  if (points_.size() % points_per_stride == 0) stride_ *= 2;
  next_ = point.iteration + stride_;
}

void Run::end(std::string event, std::string json) {
  {
    const std::lock_guard lock(access_);
    event_ = std::move(event);
    json_ = std::move(json);
  }
  over_.notify_all();
}

std::string Run::result() const {
  const std::lock_guard lock(access_);
  return json_;
}

Chunk Run::events(std::size_t& seen, std::chrono::milliseconds most) const {
  std::unique_lock lock(access_);
  const auto is_over = [&] { return !event_.empty(); };
  if (!over_.wait_for(lock, std::min(between_events, most), is_over) && points_.size() <= seen) return {};
  seen = std::min(seen, points_.size());
  const std::size_t count = std::min(points_.size() - seen, points_per_event);
  std::string text;
  if (count > 0) {
    text = fmt::format("event: points\nid: {}\ndata: [", seen + count);
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0) text += ',';
      append_point(text, points_[seen + i]);
    }
    text += "]\n\n";
    seen += count;
  }
  if (!is_over() || seen < points_.size()) return {text};
  text += fmt::format("event: {}\nid: {}\ndata: {}\n\n", event_, seen, json_);
  return {text, Chunk::Then::nothing};
}

Runs::~Runs() { close(); }

std::shared_ptr<Run> Runs::start(Work work) {
  const std::lock_guard lock(access_);
  if (is_closed_) throw Refusal(503, "runs: the server is ending");
  const auto goes_on = [](const Entry& entry) { return !entry.run->is_over(); };
  const auto running = static_cast<std::size_t>(std::ranges::count_if(entries_, goes_on));
  if (running >= limits_.running) {
    throw Refusal(429, fmt::format("runs: {} go on already: wait for one to end, or stop it", running));
  }
  if (entries_.size() >= limits_.kept) entries_.erase(std::ranges::find_if_not(entries_, goes_on));
  auto run = std::make_shared<Run>(random_name());
  entries_.push_back({run, std::jthread([run, work = std::move(work)] { work(*run); })});
  return run;
}

std::shared_ptr<Run> Runs::find(const std::string& name) const {
  const std::lock_guard lock(access_);
  const auto found = std::ranges::find_if(entries_, [&](const Entry& entry) { return entry.run->name() == name; });
  if (found == entries_.end()) throw Refusal(404, fmt::format("runs: there is no run '{}'", name));
  return found->run;
}

void Runs::close() {
  const std::lock_guard lock(access_);
  is_closed_ = true;
  for (const Entry& entry : entries_) entry.run->cancel();
}

}  // namespace downhill::server
