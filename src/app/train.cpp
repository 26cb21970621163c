#include <fmt/format.h>
#include <fmt/ranges.h>
#include <downhill/error.hpp>
#include <downhill/learn/session.hpp>
#include <downhill/learn/team.hpp>

#include <cstdio>
#include <exception>
#include <future>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/commands.hpp"
#include "app/inspection.hpp"
#include "app/learning_data.hpp"
#include "app/pictures/target.hpp"
#include "app/pictures/training.hpp"
#include "app/report.hpp"
#include "app/train_on_everything.hpp"
#include "app/training_json.hpp"
#include "app/watch.hpp"
#include "support/numbers.hpp"

namespace downhill::app {
namespace {

learn::Task task_of(const Arguments& arguments) {
  const TrainingArguments& given = arguments.training;
  const std::string method = arguments.method.value_or(usual_rule);
  return {.model = learn::parse_model(given.model),
          .loss = learn::parse_loss(given.loss),
          .rule = parse_rule(is_rule(method) ? method : usual_rule),
          .batch = given.batch,
          .l1 = given.l1,
          .l2 = given.l2,
          .dtype = given.dtype == "f64" ? DType::f64 : DType::f32,
          .seed = arguments.seed.value_or(0),
          .threads = arguments.threads.value_or(0)};
}

learn::SessionOptions session_of(const Arguments& arguments) {
  const TrainingArguments& given = arguments.training;
  learn::SessionOptions session{.epochs = given.epochs, .patience = given.patience};
  if (given.time_limit) session.time_limit = *given.time_limit;
  session.resume = arguments.resume.value_or("");
  session.files.checkpoint = arguments.checkpoint.value_or(session.resume);
  session.files.seconds = given.checkpoint_seconds;
  session.files.metrics = given.metrics.value_or("");
  session.files.event_folder = given.events.value_or("");
  session.inspect = given.explain;
  return session;
}

std::string loss_text(double loss) { return loss < 1e4 ? fmt::format("{:.5f}", loss) : fmt::format("{:.4g}", loss); }

std::string epoch_line(const learn::EpochReport& one, const Told& told) {
  std::string line = fmt::format("  {:>5}  {:>10}", one.epoch, loss_text(one.training_loss));
  const auto add = [&](const learn::Score& score) {
    line += fmt::format("  {:>10}", loss_text(score.loss));
    if (told.has_labels) line += fmt::format("  {:>8.2f} %", 100 * score.accuracy);
  };
  if (told.has_validation) add(one.validation);
  if (told.has_test) add(one.test);
  return line + fmt::format("  {:>9}", duration(one.seconds));
}
std::string epoch_head(const Told& told) {
  std::string line = "  epoch  train loss";
  const auto add = [&](const char* name) {
    line += fmt::format("  {:>10}", name);
    if (told.has_labels) line += "     correct";
  };
  if (told.has_validation) add("valid loss");
  if (told.has_test) add("test loss");
  return line + "       time";
}

std::string introduction(const learn::Trainer& trainer, const learn::DataSet& train, const learn::DataSet& test) {
  return fmt::format("{} with {} parameters, {}, {}, batches of {}\n{} samples of {} to train, {} to test\n\n",
                     trainer.task().model.text(), trainer.network().parameter_count(), trainer.task().loss.text(),
                     trainer.task().rule.text(), trainer.task().batch, train.samples(), to_string(train.sample),
                     test.samples());
}

int train_by_batches(const learn::Task& task, const Samples& samples, const std::shared_ptr<learn::Team>& team,
                     const Arguments& arguments, const Terminal& terminal) {
  const auto& [split, validation, normalisation] = samples;
  learn::Trainer trainer(task, split.train, {team, {&validation, &split.test}});
  if (team && !team->is_leader()) {
    trainer.follow();
    return success;
  }
  learn::SessionOptions session = session_of(arguments);
  Watch watch(terminal, arguments.noise);
  watch.attach(session);
  const std::optional<PlotTarget> plot = plot_target(arguments.plot);
  LossByStep by_step;
  if (plot) by_step.follow(session);
  const bool is_json = arguments.format == Output::json;
  const Told told{validation.samples() > 0, split.test.samples() > 0, split.train.is_classification()};
  if (!is_json) {
    fmt::print(terminal.out, "{}{}\n", introduction(trainer, split.train, split.test), epoch_head(told));
    session.on_epoch = [&](const learn::EpochReport& one) {
      watch.clear();
      fmt::print(terminal.out, "{}\n", epoch_line(one, told));
      std::fflush(terminal.out);
    };
  }
  const learn::TrainingResult result = learn::train(trainer, validation, split.test, normalisation, session);
  watch.clear();
  warn(result.warnings, arguments, terminal);
  const bool has_succeeded =
      result.end == learn::TrainingEnd::all_epochs || result.end == learn::TrainingEnd::no_improvement;
  if (is_json) {
    fmt::print(terminal.out, "{}\n", result_json(trainer, result, told).dump(2));
  } else {
    fmt::print(terminal.out, "\n{}: {}\n", terminal.paint(has_succeeded ? Color::green : Color::red, name(result.end)),
               result.message);
    if (result.best_epoch > 0) fmt::print(terminal.out, "best after epoch {}\n", result.best_epoch);
    if (!result.inspections.empty()) fmt::print(terminal.out, "\n{}", inspection_text(result));
  }
  if (plot) {
    draw_plot(*plot, picture_of_training(task, by_step, result, {told.has_validation, told.has_test, told.has_labels}),
              report_of_training(task, result, arguments.words), terminal);
  }
  return has_succeeded ? success : no_success;
}

// The step is compiled while the features are read. What is wrong with it, the trainer says.
std::future<void> compile_beside(const learn::Task& task, learn::DataSet bare, double validation) {
  return std::async(std::launch::async, [&task, bare = std::move(bare), validation]() mutable {
    try {
      if (validation > 0) {
        const std::int64_t kept = bare.samples() - learn::held_out_of(bare.samples(), validation);
        bare.labels.resize(static_cast<std::size_t>(kept));
      }
      learn::compile_ahead(task, bare);
    } catch (const std::exception&) {
    }
  });
}

// As the file has its samples, before some are held out.
void require_words(const learn::Split& split, const learn::Task& task, const std::string& file) {
  const std::int64_t vocabulary = task.model.layers(1).front().vocabulary();
  if (vocabulary == 0) return;
  for (const learn::DataSet* part : {&split.train, &split.test}) {
    const std::string wrong = word_outside(*part, vocabulary);
    if (!wrong.empty()) throw InputError(fmt::format("{}: {}{}", file, part == &split.test ? "test " : "", wrong));
  }
}

Samples read_samples(const learn::Task& task, bool is_stepwise, const Arguments& arguments, const Terminal& terminal) {
  const bool has_numbers = task.loss.target() == learn::Target::number;
  const double validation = arguments.training.validation;
  std::future<void> ahead;
  learn::DataRequest request =
      data_request(arguments, terminal, has_numbers ? learn::Answer::number : learn::Answer::label);
  if (is_stepwise)
    request.on_labels = [&](const learn::DataSet& bare) { ahead = compile_beside(task, bare, validation); };
  learn::Split split = learn::read_data(*arguments.data, request);
  require_words(split, task, *arguments.data);
  return prepare(std::move(split), task, validation, arguments.training.scaling);
}

int train(const Arguments& arguments, const std::shared_ptr<learn::Team>& team, const Terminal& terminal) {
  const learn::Task task = task_of(arguments);
  const bool has_rule = is_rule(arguments.method.value_or(usual_rule));
  const Samples samples = read_samples(task, has_rule && team == nullptr, arguments, terminal);
  return (has_rule ? train_by_batches : train_on_everything)(task, samples, team, arguments, terminal);
}

// What goes wrong in a process that does not lead is told to the first, which says it.
int help_to_train(const Arguments& arguments, const std::shared_ptr<learn::Team>& team) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> nowhere(std::fopen("/dev/null", "w"), &std::fclose);
  const Terminal silent{.out = nowhere.get(), .err = nowhere.get()};
  const Watch watch(silent, Noise::quiet);
  try {
    return train(arguments, team, silent);
  } catch (const Error& error) {
    team->follow([&](learn::Team::Question, std::uint64_t, learn::Team::Bytes) -> learn::Team::Bytes { throw error; });
    return success;
  }
}

}  // namespace

int train_network(const Arguments& arguments, const Terminal& terminal) {
  const std::shared_ptr<learn::Team> team =
      learn::join_team({.answer_within = arguments.training.answer_within, .is_interrupted = was_interrupted});
  return team && !team->is_leader() ? help_to_train(arguments, team) : train(arguments, team, terminal);
}

}  // namespace downhill::app
