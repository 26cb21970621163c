#include "app/watch.hpp"

#include <fmt/format.h>

#include <atomic>
#include <csignal>

namespace downhill::app {
namespace {

std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may only touch lock-free atomics");

constexpr int requests_to_end[] = {SIGINT, SIGTERM};

extern "C" void on_interrupt(int signal) {
  interrupted.store(true);
  std::signal(signal, SIG_DFL);
}

constexpr std::chrono::milliseconds between_updates{100};

}  // namespace

bool was_interrupted() { return interrupted.load(); }

Watch::Watch(const Terminal& terminal, Noise noise)
    : terminal_(terminal),
      is_shown_(terminal.shows_progress && noise == Noise::usual),
      last_(std::chrono::steady_clock::now()) {
  interrupted.store(false);
  for (const int signal : requests_to_end) std::signal(signal, on_interrupt);
}

Watch::~Watch() {
  for (const int signal : requests_to_end) std::signal(signal, SIG_DFL);
  clear();
}

void Watch::clear() {
  if (width_ > 0) fmt::print(terminal_.err, "\r{:{}}\r", "", width_);
  width_ = 0;
}

void Watch::pass_on_interrupt() {
  if (interrupted.load()) stop_.request_stop();
}

void Watch::attach(RunOptions& run) {
  run.stop = stop_.get_token();
  run.callback = [this](const Progress& progress) {
    pass_on_interrupt();
    if (is_shown_) {
      show(fmt::format("iteration {}  f {:.6g}  gradient {:.1e}  {:.0f} s", progress.iteration, progress.value,
                       progress.gradient_norm, progress.seconds));
    }
    return Continue::yes;
  };
}

void Watch::attach(learn::SessionOptions& session) {
  session.stop = stop_.get_token();
  session.on_step = [this](const learn::TrainingProgress& progress) {
    pass_on_interrupt();
    if (is_shown_) {
      show(fmt::format("epoch {}  step {}/{}  loss {:.4f}  {:.0f} s, {:.0f} s left", progress.epoch + 1,
                       progress.step_in_epoch, progress.steps_per_epoch, progress.loss, progress.seconds,
                       progress.seconds_left));
    }
  };
}

void Watch::show(const std::string& line) {
  const auto now = std::chrono::steady_clock::now();
  if (now - last_ < between_updates) return;
  last_ = now;
  width_ = std::max(width_, line.size());
  fmt::print(terminal_.err, "\r{:<{}}", line, width_);
  std::fflush(terminal_.err);
}

}  // namespace downhill::app
