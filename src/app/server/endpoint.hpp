#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/server/message.hpp"
#include "app/server/run.hpp"
#include "app/server/setup.hpp"
#include "app/server/training/offer.hpp"
#include "options/declaration.hpp"

namespace downhill::server {

/// What the handlers share.
struct Context {
  Context(const Limits& given, Offer offered)
      : limits(given), offer(std::move(offered)), checkpoints(offer.checkpoints), setups(limits), runs(limits) {}
  const Limits limits;
  const Offer offer;
  CheckpointFolder checkpoints;
  OpenSetups setups;
  Runs runs;
};

/// One thing that can be asked for. The list is what requests are matched with and what the OpenAPI document is made of.
struct Endpoint {
  std::string_view method;
  std::string_view path;  ///< `/api/runs/{run}/events`; what stands for {run} is handed to the handler
  std::string_view doc;
  const options::Declaration* (*body)() = nullptr;  ///< of a POST
  std::string_view reply_type = "application/json";
  std::string_view reply_doc;
  std::function<Reply(Context&, const Request&, const std::string& part)> handle;
};

/// All of them.
[[nodiscard]] const std::vector<Endpoint>& endpoints();

/// The OpenAPI 3.1 document of the list.
[[nodiscard]] std::string openapi();

// The handlers, by what they are about.
[[nodiscard]] Reply list_methods(Context& context, const Request& request, const std::string& part);
[[nodiscard]] Reply list_problems(Context& context, const Request& request, const std::string& part);
[[nodiscard]] Reply describe(Context& context, const Request& request, const std::string& part);
[[nodiscard]] Reply evaluate(Context& context, const Request& request, const std::string& part);
[[nodiscard]] Reply check_gradient_at(Context& context, const Request& request, const std::string& part);
[[nodiscard]] Reply evaluate_grid(Context& context, const Request& request, const std::string& part);
[[nodiscard]] Reply start_run(Context& context, const Request& request, const std::string& part);
[[nodiscard]] Reply run_events(Context& context, const Request& request, const std::string& part);
[[nodiscard]] Reply run_result(Context& context, const Request& request, const std::string& part);
[[nodiscard]] Reply export_setup(Context& context, const Request& request, const std::string& part);
[[nodiscard]] Reply stop_run(Context& context, const Request& request, const std::string& part);
[[nodiscard]] Reply list_learning(Context& context, const Request& request, const std::string& part);
[[nodiscard]] Reply start_training(Context& context, const Request& request, const std::string& part);
[[nodiscard]] Reply list_trainings(Context& context, const Request& request, const std::string& part);
[[nodiscard]] Reply pause_run(Context& context, const Request& request, const std::string& part);
[[nodiscard]] Reply resume_run(Context& context, const Request& request, const std::string& part);
[[nodiscard]] Reply run_checkpoint(Context& context, const Request& request, const std::string& part);

}  // namespace downhill::server
