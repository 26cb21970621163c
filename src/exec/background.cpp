#include "exec/background.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace downhill::exec {
namespace {

class Worker {
 public:
  Worker() : thread_([this] { run(); }) {}
  ~Worker() {
    {
      const std::lock_guard lock(mutex_);
      is_ending_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void add(std::function<void()> work) {
    {
      const std::lock_guard lock(mutex_);
      queue_.push_back(std::move(work));
      ++pending_;
    }
    changed_.notify_all();
  }

  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return pending_ == 0; });
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return is_ending_ || !queue_.empty(); });
      if (is_ending_) {
        return;
      }
      {
        const std::function<void()> work = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        work();
      }
      lock.lock();
      --pending_;
      changed_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;
  std::size_t pending_ = 0;
  bool is_ending_ = false;
  std::thread thread_;
};

// Ended by `exit`, while a program may still be compiled; the code generator has no static object that is gone by then
// (jit/no_static_destructors.cpp).
Worker& worker() {
  static Worker one;
  return one;
}

}  // namespace

void in_background(std::function<void()> work) { worker().add(std::move(work)); }
void wait_for_background() { worker().wait(); }

}  // namespace downhill::exec
