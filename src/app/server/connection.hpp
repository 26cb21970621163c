#pragma once
#include <httplib.h>

#include <atomic>
#include <chrono>
#include <string>

#include "app/server/limits.hpp"

namespace downhill::server {

/// One connection's bytes. The head of a request is read as a whole before anybody looks at it, within a time and a length; the body
/// has a time as well. Every wait ends within a fraction of a second once the server is ending.
class Connection : public httplib::Stream {
 public:
  Connection(socket_t socket, const Limits& limits, const std::atomic<bool>& is_ending);

  enum class Head : std::uint8_t { complete, closed, too_slow, too_long };
  /// Waits for a request and reads its head.
  [[nodiscard]] Head read_head();

  /// Sends all that `text` is, as far as the other side takes it.
  void send(const std::string& text) { (void)write(text.data(), text.size()); }
  /// Ends the connection so that the last answer arrives although the request was not read to its end.
  void end();

  [[nodiscard]] bool is_readable() const override;
  [[nodiscard]] bool is_writable() const override;
  ssize_t read(char* data, std::size_t size) override;
  ssize_t write(const char* data, std::size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  [[nodiscard]] socket_t socket() const override { return socket_; }

 private:
  using Clock = std::chrono::steady_clock;

  // Waits until the socket is ready for one of poll's events; false after the deadline or when the server is ending.
  [[nodiscard]] bool wait(short events, Clock::time_point deadline) const;
  // Appends what has come to the buffer; false at the end of the connection.
  [[nodiscard]] bool receive();

  socket_t socket_;
  const Limits& limits_;
  const std::atomic<bool>& is_ending_;
  std::string buffer_;      // read from the socket, not yet by anybody else
  std::size_t offset_ = 0;  // of what is left of it
  Clock::time_point body_deadline_;
};

}  // namespace downhill::server
