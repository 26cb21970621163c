#include "app/train_on_everything.hpp"

#include <fmt/format.h>
#include <downhill/learn/full_batch.hpp>
#include <downhill/learn/session.hpp>
#include <downhill/minimize.hpp>

#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/pictures/target.hpp"
#include "app/pictures/training.hpp"
#include "app/report.hpp"
#include "app/training_json.hpp"
#include "app/watch.hpp"
#include "learn/files/saved_run.hpp"
#include "options/fields.hpp"
#include "support/files.hpp"

namespace downhill::app {
namespace {

Stop stop_of(const Arguments& arguments) {
  if (arguments.stop) return options::parse_arguments<Stop>(*arguments.stop);
  return {.max_iterations = arguments.training.epochs};
}

}  // namespace

int train_on_everything(const learn::Task& task, const Samples& samples, const std::shared_ptr<learn::Team>& team,
                        const Arguments& arguments, const Terminal& terminal) {
  const auto& [split, validation, normalisation] = samples;
  const Method method = parse_method(*arguments.method);
  std::optional<std::string> lost;
  learn::FullBatch all(task, split.train, {.team = team},
                       [&](const learn::LostProcess& error) { lost = error.what(); });
  if (team && !team->is_leader()) {
    all.follow();
    return success;
  }
  Objective objective = all.objective();
  RunOptions run;
  run.seed = task.seed;
  run.resume = arguments.resume.value_or("");
  run.checkpoint.file = arguments.checkpoint.value_or(run.resume);
  run.checkpoint.seconds = arguments.training.checkpoint_seconds;
  const bool is_json = arguments.format == Output::json;
  if (!is_json) {
    fmt::print(terminal.out, "{} with {} parameters, {}, {}, all {} samples at once\n\n", task.model.text(),
               all.network().parameter_count(), task.loss.text(), method.text(), split.train.samples());
    std::fflush(terminal.out);
  }
  const std::optional<PlotTarget> plot = plot_target(arguments.plot);
  if (plot) run.record = Record::values;
  Watch watch(terminal, arguments.noise);
  watch.attach(run);
  run.callback = [&lost, watched = run.callback](const Progress& progress) {
    const Continue answer = watched(progress);
    return lost ? Continue::no : answer;
  };
  Result result = minimize(objective, all.start(), method, stop_of(arguments), run);
  watch.clear();
  if (lost) result.warnings.push_back(*lost + ": the run ends");
  warn(result.warnings, arguments, terminal);

  learn::Trainer trainer = all.trainer_at(result.x);
  const bool has_test = split.test.samples() > 0;
  const learn::Score test = has_test ? trainer.evaluate(split.test) : learn::Score();
  if (!run.checkpoint.file.empty()) {
    write_atomically("train", learn::best_file(run.checkpoint.file), learn::encode_network(trainer, normalisation));
  }
  if (is_json) {
    nlohmann::ordered_json json = result_json(all, task, result);
    if (validation.samples() > 0) json["validation"] = score_json(trainer.evaluate(validation));
    if (has_test) json["test"] = score_json(test);
    fmt::print(terminal.out, "{}\n", json.dump(2));
  } else {
    fmt::print(terminal.out, "{}\n{}: {}\n\n", result.message, name(result.verdict.kind), result.verdict.explanation);
    std::vector<std::vector<std::string>> rows{{"loss with penalties", fmt::format("{:.12g}", result.value)},
                                               {"gradient", fmt::format("{:.3g}", result.gradient_norm)}};
    if (validation.samples() > 0) {
      rows.push_back({"validation loss", fmt::format("{:.6g}", trainer.evaluate(validation).loss)});
    }
    if (has_test) rows.push_back({"test loss", fmt::format("{:.6g}", test.loss)});
    if (has_test && split.train.is_classification())
      rows.push_back({"test correct", fmt::format("{:.2f} %", 100 * test.accuracy)});
    rows.push_back({"time", duration(result.seconds.run)});
    fmt::print(terminal.out, "{}", columns(rows));
  }
  if (plot && result.reason != Reason::bad_start) {
    draw_plot(*plot, picture_of_training(task, result), report_of_training(task, result, arguments.words), terminal);
  }
  return result.success ? success : no_success;
}

}  // namespace downhill::app
