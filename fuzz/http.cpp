#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "app/server/service.hpp"

/// Any request to the server's API: a first line `METHOD path`, then the body. Every answer is one of the statuses that the API
/// documents, never 500, and every error is one JSON message. Runs end by themselves within a fraction of a second.
namespace {

using downhill::server::Chunk;
using downhill::server::Limits;
using downhill::server::Reply;
using downhill::server::Request;
using downhill::server::Service;

Limits small() {
  Limits limits;
  limits.run_seconds = 0.02;
  limits.training_seconds = 0.02;
  limits.parameters = 200;
  limits.layers = 4;
  limits.variables = 6;
  limits.elements = 500;
  limits.nodes = 200;
  limits.grid_points = 64;
  limits.hessian_variables = 4;
  return limits;
}

Request read(std::string_view text) {
  Request request;
  const auto line = text.substr(0, text.find('\n'));
  const auto blank = line.find(' ');
  request.method = std::string(line.substr(0, blank));
  if (blank != line.npos) request.path = std::string(line.substr(blank + 1));
  if (line.size() < text.size()) request.body = std::string(text.substr(line.size() + 1));
  return request;
}

void follow(Service& service, const Reply& begun) {
  const auto at = begun.body.find("\"run\":\"");
  if (at == std::string::npos) return;
  Request request;
  request.method = "GET";
  request.path = "/api/runs/" + begun.body.substr(at + 7, 32) + "/events";
  const Reply events = service.answer(request);
  while (events.stream && events.stream(std::chrono::milliseconds(50)).then == Chunk::Then::more) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Service service(1, small());
  const Request request = read(std::string_view(reinterpret_cast<const char*>(data), size));
  (void)service.refuse(request);
  const Reply reply = service.answer(request);
  if (reply.status >= 500 || (reply.status >= 300 && reply.body.find("\"message\"") == std::string::npos)) std::abort();
  follow(service, reply);
  return 0;
}
