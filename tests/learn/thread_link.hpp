#pragma once
#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "support/link.hpp"

/// Processes of a team as threads of one, for tests.
namespace downhill::learn {

/// The messages under way.
class Post {
 public:
  void put(std::pair<int, int> way, std::span<const std::byte> bytes) {
    const std::lock_guard lock(mutex_);
    ways_[way].insert(ways_[way].end(), bytes.begin(), bytes.end());
    changed_.notify_all();
  }
  bool take(std::pair<int, int> way, std::span<std::byte> bytes, const Link::GoesOn& goes_on) {
    std::unique_lock lock(mutex_);
    std::deque<std::byte>& waiting = ways_[way];
    while (waiting.size() < bytes.size()) {
      if (!goes_on()) return false;
      changed_.wait_for(lock, std::chrono::milliseconds(1));
    }
    const auto end = waiting.begin() + static_cast<std::ptrdiff_t>(bytes.size());
    std::copy(waiting.begin(), end, bytes.begin());
    waiting.erase(waiting.begin(), end);
    return true;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::pair<int, int>, std::deque<std::byte>> ways_;
};

class ThreadLink final : public Link {
 public:
  /// hears: how many messages it can receive before the process falls silent
  ThreadLink(std::shared_ptr<Post> post, int rank, int size, int hears = -1)
      : post_(std::move(post)), rank_(rank), size_(size), hears_(hears) {}
  [[nodiscard]] int rank() const override { return rank_; }
  [[nodiscard]] int size() const override { return size_; }
  [[nodiscard]] std::string machine() const override { return "node" + std::to_string(rank_ + 1); }
  [[nodiscard]] bool send(int to, std::span<const std::byte> bytes, const GoesOn&) override {
    post_->put({rank_, to}, bytes);
    return true;
  }
  [[nodiscard]] bool receive(int from, std::span<std::byte> bytes, const GoesOn& goes_on) override {
    return hears_-- != 0 && post_->take({from, rank_}, bytes, goes_on);
  }
  void close() override {}

 private:
  std::shared_ptr<Post> post_;
  int rank_;
  int size_;
  int hears_;
};

}  // namespace downhill::learn
