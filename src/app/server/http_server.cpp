#include "app/server/http_server.hpp"

#include <fmt/format.h>
#include <httplib.h>
#include <sys/socket.h>
#include <downhill/error.hpp>

#include <atomic>
#include <charconv>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "app/server/connection.hpp"
#include "app/server/service.hpp"

namespace downhill::server {
namespace {

constexpr const char* host = "127.0.0.1";
constexpr int backlog = 256;
constexpr std::chrono::milliseconds stream_wait{200};
constexpr std::chrono::seconds between_signs_of_life{10};
constexpr const char* any_path = R"([\s\S]*)";

/// A thread for each connection, so that streams that stay open keep nobody waiting.
class ThreadPerConnection : public httplib::TaskQueue {
 public:
  void enqueue(std::function<void()> task) override {
    {
      const std::lock_guard lock(access_);
      ++running_;
    }
    std::thread([this, task = std::move(task)] {
      task();
      const std::lock_guard lock(access_);
      if (--running_ == 0) none_.notify_all();
    }).detach();
  }

  void shutdown() override {
    std::unique_lock lock(access_);
    none_.wait(lock, [this] { return running_ == 0; });
  }

 private:
  std::mutex access_;
  std::condition_variable none_;
  std::size_t running_ = 0;
};

Request request_of(const httplib::Request& from) {
  Request request;
  request.method = from.method;
  request.path = from.path;
  request.host = from.get_header_value_count("Host") == 1 ? from.get_header_value("Host") : "";
  request.origin = from.get_header_value("Origin");
  request.token = from.get_header_value("X-Downhill-Token");
  request.content_type = from.get_header_value("Content-Type");
  request.last_event = from.get_header_value("Last-Event-ID");
  request.is_encoded = from.has_header("Transfer-Encoding") || from.has_header("Content-Encoding") ||
                       from.get_header_value_count("Content-Length") > 1;
  if (from.has_header("Content-Length")) {
    const std::string length = from.get_header_value("Content-Length");
    const char* end = length.data() + length.size();
    const auto read = std::from_chars(length.data(), end, request.body_length);
    if (read.ec == std::errc::result_out_of_range) {
      request.body_length = UINT64_MAX;
    } else if (read.ec != std::errc() || read.ptr != end) {
      request.is_encoded = true;
    }
  } else if (from.method != "GET" && from.method != "HEAD" && from.method != "DELETE") {
    request.is_encoded = true;
  }
  return request;
}

void give(Reply reply, httplib::Response& response) {
  response.status = reply.status;
  response.set_header("Cache-Control", reply.caching == Caching::forever ? "max-age=31536000, immutable" : "no-store");
  if (!reply.stream) {
    response.set_content(reply.body, reply.type);
    return;
  }
  auto last_sign = std::chrono::steady_clock::now();
  response.set_chunked_content_provider(
      reply.type, [stream = std::move(reply.stream), last_sign](std::size_t, httplib::DataSink& sink) mutable {
        if (!sink.is_writable()) return false;
        Chunk chunk = stream(stream_wait);
        const auto now = std::chrono::steady_clock::now();
        if (chunk.text.empty() && chunk.then == Chunk::Then::more && now - last_sign > between_signs_of_life) {
          chunk.text = ":\n\n";  // a comment, so that a client that is gone is noticed
        }
        if (!chunk.text.empty()) {
          last_sign = now;
          if (!sink.write(chunk.text.data(), chunk.text.size())) return false;
        }
        if (chunk.then == Chunk::Then::nothing) sink.done();
        return true;
      });
}

// An answer to what never became a request.
std::string bare_answer(int status, const char* reason, const std::string& message) {
  const std::string body = error_reply(status, message).body;
  return fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}", status,
      reason, body.size(), body);
}

// The answer to the request that this thread has just read the head of, if it was turned down.
thread_local std::optional<Reply> turned_down;

}  // namespace

