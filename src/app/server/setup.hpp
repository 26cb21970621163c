#pragma once
#include <downhill/objective.hpp>

#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "app/problem.hpp"
#include "app/server/bodies.hpp"
#include "app/server/limits.hpp"

namespace downhill::server {

/// The problem of a set-up, read as the command line reads one, but for files: none is ever opened.
/// Throws InputError and OptionError, and Refusal 413 for more variables, larger arrays or longer programs than the limits allow.
[[nodiscard]] app::Problem read_setup(const Setup& setup, const Limits& limits);

/// A problem with its compiled loss, for one look at a time.
struct Opened {
  explicit Opened(app::Problem given);
  app::Problem problem;
  Objective objective;  ///< without the bounds
  std::mutex use;       ///< held while the objective is used
};

/// The set-ups looked at last, so that a look at one again compiles nothing.
class OpenSetups {
 public:
  explicit OpenSetups(const Limits& limits) : limits_(limits) {}
  [[nodiscard]] std::shared_ptr<Opened> open(const Setup& setup);

 private:
  static constexpr std::size_t most = 8;

  struct Entry {
    std::string text;
    std::shared_ptr<Opened> opened;
  };
  const Limits& limits_;
  std::mutex access_;
  std::list<Entry> entries_;  // the last used first
};

}  // namespace downhill::server
