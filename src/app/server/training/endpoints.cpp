#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/learn/loss.hpp>
#include <downhill/learn/model.hpp>
#include <downhill/method.hpp>
#include <downhill/rule.hpp>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/server/endpoint.hpp"
#include "app/server/read_body.hpp"
#include "app/server/schemas.hpp"
#include "app/server/training/bodies.hpp"
#include "app/server/training/session.hpp"
#include "app/server/training/whole.hpp"
#include "options/describe.hpp"
#include "options/fields.hpp"
#include "options/registry.hpp"
#include "support/files.hpp"

/// Training as the page asks for it.
namespace downhill::server {
namespace {

using nlohmann::ordered_json;

// What the page may call a set that the server was started with.
std::string title_of(const std::string& data) {
  const std::string name = std::filesystem::path(data).filename().string();
  return name.empty() ? data : name;
}

// What stands behind a name that a request gives: nothing but what was offered.
std::string file_of(const std::string& data, const Offer& offer) {
  if (data.empty()) return {};
  if (std::ranges::find(offer.sets, data) != offer.sets.end()) return data;
  const auto found = std::ranges::find(offer.data, data, title_of);
  if (found == offer.data.end()) {
    throw InputError(
        fmt::format("data: there is no set '{}' here: no other file is opened\n  hint: downhill serve --data", data));
  }
  return *found;
}

std::shared_ptr<Training> training_of(Context& context, const std::string& name) {
  auto training = std::dynamic_pointer_cast<Training>(context.runs.find(name));
  if (!training) throw Refusal(409, "runs: this one is no training run");
  return training;
}

std::shared_ptr<Training> steered(Context& context, const std::string& name) {
  auto training = training_of(context, name);
  if (training->is_over()) throw Refusal(409, "training: it is over");
  if (training->is_followed()) {
    throw Refusal(409, "training: it goes on in another program, which alone can stop it");
  }
  return training;
}

// The methods that are no rules.
std::vector<const options::Declaration*> methods_for_all_samples() {
  std::vector<const options::Declaration*> declarations = Method::registry().declarations();
  std::erase_if(declarations, [](const options::Declaration* one) { return Rule::registry().has(one->name); });
  return declarations;
}

}  // namespace

Reply list_learning(Context& context, const Request&, const std::string&) {
  std::vector<std::string> data;
  for (const std::string& one : context.offer.data) data.push_back(title_of(one));
  data.insert(data.end(), context.offer.sets.begin(), context.offer.sets.end());
  const ordered_json json{{"training", ordered_json::parse(options::schema(options::declaration<StartTraining>()))},
                          {"models", schemas(learn::Model::registry().declarations())},
                          {"losses", schemas(learn::Loss::registry().declarations())},
                          {"rules", schemas(Rule::registry().declarations())},
                          {"methods", schemas(methods_for_all_samples())},
                          {"data", data}};
  return {.body = json.dump()};
}

Reply start_training(Context& context, const Request& request, const std::string&) {
  const auto body = read_body<StartTraining>(request.body);
  context.runs.require_room(Training::kind);
  auto lesson = std::make_shared<Lesson>(read_lesson(body, file_of(body.data, context.offer), context.limits));
  const auto work = [lesson, &context](Training& run) {
    const auto trained = lesson->method ? train_on_everything : train;
    finish(run, [&] { return trained(run, *lesson, context.checkpoints.file_of(run.name()), context.limits); });
  };
  return {.status = 201, .body = ordered_json{{"run", context.runs.start<Training>(work)->name()}}.dump()};
}

Reply list_trainings(Context& context, const Request&, const std::string&) {
  ordered_json list = ordered_json::array();
  for (const std::shared_ptr<Run>& run : context.runs.all()) {
    const auto training = std::dynamic_pointer_cast<Training>(run);
    if (!training || training->description().empty()) continue;
    ordered_json json = ordered_json::parse(training->description());
    json["state"] = training->is_over() ? "over" : training->is_paused() ? "paused" : "running";
    list.push_back(std::move(json));
  }
  return {.body = list.dump()};
}

Reply pause_run(Context& context, const Request&, const std::string& part) {
  steered(context, part)->pause();
  return {.body = "{}"};
}

Reply resume_run(Context& context, const Request&, const std::string& part) {
  steered(context, part)->resume();
  return {.body = "{}"};
}

Reply run_checkpoint(Context& context, const Request&, const std::string& part) {
  const auto training = training_of(context, part);
  const std::string file = training->is_followed() ? "" : context.checkpoints.file_of(training->name());
  if (file.empty() || !std::filesystem::exists(file)) throw Refusal(404, "training: there is no checkpoint of it yet");
  return {.type = "application/octet-stream", .body = read_file("training", file)};
}

}  // namespace downhill::server