class HttpServer::Implementation : public httplib::Server {
 public:
  Implementation(int port, const Limits& limits, Offer offer) {
    set_socket_options([](socket_t socket) {
      const int yes = 1;
      ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    set_tcp_nodelay(true);
    port_ = port;
    if (port == 0) {
      port_ = bind_to_any_port(host);
    } else if (!bind_to_port(host, port)) {
      port_ = -1;
    }
    if (port_ <= 0) {
      throw InputError(fmt::format(
          "serve: cannot listen on {}:{}: it is taken\n  hint: --port 0 takes any that is free", host, port));
    }
    ::listen(svr_sock_, backlog);
    service_.emplace(port_, limits, std::move(offer));
    set_payload_max_length(limits.body_bytes);
    set_default_headers({{"X-Content-Type-Options", "nosniff"},
                         {"Referrer-Policy", "no-referrer"},
                         {"Cross-Origin-Resource-Policy", "same-origin"},
                         {"Cross-Origin-Opener-Policy", "same-origin"},
                         {"Content-Security-Policy",
                          "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
                          "form-action 'none'; frame-ancestors 'none'"}});
    set_pre_routing_handler([](const httplib::Request&, httplib::Response& response) {
      if (!turned_down) return HandlerResponse::Unhandled;
      give(*turned_down, response);
      response.set_header("Connection", "close");
      return HandlerResponse::Handled;
    });
    const Handler handler = [this](const httplib::Request& request, httplib::Response& response) {
      Request asked = request_of(request);
      asked.body = request.body;
      give(service_->answer(asked), response);
    };
    Get(any_path, handler).Post(any_path, handler).Delete(any_path, handler);
    // What the library itself turns down: what is no HTTP. Where such a request ends is not known, so the connection ends with it.
    set_error_handler(HandlerWithResponse([](const httplib::Request& request, httplib::Response& response) {
      if (!response.body.empty() || response.has_header("Content-Type")) return HandlerResponse::Unhandled;
      turned_down = response.status == 404
                        ? error_reply(405, fmt::format("{}: is not possible here", request.method))
                        : error_reply(response.status, "http: this is not a request that can be read");
      give(*turned_down, response);
      response.set_header("Connection", "close");
      return HandlerResponse::Handled;
    }));
    new_task_queue = [] { return new ThreadPerConnection; };
    thread_ = std::thread([this] { listen_after_bind(); });
    while (!is_running()) std::this_thread::yield();
  }

  ~Implementation() override {
    is_ending_ = true;
    service_->close();
    stop();
    thread_.join();
  }

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] const Service& service() const { return *service_; }

 private:
  bool process_and_close_socket(socket_t socket) override {
    Connection connection(socket, service_->limits(), is_ending_);
    if (++connections_ > service_->limits().connections) {
      connection.send(bare_answer(503, "Service Unavailable",
                                  fmt::format("connections: more than {}", service_->limits().connections)));
    } else {
      while (answer_one(connection)) {
      }
    }
    --connections_;
    connection.end();
    return true;
  }

  // Whether another request may follow.
  bool answer_one(Connection& connection) {
    const Limits& limits = service_->limits();
    switch (connection.read_head()) {
      case Connection::Head::complete: break;
      case Connection::Head::closed: return false;
      case Connection::Head::too_slow:
        connection.send(bare_answer(408, "Request Timeout",
                                    fmt::format("header: not complete after {} ms", limits.head_time.count())));
        return false;
      case Connection::Head::too_long:
        connection.send(bare_answer(431, "Request Header Fields Too Large",
                                    fmt::format("header: more than {} bytes", limits.head_bytes)));
        return false;
    }
    turned_down.reset();
    bool is_closed = false;
    const auto look = [this](httplib::Request& request) {
      turned_down = service_->refuse(request_of(request));
      // Parts and compression gain nothing on this machine's own loopback.
      request.ranges.clear();
      request.headers.erase("Range");
      request.headers.erase("Accept-Encoding");
      if (turned_down) request.headers.erase("Expect");
    };
    const bool is_answered = process_request(connection, false, is_closed, look);
    return is_answered && !is_closed && !turned_down && !is_ending_;
  }

  std::optional<Service> service_;
  std::atomic<bool> is_ending_{false};
  std::atomic<std::size_t> connections_{0};
  int port_ = 0;
  std::thread thread_;
};

HttpServer::HttpServer(int port, const Limits& limits, Offer offer)
    : implementation_(std::make_unique<Implementation>(port, limits, std::move(offer))) {}
HttpServer::~HttpServer() = default;
int HttpServer::port() const { return implementation_->port(); }
std::string HttpServer::url() const { return fmt::format("http://{}:{}/", host, port()); }
const std::string& HttpServer::token() const { return implementation_->service().token(); }

}  // namespace downhill::server
