#include "app/server/training/session.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>

#include <nlohmann/json.hpp>

#include "app/learning_data.hpp"
#include "app/server/training/observer.hpp"
#include "ir/trace.hpp"
#include "learn/data/table.hpp"
#include "learn/train/outputs.hpp"
#include "options/fields.hpp"
#include "options/registry.hpp"

namespace downhill::server {
namespace {

using nlohmann::ordered_json;

constexpr double checkpoint_seconds = 5;

std::vector<std::string> columns_of(const std::string& text) {
  std::vector<std::string> columns;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::size_t first = text.find_first_not_of(' ', begin);
    if (first < end) columns.push_back(text.substr(first, text.find_last_not_of(' ', end - 1) + 1 - first));
    begin = end + 1;
  }
  return columns;
}

learn::Split read_split(const StartTraining& body, const std::string& file, learn::Answer answer) {
  const learn::DataRequest request{.answer = answer, .columns = columns_of(body.label), .bytes = learn::Bytes::kept};
  if (!file.empty()) return learn::read_data(file, request);
  return {learn::parse_table("table", body.table, request, learn::Answers::needed), {}};
}

// A trace knows shapes and holds no large array, whatever the widths of the layers are. What a trace cannot tell the network itself
// refuses, in its own words.
void require_size(const learn::Task& task, const learn::DataSet& data, const Limits& limits) {
  const std::vector<learn::Layer> layers = task.model.layers(learn::outputs_for(task, data));
  if (layers.size() > limits.layers) {
    throw Refusal(413, fmt::format("model: {} layers are more than {}", layers.size(), limits.layers));
  }
  std::int64_t count = 0;
  try {
    (void)ir::trace(
        [&](std::span<const Array>) {
          count = learn::Network(layers, data.sample, task.dtype).parameter_count();
          return std::vector<Array>{};
        },
        {});
  } catch (const Error&) {
    return;
  }
  if (count > limits.parameters) {
    throw Refusal(413,
                  fmt::format("model: {} weights are more than {}: use the command line", count, limits.parameters));
  }
}

}  // namespace

app::Told told_of(const Lesson& lesson) {
  return {lesson.validation.samples() > 0, lesson.test.samples() > 0, lesson.train.is_classification()};
}

Lesson read_lesson(const StartTraining& body, const std::string& file, const Limits& limits) {
  const bool has_rule = app::is_rule(body.method);
  Lesson lesson{.task = {.model = learn::parse_model(body.model),
                         .loss = learn::parse_loss(body.loss),
                         .rule = parse_rule(has_rule ? body.method : app::usual_rule),
                         .batch = body.batch,
                         .l1 = body.l1,
                         .l2 = body.l2,
                         .dtype = body.dtype == Precision::f64 ? DType::f64 : DType::f32,
                         .seed = static_cast<std::uint64_t>(body.seed)},
                .method = {},
                .train = {},
                .validation = {},
                .test = {},
                .normalisation = {},
                .data = body.data,
                .epochs = body.epochs,
                .patience = body.patience};
  if (!has_rule) lesson.method = parse_method(body.method);
  if (!has_rule && body.patience > 0) {
    throw OptionError(fmt::format("training: patience = {}: only a rule waits for a better validation loss, not {}",
                                  body.patience, lesson.method->name()));
  }
  const bool has_numbers = lesson.task.loss.target() == learn::Target::number;
  learn::Split split = read_split(body, file, has_numbers ? learn::Answer::number : learn::Answer::label);
  require_size(lesson.task, split.train, limits);
  std::string scaling;
  for (const auto& [word, value] : enum_names(body.scaling)) {
    if (value == body.scaling) scaling = word;
  }
  app::Samples samples = app::prepare(std::move(split), lesson.task, body.validation, scaling);
  lesson.train = std::move(samples.split.train);
  lesson.validation = std::move(samples.validation);
  lesson.test = std::move(samples.split.test);
  lesson.normalisation = std::move(samples.normalisation);
  return lesson;
}

double learning_rate_of(const Rule& rule, std::uint64_t steps) {
  const options::Value value = options::read_value(rule.text(options::Detail::all));
  for (const options::Value& item : value.items) {
    if (item.key != "learning_rate") continue;
    if (item.kind == options::Value::Kind::number) return item.number;
    return Schedule::registry().read(item).at(Array(static_cast<double>(steps))).item();
  }
  return std::numeric_limits<double>::quiet_NaN();
}

std::string description_of(const learn::Trainer& trainer, const Lesson& lesson, Steering steering,
                           const std::string& name) {
  const learn::Task& task = trainer.task();
  ordered_json layers = ordered_json::array();
  for (const learn::Layer& layer : trainer.network().layers()) layers.push_back(layer.text());
  const ordered_json json{{"run", name},
                          {"steered", steering == Steering::here},
                          {"model", task.model.text()},
                          {"loss", task.loss.text()},
                          {"method", lesson.method ? lesson.method->text() : task.rule.text()},
                          {"batch", lesson.method ? lesson.train.samples() : task.batch},
                          {"seed", task.seed},
                          {"data", lesson.data},
                          {"samples",
                           {{"train", lesson.train.samples()},
                            {"validation", lesson.validation.samples()},
                            {"test", lesson.test.samples()}}},
                          {"has_labels", lesson.train.is_classification()},
                          {"parameters", trainer.network().parameter_count()},
                          {"layers", layers},
                          {"steps_per_epoch", lesson.method ? 1 : trainer.steps_per_epoch()},
                          {"epochs", lesson.epochs}};
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string train(Training& run, const Lesson& lesson, const std::string& checkpoint, const Limits& limits) {
  learn::Trainer trainer(lesson.task, lesson.train);
  run.describe(description_of(trainer, lesson, Steering::here, run.name()));
  Observer observer(trainer, run);
  const app::Told told = told_of(lesson);
  run.show("state", R"({"state":"running"})");
  observer.look(trainer);
  learn::SessionOptions session{.epochs = lesson.epochs, .patience = lesson.patience};
  session.time_limit = limits.training_seconds;
  session.stop = run.stop_token();
  session.files = {.checkpoint = checkpoint, .seconds = checkpoint_seconds};
  const auto between_steps = [&] {
    if (run.is_paused()) {
      observer.look(trainer);
      run.show("state", R"({"state":"paused"})");
      run.wait_while_paused();
      run.show("state", R"({"state":"running"})");
    }
    observer.look_when_due(trainer);
  };
  session.on_step = [&](const learn::TrainingProgress& progress) {
    if (progress.step_in_epoch > 0) {  // else there is no loss yet
      run.add({.steps = trainer.steps(),
               .loss = progress.loss,
               .learning_rate = learning_rate_of(lesson.task.rule, trainer.steps()),
               .seconds = progress.seconds});
    }
    between_steps();
  };
  session.on_epoch = [&](const learn::EpochReport& epoch) {
    ordered_json json = app::epoch_json(epoch, told);
    json["learning_rate"] = learning_rate_of(lesson.task.rule, epoch.steps);
    run.add_epoch(epoch.epoch, json.dump());
    between_steps();
  };
  const learn::TrainingResult result =
      learn::train(trainer, lesson.validation, lesson.test, lesson.normalisation, session);
  observer.look(trainer);
  ordered_json json = app::result_json(trainer, result, told);
  json["warnings"] = result.warnings;
  json.erase("epochs");
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace downhill::server
