#pragma once
#include <memory>
#include <string>

#include "app/server/limits.hpp"
#include "app/server/training/offer.hpp"

namespace downhill::server {

/// The HTTP server on 127.0.0.1.
///
///   HttpServer server(0);
///   std::printf("%s\n", server.url().c_str());      // http://127.0.0.1:41523/
class HttpServer {
 public:
  /// Listens and answers from now on, in threads of its own. port: 0 for any that is free. Throws InputError if it is taken.
  explicit HttpServer(int port, const Limits& limits = {}, Offer offer = {});
  /// Ends runs and connections and waits for them.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] int port() const;
  [[nodiscard]] std::string url() const;
  [[nodiscard]] const std::string& token() const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace downhill::server
