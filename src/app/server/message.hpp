#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>

/// What comes in and goes out, whatever carries it: sockets, tests, the fuzzer.
namespace downhill::server {

/// The parts of a request that an answer may depend on. Nothing else of it is looked at.
struct Request {
  std::string method;  ///< `GET`, `POST`, …
  std::string path;    ///< decoded, without the query: `/api/runs/1f00`
  std::string host;
  std::string origin;  ///< empty where there is none
  std::string token;   ///< of the header X-Downhill-Token
  std::string content_type;
  std::string last_event;         ///< of the header Last-Event-ID
  bool is_encoded = false;        ///< the body is compressed or of unknown length
  std::uint64_t body_length = 0;  ///< as announced, before the body is read
  std::string body;
};

/// A part of a reply that goes on; the last one has nothing after it. Text may be empty: nothing came in time.
struct Chunk {
  std::string text;
  enum class Then : std::uint8_t { more, nothing } then = Then::more;
};
/// Waits at most that long for the next part.
using Stream = std::function<Chunk(std::chrono::milliseconds)>;

enum class Caching : std::uint8_t { never, forever };

struct Reply {
  int status = 200;
  std::string type = "application/json";
  std::string body = {};
  Stream stream = {};  ///< in place of a body
  Caching caching = Caching::never;
};

/// A request that is turned down, with its HTTP status. What cannot be computed is a downhill::Error instead.
struct Refusal : std::runtime_error {
  Refusal(int code, const std::string& message) : std::runtime_error(message), status(code) {}
  int status;
};

/// `{"status": 403, "message": "…"}`
[[nodiscard]] Reply error_reply(int status, const std::string& message);

}  // namespace downhill::server
