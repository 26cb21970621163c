#pragma once
#include <string>

#include "app/server/limits.hpp"
#include "app/server/message.hpp"

namespace downhill::server {

/// Who may ask at all: looked at before a body is read.
///
/// Host must be this server's own, so that no other name that points to it reaches it (DNS rebinding); an Origin, where a browser
/// sends one, must be this server's page; whatever starts work must come with the page's token, and as JSON, which no form of
/// another page can send. Throws Refusal: 403, 411, 413, 415.
class Guard {
 public:
  Guard(int port, std::string token, const Limits& limits);

  [[nodiscard]] const std::string& token() const { return token_; }
  void check(const Request& request) const;

 private:
  int port_;
  std::string token_;
  std::size_t body_bytes_;
};

/// 128 random bits from the system, as hexadecimal digits.
[[nodiscard]] std::string random_name();

}  // namespace downhill::server
