#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "app/server/service.hpp"

/// What the page sends and reads, without sockets.
namespace downhill::server {

inline constexpr int port = 8017;

inline Request request(std::string method, std::string path) {
  Request result;
  result.method = std::move(method);
  result.path = std::move(path);
  result.host = "127.0.0.1:8017";
  result.content_type = "application/json";
  return result;
}

inline Reply post(Service& service, const std::string& path, const nlohmann::json& body = nlohmann::json::object()) {
  Request asked = request("POST", path);
  asked.body = body.dump();
  return service.answer(asked);
}

inline nlohmann::json read(const Reply& reply) { return nlohmann::json::parse(reply.body); }

}  // namespace downhill::server
