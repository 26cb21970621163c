#pragma once
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "app/server/guard.hpp"
#include "app/server/limits.hpp"
#include "app/server/message.hpp"

/// Runs in threads of their own, which streams follow.
namespace downhill::server {

/// What is known of a run so far, and how it ended. Entries are never taken away, so that a reader only needs to remember how many
/// it has seen: the number of an event is that, and a stream that broke goes on from there.
class Run {
 public:
  explicit Run(std::string name) : name_(std::move(name)) {}
  virtual ~Run() = default;
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::stop_token stop_token() const { return stop_.get_token(); }
  void cancel() { stop_.request_stop(); }
  [[nodiscard]] bool is_over() const;

  /// event: `end` with the JSON of a result, or `failed` with that of an error. Nothing is added afterwards.
  void end(std::string event, std::string json);

  /// The end's JSON, or an empty text while it goes on.
  [[nodiscard]] std::string result() const;
  /// Events after the first `seen` entries as server-sent events; `seen` moves on. Waits at most that long, and at least so long
  /// that what comes in a short time makes one event.
  [[nodiscard]] Chunk events(std::size_t& seen, std::chrono::milliseconds most) const;
  /// Bytes that it holds.
  [[nodiscard]] std::size_t memory() const;

 protected:
  // All are called with `access_` held.
  [[nodiscard]] virtual std::size_t length() const = 0;
  // Events of entries after the first `seen`, which moves on: some 20 KB, of which every stream holds a few. Of no entry, an empty text.
  [[nodiscard]] virtual std::string events_after(std::size_t& seen) const = 0;
  [[nodiscard]] virtual std::size_t bytes() const = 0;
  // Gives back what was kept for more entries.
  virtual void shrink() = 0;

  mutable std::mutex access_;  // NOLINT(misc-non-private-member-variables-in-classes): of the entries

 private:
  const std::string name_;
  std::stop_source stop_;
  mutable std::condition_variable over_;
  std::string event_;
  std::string json_;
};

/// What comes in too often to keep all of it: of the first 4096 entries every one is kept, of later ones ever fewer.
class Thinning {
 public:
  /// Whether the entry of that number is kept; `kept`: how many are so far. Numbers grow.
  [[nodiscard]] bool takes(std::uint64_t number, std::size_t kept);

 private:
  std::uint64_t stride_ = 1;
  std::uint64_t next_ = 0;
};

/// JSON's form of a number: what is not finite, for which JSON has no word, is a text.
void append_number(std::string& text, double number);

/// What the page draws of an iteration.
struct PathPoint {
  std::uint64_t iteration = 0;
  double value = 0;
  double gradient_norm = 0;
  double first = 0;  ///< two coordinates of x
  double second = 0;
};

/// The path of a run that minimises.
class Descent : public Run {
 public:
  static constexpr std::string_view kind = "runs";
  using Run::Run;
  /// Keeps the point, or leaves it out.
  void add(const PathPoint& point);

 private:
  [[nodiscard]] std::size_t length() const override { return points_.size(); }
  [[nodiscard]] std::string events_after(std::size_t& seen) const override;
  [[nodiscard]] std::size_t bytes() const override { return points_.capacity() * sizeof(PathPoint); }
  void shrink() override { points_.shrink_to_fit(); }

  std::vector<PathPoint> points_;
  Thinning thinning_;
};

/// Ends a run with what `work` gives, or with what went wrong. Throws nothing.
void finish(Run& run, const std::function<std::string()>& work);

class Runs {
 public:
  explicit Runs(const Limits& limits) : limits_(limits) {}
  /// Cancels all and waits for them.
  ~Runs();

  /// Throws Refusal 429 while as many go on as may, of this kind or of all, and 503 once the server is ending.
  void require_room(std::string_view kind) const;
  /// Starts a run in a thread. `work` is what it does; it must call Run::end and throw nothing. Throws what require_room throws.
  template <class Kind>
  [[nodiscard]] std::shared_ptr<Kind> start(std::function<void(Kind&)> work) {
    auto run = std::make_shared<Kind>(random_name());
    add(run, Kind::kind, [run, work = std::move(work)] { work(*run); });
    return run;
  }
  /// The same for what only watches: it counts towards no limit, and is not forgotten.
  template <class Kind>
  void watch(std::function<void(Kind&)> work) {
    auto run = std::make_shared<Kind>(random_name());
    add(run, watching, [run, work = std::move(work)] { work(*run); });
  }
  /// Throws Refusal 404.
  [[nodiscard]] std::shared_ptr<Run> find(const std::string& name) const;
  /// The oldest first.
  [[nodiscard]] std::vector<std::shared_ptr<Run>> all() const;
  /// No run starts any more; those that go on are asked to end.
  void close();

 private:
  static constexpr std::string_view watching = "watching";

  struct Entry {
    std::shared_ptr<Run> run;
    std::string_view kind;
    std::jthread thread;
  };
  void add(std::shared_ptr<Run> run, std::string_view kind, std::function<void()> work);
  void require_room_now(std::string_view kind) const;
  // Threads that are done, and the oldest of the finished runs beyond what is remembered.
  void forget();

  const Limits& limits_;
  mutable std::mutex access_;
  std::vector<Entry> entries_;  // the oldest first
  bool is_closed_ = false;
};

}  // namespace downhill::server
