#pragma once
#include <string>

#include "app/server/endpoint.hpp"
#include "app/server/guard.hpp"

namespace downhill::server {

/// Answers requests, whatever carries them. Safe to call from many threads.
class Service {
 public:
  /// port: that visitors come by, for the check of Host and Origin.
  explicit Service(int port, const Limits& limits = {}, Offer offer = {});

  [[nodiscard]] const Limits& limits() const { return context_.limits; }
  [[nodiscard]] const std::string& token() const { return guard_.token(); }
  /// Turns a request down before its body is read, or says nothing. Throws nothing.
  [[nodiscard]] std::optional<Reply> refuse(const Request& request) const;
  /// Answers a request that `refuse` let through; errors are replies as well. Throws nothing.
  [[nodiscard]] Reply answer(const Request& request);
  /// Ends all runs.
  void close() { context_.runs.close(); }

 private:
  [[nodiscard]] Reply page(const Request& request) const;

  Guard guard_;
  Context context_;
};

}  // namespace downhill::server
