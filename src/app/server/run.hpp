#pragma once
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "app/server/limits.hpp"
#include "app/server/message.hpp"

/// Runs in threads of their own, which streams follow.
namespace downhill::server {

/// What the page draws of an iteration.
struct PathPoint {
  std::uint64_t iteration = 0;
  double value = 0;
  double gradient_norm = 0;
  double first = 0;  ///< two coordinates of x
  double second = 0;
};

/// The path of a run so far, and how it ended. Points are never taken away, so that a reader only needs to remember how many it
/// has seen: the number of an event is that, and a stream that broke goes on from there.
class Run {
 public:
  explicit Run(std::string name) : name_(std::move(name)) {}

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::stop_token stop_token() const { return stop_.get_token(); }
  void cancel() { stop_.request_stop(); }
  [[nodiscard]] bool is_over() const;

  /// Keeps the point, or leaves it out: of the first 4096 iterations every one is kept, of later ones ever fewer.
  void add(const PathPoint& point);
  /// event: `end` with the JSON of a result, or `failed` with that of an error.
  void end(std::string event, std::string json);

  /// The end's JSON, or an empty text while it goes on.
  [[nodiscard]] std::string result() const;
  /// Events after the first `seen` points as server-sent events; `seen` moves on. Waits at most that long, and at least so long
  /// that what comes in a short time makes one event.
  [[nodiscard]] Chunk events(std::size_t& seen, std::chrono::milliseconds most) const;

 private:
  const std::string name_;
  std::stop_source stop_;
  mutable std::mutex access_;
  mutable std::condition_variable over_;
  std::vector<PathPoint> points_;
  std::uint64_t stride_ = 1;
  std::uint64_t next_ = 0;
  std::string event_;
  std::string json_;
};

class Runs {
 public:
  explicit Runs(const Limits& limits) : limits_(limits) {}
  /// Cancels all and waits for them.
  ~Runs();

  /// What a run does; it must call Run::end and throw nothing.
  using Work = std::function<void(Run&)>;
  /// Throws Refusal 429 while as many go on as may.
  [[nodiscard]] std::shared_ptr<Run> start(Work work);
  /// Throws Refusal 404.
  [[nodiscard]] std::shared_ptr<Run> find(const std::string& name) const;
  /// No run starts any more; those that go on are asked to end.
  void close();

 private:
  struct Entry {
    std::shared_ptr<Run> run;
    std::jthread thread;
  };
  const Limits& limits_;
  mutable std::mutex access_;
  std::vector<Entry> entries_;  // the oldest first
  bool is_closed_ = false;
};

}  // namespace downhill::server
