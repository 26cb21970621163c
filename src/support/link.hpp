#pragma once
#include <cstddef>
#include <functional>
#include <span>
#include <string>

/// Messages between the processes of one run, on one machine or several.
namespace downhill {

/// The processes count from 0. Messages from one process to another keep their order.
class Link {
 public:
  /// Asked now and then while a message waits: whether to go on waiting.
  using GoesOn = std::function<bool()>;

  Link() = default;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  virtual ~Link() = default;

  [[nodiscard]] virtual int rank() const = 0;
  [[nodiscard]] virtual int size() const = 0;
  /// The name of this process's machine.
  [[nodiscard]] virtual std::string machine() const = 0;
  /// All these bytes, to or from another process. False where waiting ended first, or the connection is lost: the link is then of
  /// no use any more. The bytes must stay where they are until then.
  [[nodiscard]] virtual bool send(int to, std::span<const std::byte> bytes, const GoesOn& goes_on) = 0;
  [[nodiscard]] virtual bool receive(int from, std::span<std::byte> bytes, const GoesOn& goes_on) = 0;
  /// Ends the use of the link, which every process does; without it the launcher ends the others.
  virtual void close() = 0;
};

/// What a plugin that makes links exports: the link to the processes that were started together with this one. Null with the reason, a
/// text that lasts, where there is none.
using LinkEntry = Link* (*)(const char** reason);
inline constexpr const char* link_symbol = "downhill_link";

}  // namespace downhill
