#include "app/server/http_server.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>
#include <downhill/error.hpp>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

/// The server over real sockets: what a stranger may try.
namespace downhill::server {
namespace {

using Clock = std::chrono::steady_clock;

// A connection to the server.
class Visitor {
 public:
  explicit Visitor(const HttpServer& server) : socket_(::socket(AF_INET, SOCK_STREAM, 0)), port_(server.port()) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(server.port()));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    const timeval patience{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  ~Visitor() { ::close(socket_); }
  Visitor(const Visitor&) = delete;
  Visitor& operator=(const Visitor&) = delete;

  [[nodiscard]] std::string own_host() const { return "127.0.0.1:" + std::to_string(port_); }
  void send(const std::string& text) const { (void)::send(socket_, text.data(), text.size(), MSG_NOSIGNAL); }
  // What comes until the text is seen, or the connection ends.
  std::string read_until(const std::string& end) {
    char part[4096];
    while (got_.find(end) == std::string::npos) {
      const ssize_t count = ::recv(socket_, part, sizeof part, 0);
      if (count <= 0) break;
      got_.append(part, static_cast<std::size_t>(count));
    }
    return got_;
  }
  std::string read_all() { return read_until("\n\n\n never sent"); }
  std::string ask(const std::string& head) {
    send(head);
    return read_all();
  }

 private:
  int socket_;
  int port_;
  std::string got_;
};

int status_of(const std::string& answer) { return answer.size() < 12 ? 0 : std::stoi(answer.substr(9, 3)); }

std::string get(const std::string& host, const std::string& path, const std::string& more = {}) {
  return "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n" + more + "\r\n";
}

TEST(HttpServer, AnswersItsApiAndKeepsOthersFromReadingIt) {
  const HttpServer server(0);
  Visitor visitor(server);
  const std::string answer = visitor.ask(get(visitor.own_host(), "/api/methods"));
  EXPECT_EQ(status_of(answer), 200);
  EXPECT_NE(answer.find("X-Content-Type-Options: nosniff"), std::string::npos);
  EXPECT_NE(answer.find("Content-Security-Policy: default-src 'self'"), std::string::npos);
  EXPECT_EQ(answer.find("Access-Control-Allow-Origin"), std::string::npos);
}

TEST(HttpServer, RefusesOtherHostsAndOrigins) {
  const HttpServer server(0);
  EXPECT_EQ(status_of(Visitor(server).ask(get("evil.example", "/"))), 403);
  EXPECT_EQ(status_of(Visitor(server).ask("GET / HTTP/1.0\r\n\r\n")), 403);
  Visitor visitor(server);
  const std::string answer = visitor.ask(get(visitor.own_host(), "/api/methods", "Origin: http://evil.example\r\n"));
  EXPECT_EQ(status_of(answer), 403);
  EXPECT_NE(answer.find("origin: 'http://evil.example' may not ask"), std::string::npos);
  Visitor twice(server);
  EXPECT_EQ(status_of(twice.ask(get(twice.own_host(), "/", "Host: evil.example\r\n"))), 403);
}

TEST(HttpServer, StartsNothingWithoutTheToken) {
  const HttpServer server(0);
  Visitor visitor(server);
  const std::string answer =
      visitor.ask("POST /api/runs HTTP/1.1\r\nHost: " + visitor.own_host() +
                  "\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
  EXPECT_EQ(status_of(answer), 403);
  EXPECT_NE(answer.find("token: missing or wrong"), std::string::npos);
}

TEST(HttpServer, RefusesAGigabyteBeforeItIsSent) {
  const HttpServer server(0);
  Visitor visitor(server);
  const auto began = Clock::now();
  const std::string answer =
      visitor.ask("POST /api/runs HTTP/1.1\r\nHost: " + visitor.own_host() + "\r\nX-Downhill-Token: " + server.token() +
                  "\r\nContent-Type: application/json\r\nContent-Length: 1073741824\r\n\r\n{");
  EXPECT_EQ(status_of(answer), 413);
  EXPECT_NE(answer.find("body: 1073741824 bytes are more than 8388608"), std::string::npos);
  EXPECT_LT(Clock::now() - began, std::chrono::seconds(3));
}

TEST(HttpServer, RefusesBodiesOfUnknownLength) {
  const HttpServer server(0);
  Visitor visitor(server);
  const std::string answer =
      visitor.ask("POST /api/runs HTTP/1.1\r\nHost: " + visitor.own_host() + "\r\nX-Downhill-Token: " + server.token() +
                  "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
  EXPECT_EQ(status_of(answer), 411);
}

TEST(HttpServer, GivesAHeaderSoMuchTimeAndNoMore) {
  Limits limits;
  limits.head_time = std::chrono::milliseconds(300);
  const HttpServer server(0, limits);
  Visitor visitor(server);
  const auto began = Clock::now();
  visitor.send("GET / HTTP/1.1\r\nHost: ");
  const std::string answer = visitor.read_all();
  EXPECT_EQ(status_of(answer), 408);
  EXPECT_NE(answer.find("header: not complete after 300 ms"), std::string::npos);
  EXPECT_LT(Clock::now() - began, std::chrono::seconds(3));
}

TEST(HttpServer, GivesAHeaderSoMuchRoomAndNoMore) {
  const HttpServer server(0);
  Visitor visitor(server);
  std::string head = "GET / HTTP/1.1\r\nHost: " + visitor.own_host() + "\r\n";
  for (int i = 0; i < 1000; ++i) head += "X-" + std::to_string(i) + ": aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n";
  EXPECT_EQ(status_of(visitor.ask(head + "\r\n")), 431);
}

TEST(HttpServer, RefusesWhatIsNoHttp) {
  const HttpServer server(0);
  const std::string answer = Visitor(server).ask("hello\r\n\r\n");
  EXPECT_EQ(status_of(answer), 400);
  EXPECT_NE(answer.find("\"message\""), std::string::npos);
}

TEST(HttpServer, DoesNotLeaveItsOwnFiles) {
  const HttpServer server(0);
  for (const char* path : {"/../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc%2fpasswd",
                           "//etc/passwd", "/assets/..\\..\\x", "/etc/passwd%00.html"}) {
    Visitor visitor(server);
    EXPECT_EQ(status_of(visitor.ask(get(visitor.own_host(), path))), 404) << path;
  }
}

TEST(HttpServer, TakesSoManyConnectionsAndNoMore) {
  Limits limits;
  limits.connections = 2;
  const HttpServer server(0, limits);
  Visitor first(server);
  Visitor second(server);
  // Both are there once they were answered.
  for (Visitor* visitor : {&first, &second}) {
    visitor->send("GET /api/nothing HTTP/1.1\r\nHost: " + visitor->own_host() + "\r\n\r\n");
    EXPECT_EQ(status_of(visitor->read_until("\"message\"")), 404);
  }
  const std::string answer = Visitor(server).read_all();
  EXPECT_EQ(status_of(answer), 503);
  EXPECT_NE(answer.find("connections: more than 2"), std::string::npos);
}

TEST(HttpServer, EndsWhileStreamsAreOpen) {
  auto server = std::make_unique<HttpServer>(0);
  Visitor visitor(*server);
  const std::string body =
      R"json({"setup": {"formula": "x**4", "from": "x=1"}, "stop": "max_iterations=1000000000, gradient_tolerance=0",)json"
      R"json( "method": "gradient_descent(line_search=fixed(learning_rate=1e-12))"})json";
  visitor.send("POST /api/runs HTTP/1.1\r\nHost: " + visitor.own_host() + "\r\nX-Downhill-Token: " + server->token() +
               "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
               body);
  const std::string begun = visitor.read_until("\"}");
  const auto at = begun.find("\"run\":\"");
  ASSERT_NE(at, std::string::npos) << begun;
  const std::string run = begun.substr(at + 7, 32);
  visitor.send("GET /api/runs/" + run + "/events HTTP/1.1\r\nHost: " + visitor.own_host() + "\r\n\r\n");
  visitor.read_until("event: points");
  const auto began = Clock::now();
  server.reset();
  EXPECT_LT(Clock::now() - began, std::chrono::seconds(3));
}

TEST(HttpServer, SaysThatAPortIsTaken) {
  const HttpServer server(0);
  try {
    const HttpServer other(server.port());
    FAIL() << "two servers on one port";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("it is taken"), std::string::npos);
  }
}

}  // namespace
}  // namespace downhill::server
