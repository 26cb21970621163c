#include "app/server/training/whole.hpp"

#include <downhill/learn/full_batch.hpp>
#include <downhill/minimize.hpp>

#include <limits>
#include <nlohmann/json.hpp>

#include "app/server/training/observer.hpp"
#include "app/training_json.hpp"
#include "learn/files/saved_run.hpp"
#include "support/files.hpp"

namespace downhill::server {
namespace {

using nlohmann::ordered_json;

constexpr double checkpoint_seconds = 5;

std::string text_of(const ordered_json& json) {
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

// What is told of a run between its iterations.
class Teller {
 public:
  Teller(Training& run, const Lesson& lesson, const learn::FullBatch& all, std::string checkpoint)
      : run_(run),
        lesson_(lesson),
        all_(all),
        checkpoint_(std::move(checkpoint)),
        trainer_(all.trainer_at(all.start())),
        observer_(trainer_, run) {
    run.describe(description_of(trainer_, lesson, Steering::here, run.name()));
    run.show("state", R"({"state":"running"})");
  }

  Continue after(const Progress& progress) {
    if (progress.iteration == 0) {  // the method suits the network
      observer_.look(trainer_);
      return Continue::yes;
    }
    all_.restore(trainer_, progress.x, progress.iteration);
    run_.add({.steps = progress.iteration,
              .loss = progress.value,
              .learning_rate = std::numeric_limits<double>::quiet_NaN(),  // it has none
              .seconds = progress.seconds});
    if (scores_.is_due()) scores_.take([&] { score(progress.iteration, progress.value, progress.seconds); });
    if (checkpoints_.is_due()) checkpoints_.take([&] { keep(); });
    if (run_.is_paused()) {
      observer_.look(trainer_);
      keep();
      run_.show("state", R"({"state":"paused"})");
      run_.wait_while_paused();
      run_.show("state", R"({"state":"running"})");
    }
    observer_.look_when_due(trainer_);
    return Continue::yes;
  }

  void at_the_end(const Result& result) {
    all_.restore(trainer_, result.x, result.iterations);
    if (told_ < result.iterations) score(result.iterations, result.value, result.seconds.run);
    keep();
    observer_.look(trainer_);
  }

 private:
  void score(std::uint64_t iteration, double value, double seconds) {
    learn::EpochReport epoch{.epoch = iteration, .steps = iteration, .training_loss = value};
    const app::Told told = told_of(lesson_);
    if (told.has_validation) epoch.validation = trainer_.evaluate(lesson_.validation);
    if (told.has_test) epoch.test = trainer_.evaluate(lesson_.test);
    epoch.seconds = seconds;
    run_.add_epoch(iteration, text_of(app::epoch_json(epoch, told)));
    told_ = iteration;
  }
  void keep() const { write_atomically("train", checkpoint_, learn::encode_network(trainer_, lesson_.normalisation)); }

  Training& run_;
  const Lesson& lesson_;
  const learn::FullBatch& all_;
  std::string checkpoint_;
  learn::Trainer trainer_;
  Observer observer_;
  Pace scores_{0};
  Pace checkpoints_{checkpoint_seconds};
  std::uint64_t told_ = 0;
};

}  // namespace

std::string train_on_everything(Training& run, const Lesson& lesson, const std::string& checkpoint,
                                const Limits& limits) {
  const learn::FullBatch all(lesson.task, lesson.train);
  Teller teller(run, lesson, all, checkpoint);
  Objective objective = all.objective();
  const Stop stop{.max_iterations = lesson.epochs, .max_seconds = limits.training_seconds};
  const RunOptions options{.seed = lesson.task.seed,
                           .callback = [&](const Progress& progress) { return teller.after(progress); },
                           .stop = run.stop_token()};
  const Result result = minimize(objective, all.start(), *lesson.method, stop, options);
  teller.at_the_end(result);
  ordered_json json = app::result_json(all, lesson.task, result);
  json["steps"] = result.iterations;
  json["best_epoch"] = 0;
  json["warnings"] = result.warnings;
  return text_of(json);
}

}  // namespace downhill::server
