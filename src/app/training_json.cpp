#include "app/training_json.hpp"

#include <nlohmann/json.hpp>

#include "app/inspection.hpp"
#include "app/json.hpp"

namespace downhill::app {
namespace {

using Json = nlohmann::ordered_json;

}  // namespace

Json score_json(const learn::Score& score) {
  return {{"loss", json_number(score.loss)}, {"accuracy", json_number(score.accuracy)}};
}

Json epoch_json(const learn::EpochReport& epoch, const Told& told) {
  Json json = {{"epoch", epoch.epoch}, {"steps", epoch.steps}, {"training_loss", json_number(epoch.training_loss)}};
  if (told.has_validation) json["validation"] = score_json(epoch.validation);
  if (told.has_test) json["test"] = score_json(epoch.test);
  json["epoch_seconds"] = epoch.epoch_seconds;
  json["seconds"] = epoch.seconds;
  return json;
}

Json result_json(const learn::Trainer& trainer, const learn::TrainingResult& result, const Told& told) {
  Json epochs = Json::array();
  for (const learn::EpochReport& one : result.epochs) epochs.push_back(epoch_json(one, told));
  return {{"model", trainer.task().model.text()},
          {"method", trainer.task().rule.text()},
          {"loss", trainer.task().loss.text()},
          {"parameters", trainer.network().parameter_count()},
          {"success", result.end == learn::TrainingEnd::all_epochs || result.end == learn::TrainingEnd::no_improvement},
          {"reason", name(result.end)},
          {"message", result.message},
          {"steps", trainer.steps()},
          {"best_epoch", result.best_epoch},
          {"epochs", epochs},
          {"inspections", inspections_json(result)},
          {"seconds", {{"compile", trainer.compile_seconds()}}}};
}

Json result_json(const learn::FullBatch& all, const learn::Task& task, const Result& result) {
  return {
      {"model", task.model.text()},
      {"method", result.method},
      {"loss", task.loss.text()},
      {"parameters", all.network().parameter_count()},
      {"success", result.success},
      {"reason", name(result.reason)},
      {"message", result.message},
      {"value", json_number(result.value)},
      {"gradient_norm", json_number(result.gradient_norm)},
      {"verdict",
       {{"kind", name(result.verdict.kind)},
        {"global", result.verdict.global},
        {"explanation", result.verdict.explanation}}},
      {"iterations", result.iterations},
      {"seconds", {{"trace", result.seconds.trace}, {"compile", result.seconds.compile}, {"run", result.seconds.run}}}};
}

}  // namespace downhill::app
