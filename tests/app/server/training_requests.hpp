#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/server/requests.hpp"

/// What the page of training sends and follows, without sockets.
namespace downhill::server {

// Points of two classes, one within a ring of the other.
inline std::string rings(int rows) {
  std::string text = "a,b,class\n";
  for (int k = 0; k < rows; ++k) {
    const double angle = 0.7 * k;
    const double radius = k % 2 == 0 ? 0.5 : 1.5;
    text += std::to_string(radius * std::cos(angle)) + "," + std::to_string(radius * std::sin(angle)) + "," +
            (k % 2 == 0 ? "in" : "out") + "\n";
  }
  return text;
}

struct Event {
  std::string name;
  std::string id;
  nlohmann::json data;
};

// Reads a run's events until one pleases, or the end.
class Follower {
 public:
  Follower(Service& service, const std::string& run, const std::string& last = {}) {
    Request asked = request("GET", "/api/runs/" + run + "/events");
    asked.last_event = last;
    reply_ = service.answer(asked);
    EXPECT_EQ(reply_.status, 200) << reply_.body;
  }
  template <class Pleases>
  bool until(const Pleases& pleases, std::chrono::milliseconds patience = std::chrono::seconds(60)) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < deadline) {
      for (; seen_ < events.size(); ++seen_) {
        if (pleases(events[seen_])) return true;
      }
      if (is_over_) return false;
      const Chunk chunk = reply_.stream(std::chrono::milliseconds(200));
      text_ += chunk.text;
      is_over_ = chunk.then == Chunk::Then::nothing;
      for (auto end = text_.find("\n\n"); end != text_.npos; end = text_.find("\n\n")) {
        take(text_.substr(0, end));
        text_.erase(0, end + 2);
      }
    }
    return false;
  }
  void to_the_end() {
    until([](const Event&) { return false; });
  }
  [[nodiscard]] std::size_t count(const std::string& name) const {
    return static_cast<std::size_t>(std::ranges::count(events, name, &Event::name));
  }
  [[nodiscard]] const nlohmann::json& last(const std::string& name) const {
    const auto found = std::find_if(events.rbegin(), events.rend(), [&](const Event& e) { return e.name == name; });
    static const nlohmann::json none;
    return found == events.rend() ? none : found->data;
  }

  std::vector<Event> events;

 private:
  void take(const std::string& block) {
    const auto field = [&](const std::string& name) {
      const auto at = block.find(name + ": ") + name.size() + 2;
      return block.substr(at, block.find('\n', at) - at);
    };
    events.push_back({field("event"), field("id"), nlohmann::json::parse(field("data"))});
  }

  Reply reply_;
  std::string text_;
  std::size_t seen_ = 0;
  bool is_over_ = false;
};

inline std::string start(Service& service, nlohmann::json body) {
  if (!body.contains("table") && !body.contains("data")) body["table"] = rings(200);
  if (!body.contains("label")) body["label"] = "class";
  const Reply reply = post(service, "/api/trainings", body);
  EXPECT_EQ(reply.status, 201) << reply.body;
  return read(reply).value("run", "");
}

}  // namespace downhill::server
