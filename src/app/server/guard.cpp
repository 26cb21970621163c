#include "app/server/guard.hpp"

#include <fmt/format.h>

#include <random>
#include <utility>

namespace downhill::server {
namespace {

// Takes as long for a near miss as for a wide one.
bool is_same(const std::string& a, const std::string& b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference |= static_cast<unsigned>(static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]));
  }
  return difference == 0;
}

bool is_own(const std::string& host, int port) {
  return host == fmt::format("127.0.0.1:{}", port) || host == fmt::format("localhost:{}", port);
}

}  // namespace

Guard::Guard(int port, std::string token, const Limits& limits)
    : port_(port), token_(std::move(token)), body_bytes_(limits.body_bytes) {}

void Guard::check(const Request& request) const {
  if (!is_own(request.host, port_)) {
    throw Refusal(403, fmt::format("host: '{}' is not this server: expected 127.0.0.1:{}", request.host, port_));
  }
  constexpr std::string_view scheme = "http://";
  const bool is_page = request.origin.starts_with(scheme) && is_own(request.origin.substr(scheme.size()), port_);
  if (!request.origin.empty() && !is_page) {
    throw Refusal(403, fmt::format("origin: '{}' may not ask: only the page of this server may", request.origin));
  }
  if (request.method == "GET" || request.method == "HEAD") {
    if (request.body_length > 0 || request.is_encoded) {
      throw Refusal(400, fmt::format("{}: takes no body: {} bytes", request.method, request.body_length));
    }
    return;
  }
  if (!is_same(request.token, token_)) {
    throw Refusal(403, "token: missing or wrong in the header X-Downhill-Token\n  hint: load the page again");
  }
  if (request.is_encoded) throw Refusal(411, "body: needs a Content-Length, and no encoding");
  if (request.body_length > body_bytes_) {
    throw Refusal(413, fmt::format("body: {} bytes are more than {}", request.body_length, body_bytes_));
  }
  const std::string type = request.content_type.substr(0, request.content_type.find(';'));
  if (request.method == "POST" && type != "application/json") {
    throw Refusal(415, fmt::format("body: of type '{}': expected application/json", type));
  }
}

std::string random_name() {
  std::random_device device;
  return fmt::format("{:08x}{:08x}{:08x}{:08x}", device(), device(), device(), device());
}

}  // namespace downhill::server
