#include "app/watch.hpp"

#include <fmt/format.h>

#include <atomic>
#include <csignal>

namespace downhill::app {
namespace {

std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may only touch lock-free atomics");

extern "C" void on_interrupt(int) {
  interrupted.store(true);
  std::signal(SIGINT, SIG_DFL);
}

constexpr std::chrono::milliseconds between_updates{100};

}  // namespace

Watch::Watch(const Terminal& terminal, Noise noise)
    : terminal_(terminal),
      is_shown_(terminal.shows_progress && noise == Noise::usual),
      last_(std::chrono::steady_clock::now()) {
  interrupted.store(false);
  std::signal(SIGINT, on_interrupt);
}

Watch::~Watch() {
  std::signal(SIGINT, SIG_DFL);
  if (width_ > 0) fmt::print(terminal_.err, "\r{:{}}\r", "", width_);
}

void Watch::attach(RunOptions& run) {
  run.stop = stop_.get_token();
  run.callback = [this](const Progress& progress) {
    if (interrupted.load()) stop_.request_stop();
    if (is_shown_) show(progress);
    return Continue::yes;
  };
}

void Watch::show(const Progress& progress) {
  const auto now = std::chrono::steady_clock::now();
  if (now - last_ < between_updates) return;
  last_ = now;
  const std::string line = fmt::format("iteration {}  f {:.6g}  gradient {:.1e}  {:.0f} s", progress.iteration,
                                       progress.value, progress.gradient_norm, progress.seconds);
  width_ = std::max(width_, line.size());
  fmt::print(terminal_.err, "\r{:<{}}", line, width_);
  std::fflush(terminal_.err);
}

}  // namespace downhill::app
