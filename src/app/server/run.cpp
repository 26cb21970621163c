#include "app/server/run.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>

#include <algorithm>
#include <cmath>
#include <new>

#include "app/server/training/training.hpp"
#include "support/numbers.hpp"

namespace downhill::server {
namespace {

constexpr std::size_t entries_per_stride = 4096;
constexpr std::size_t points_per_event = 256;
constexpr std::chrono::milliseconds between_events{40};

void append_point(std::string& text, const PathPoint& point) {
  text += fmt::format("[{},", point.iteration);
  for (const double number : {point.value, point.gradient_norm, point.first}) {
    append_number(text, number);
    text += ',';
  }
  append_number(text, point.second);
  text += ']';
}

bool goes_on(const std::shared_ptr<Run>& run) { return !run->is_over(); }

}  // namespace

void append_number(std::string& text, double number) {
  const bool is_finite = std::isfinite(number);
  if (!is_finite) text += '"';
  text += shortest(number);
  if (!is_finite) text += '"';
}

bool Run::is_over() const {
  const std::lock_guard lock(access_);
  return !event_.empty();
}

void Run::end(std::string event, std::string json) {
  {
    const std::lock_guard lock(access_);
    event_ = std::move(event);
    json_ = std::move(json);
    shrink();
  }
  over_.notify_all();
}

std::string Run::result() const {
  const std::lock_guard lock(access_);
  return json_;
}

std::size_t Run::memory() const {
  const std::lock_guard lock(access_);
  return bytes() + json_.capacity();
}

Chunk Run::events(std::size_t& seen, std::chrono::milliseconds most) const {
  std::unique_lock lock(access_);
  const auto is_over = [&] { return !event_.empty(); };
  const bool is_behind = length() > seen + points_per_event;
  if (!is_behind && !over_.wait_for(lock, std::min(between_events, most), is_over) && length() <= seen) return {};
  seen = std::min(seen, length());
  std::string text = events_after(seen);
  if (!is_over() || seen < length()) return {std::move(text)};
  text += fmt::format("event: {}\nid: {}\ndata: {}\n\n", event_, seen, json_);
  return {std::move(text), Chunk::Then::nothing};
}

bool Thinning::takes(std::uint64_t number, std::size_t kept) {
  if (number < next_) return false;
  if ((kept + 1) % entries_per_stride == 0) stride_ *= 2;
  next_ = number + stride_;
  return true;
}

void Descent::add(const PathPoint& point) {
  const std::lock_guard lock(access_);
  if (thinning_.takes(point.iteration, points_.size())) points_.push_back(point);
}

std::string Descent::events_after(std::size_t& seen) const {
  const std::size_t count = std::min(points_.size() - seen, points_per_event);
  if (count == 0) return {};
  std::string text;
  text.reserve(100 * count);
  text += fmt::format("event: points\nid: {}\ndata: [", seen + count);
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) text += ',';
    append_point(text, points_[seen + i]);
  }
  seen += count;
  text += "]\n\n";
  return text;
}

void finish(Run& run, const std::function<std::string()>& work) {
  const auto failed = [&](int status, const std::string& message) {
    run.end("failed", error_reply(status, message).body);
  };
  try {
    run.end("end", work());
  } catch (const std::bad_alloc&) {
    failed(413, "run: needs more memory than there is");
  } catch (const Refusal& refusal) {
    failed(refusal.status, refusal.what());
  } catch (const Error& error) {
    failed(422, error.what());
  } catch (const std::exception& error) {
    failed(500, error.what());
  }
}

Runs::~Runs() { close(); }

void Runs::require_room_now(std::string_view kind) const {
  if (is_closed_) throw Refusal(503, "runs: the server is ending");
  if (kind == watching) return;
  std::size_t running = 0;
  std::size_t alike = 0;
  for (const Entry& entry : entries_) {
    if (entry.kind == watching || !goes_on(entry.run)) continue;
    ++running;
    if (entry.kind == kind) ++alike;
  }
  const bool is_training = kind == Training::kind;
  if (running >= limits_.running || (is_training && alike >= limits_.training)) {
    throw Refusal(429, fmt::format("{}: {} go on already: wait for one to end, or stop it", kind,
                                   running >= limits_.running ? running : alike));
  }
}

void Runs::require_room(std::string_view kind) const {
  const std::lock_guard lock(access_);
  require_room_now(kind);
}

void Runs::forget() {
  for (Entry& entry : entries_) {
    if (entry.thread.joinable() && !goes_on(entry.run)) entry.thread.join();  // the end is the last that it does
  }
  const auto is_finished = [](const Entry& entry) { return entry.kind != watching && !goes_on(entry.run); };
  std::size_t bytes = 0;
  for (const Entry& entry : entries_) bytes += is_finished(entry) ? entry.run->memory() : 0;
  while (entries_.size() >= limits_.kept || bytes > limits_.kept_bytes) {
    const auto oldest = std::ranges::find_if(entries_, is_finished);
    if (oldest == entries_.end()) return;
    bytes -= std::min(bytes, oldest->run->memory());
    entries_.erase(oldest);
  }
}

void Runs::add(std::shared_ptr<Run> run, std::string_view kind, std::function<void()> work) {
  const std::lock_guard lock(access_);
  require_room_now(kind);
  forget();
  entries_.push_back({std::move(run), kind, std::jthread(std::move(work))});
}

std::shared_ptr<Run> Runs::find(const std::string& name) const {
  const std::lock_guard lock(access_);
  const auto found = std::ranges::find_if(entries_, [&](const Entry& entry) { return entry.run->name() == name; });
  if (found == entries_.end()) throw Refusal(404, fmt::format("runs: there is no run '{}'", name));
  return found->run;
}

std::vector<std::shared_ptr<Run>> Runs::all() const {
  const std::lock_guard lock(access_);
  std::vector<std::shared_ptr<Run>> result;
  for (const Entry& entry : entries_) result.push_back(entry.run);
  return result;
}

void Runs::close() {
  const std::lock_guard lock(access_);
  is_closed_ = true;
  for (const Entry& entry : entries_) entry.run->cancel();
}

}  // namespace downhill::server
