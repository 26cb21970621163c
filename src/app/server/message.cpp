#include "app/server/message.hpp"

#include <nlohmann/json.hpp>

namespace downhill::server {

Reply error_reply(int status, const std::string& message) {
  const nlohmann::ordered_json json{{"status", status}, {"message", message}};
  return {.status = status, .body = json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)};
}

}  // namespace downhill::server
