#include "app/server/connection.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace downhill::server {
namespace {

constexpr std::chrono::milliseconds slice{200};  // between two looks at whether the server is ending
constexpr std::chrono::milliseconds lingering{500};
constexpr std::size_t most_lingering_bytes = std::size_t{1} << 20U;

}  // namespace

Connection::Connection(socket_t socket, const Limits& limits, const std::atomic<bool>& is_ending)
    : socket_(socket), limits_(limits), is_ending_(is_ending) {}

bool Connection::wait(short events, Clock::time_point deadline) const {
  while (!is_ending_) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return false;
    pollfd look{.fd = socket_, .events = events, .revents = 0};
    const int ready = ::poll(&look, 1, static_cast<int>(std::min(left, slice).count()));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
  return false;
}

bool Connection::receive() {
  std::array<char, 8192> part;
  ssize_t count = 0;
  do {
    count = ::recv(socket_, part.data(), part.size(), 0);
  } while (count < 0 && errno == EINTR);
  if (count <= 0) return false;
  buffer_.append(part.data(), static_cast<std::size_t>(count));
  return true;
}

Connection::Head Connection::read_head() {
  buffer_.erase(0, offset_);
  offset_ = 0;
  if (buffer_.empty()) {
    if (!wait(POLLIN, Clock::now() + limits_.idle_time) || !receive()) return Head::closed;
  }
  const auto deadline = Clock::now() + limits_.head_time;
  std::size_t searched = 0;
  while (true) {
    const auto end = buffer_.find("\r\n\r\n", searched);
    if (end != std::string::npos) {
      if (end > limits_.head_bytes) return Head::too_long;
      body_deadline_ = Clock::now() + limits_.body_time;
      return Head::complete;
    }
    searched = buffer_.size() < 3 ? 0 : buffer_.size() - 3;
    if (buffer_.size() > limits_.head_bytes) return Head::too_long;
    if (!wait(POLLIN, deadline)) return is_ending_ ? Head::closed : Head::too_slow;
    if (!receive()) return Head::closed;
  }
}

void Connection::end() {
  ::shutdown(socket_, SHUT_WR);
  const auto deadline = Clock::now() + lingering;
  std::size_t thrown_away = 0;
  while (thrown_away < most_lingering_bytes && wait(POLLIN, deadline)) {
    buffer_.clear();
    if (!receive()) break;
    thrown_away += buffer_.size();
  }
  ::close(socket_);
}

bool Connection::is_readable() const { return offset_ < buffer_.size(); }

bool Connection::is_writable() const {
  pollfd look{.fd = socket_, .events = POLLOUT | POLLRDHUP, .revents = 0};
  return !is_ending_ && ::poll(&look, 1, 0) >= 0 && (look.revents & (POLLERR | POLLHUP | POLLRDHUP | POLLNVAL)) == 0;
}

ssize_t Connection::read(char* data, std::size_t size) {
  if (offset_ == buffer_.size()) {
    buffer_.clear();
    offset_ = 0;
    if (!wait(POLLIN, body_deadline_) || !receive()) return -1;
  }
  const std::size_t count = std::min(size, buffer_.size() - offset_);
  std::memcpy(data, buffer_.data() + offset_, count);
  offset_ += count;
  return static_cast<ssize_t>(count);
}

ssize_t Connection::write(const char* data, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    if (!wait(POLLOUT, Clock::now() + limits_.write_time)) return -1;
    const ssize_t count = ::send(socket_, data + done, size - done, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0 && errno != EINTR && errno != EAGAIN) return -1;
    if (count > 0) done += static_cast<std::size_t>(count);
  }
  return static_cast<ssize_t>(done);
}

void Connection::get_remote_ip_and_port(std::string& ip, int& port) const {
  ip = "127.0.0.1";
  port = 0;
}

void Connection::get_local_ip_and_port(std::string& ip, int& port) const { get_remote_ip_and_port(ip, port); }

}  // namespace downhill::server
