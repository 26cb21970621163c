#include "app/server/service.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>

#include <algorithm>
#include <new>

#include "app/server/page.hpp"
#include "app/server/training/follow.hpp"

namespace downhill::server {
namespace {

// What stands for {run} in the pattern; nothing where the path does not match.
std::optional<std::string> match(std::string_view pattern, std::string_view path) {
  const auto open = pattern.find('{');
  if (open == pattern.npos) return pattern == path ? std::optional(std::string()) : std::nullopt;
  const std::string_view before = pattern.substr(0, open);
  const std::string_view after = pattern.substr(pattern.find('}') + 1);
  if (path.size() <= before.size() + after.size() || !path.starts_with(before) || !path.ends_with(after)) return {};
  const std::string_view part = path.substr(before.size(), path.size() - before.size() - after.size());
  return part.find('/') == part.npos ? std::optional(std::string(part)) : std::nullopt;
}

template <class Work>
Reply caught(const Work& work) {
  try {
    return work();
  } catch (const Refusal& refusal) {
    return error_reply(refusal.status, refusal.what());
  } catch (const Error& error) {
    return error_reply(422, error.what());
  } catch (const std::bad_alloc&) {
    return error_reply(413, "downhill: this needs more memory than there is");
  } catch (const std::exception& error) {
    return error_reply(500, fmt::format("downhill: internal error: {}", error.what()));
  }
}

}  // namespace

Service::Service(int port, const Limits& limits, Offer offer)
    : guard_(port, random_name(), limits), context_(limits, std::move(offer)) {
  follow_offered(context_);
}

std::optional<Reply> Service::refuse(const Request& request) const {
  Reply reply = caught([&] {
    guard_.check(request);
    return Reply{};
  });
  return reply.status == 200 ? std::nullopt : std::optional(std::move(reply));
}

Reply Service::page(const Request& request) const {
  const std::string path = request.path == "/"        ? "/index.html"
                           : request.path == "/train" ? "/train.html"
                                                      : request.path;
  const auto files = page_files();
  if (files.empty() && path == "/index.html") {
    return error_reply(404, "page: is not part of this build: configure with -D DOWNHILL_WEB=ON, which needs npm");
  }
  const auto found = std::ranges::find(files, path, &PageFile::path);
  if (found == files.end()) return error_reply(404, fmt::format("page: there is no '{}'", request.path));
  Reply reply{.type = std::string(found->type), .body = std::string(found->content)};
  if (path.ends_with(".html")) {
    constexpr std::string_view mark = "{{token}}";
    const auto at = reply.body.find(mark);
    if (at != std::string::npos) reply.body.replace(at, mark.size(), guard_.token());
  } else {
    reply.caching = Caching::forever;
  }
  return reply;
}

Reply Service::answer(const Request& request) {
  return caught([&] {
    const std::string_view method = request.method == "HEAD" ? "GET" : std::string_view(request.method);
    bool is_known = false;
    for (const Endpoint& endpoint : endpoints()) {
      const auto part = match(endpoint.path, request.path);
      if (!part) continue;
      if (endpoint.method == method) return endpoint.handle(context_, request, *part);
      is_known = true;
    }
    if (is_known || (method != "GET" && !request.path.starts_with("/api/"))) {
      throw Refusal(405, fmt::format("{}: is not possible for '{}'", request.method, request.path));
    }
    if (request.path.starts_with("/api/")) throw Refusal(404, fmt::format("api: there is no '{}'", request.path));
    return page(request);
  });
}

}  // namespace downhill::server
