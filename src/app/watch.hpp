#pragma once
#include <downhill/learn/session.hpp>
#include <downhill/minimize.hpp>

#include <chrono>
#include <string>

#include "app/arguments.hpp"
#include "app/terminal.hpp"

/// Watching a run: the progress line and the interrupt key.
namespace downhill::app {

/// Whether this process was asked to end, by Ctrl-C or SIGTERM, since the last Watch was made.
[[nodiscard]] bool was_interrupted();

/// While it lives, Ctrl-C or SIGTERM ends the run at its next iteration, so that the best point is still printed, and a progress line
/// is kept up to date on a terminal. A second one ends the process.
class Watch {
 public:
  Watch(const Terminal& terminal, Noise noise);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  /// Sets the callback and the stop token of a run.
  void attach(RunOptions& run);
  void attach(learn::SessionOptions& session);
  /// Takes the progress line away, so that other lines can be printed.
  void clear();

 private:
  void show(const std::string& line);
  void pass_on_interrupt();

  const Terminal& terminal_;
  bool is_shown_;
  std::size_t width_ = 0;
  std::chrono::steady_clock::time_point last_;
  std::stop_source stop_;
};

}  // namespace downhill::app
