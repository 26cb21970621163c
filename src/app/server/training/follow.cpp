#include "app/server/training/follow.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "app/server/training/observer.hpp"
#include "app/server/training/session.hpp"
#include "app/training_json.hpp"
#include "learn/files/saved_run.hpp"
#include "support/csv.hpp"
#include "support/files.hpp"

namespace downhill::server {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr std::chrono::milliseconds between_looks{500};

class Follower {
 public:
  Follower(Training& run, std::string file, const Offer& offer) : run_(run), file_(std::move(file)), offer_(offer) {}

  // Looks whether there is more, and tells it. Throws Error for what cannot be read.
  void look() {
    const fs::file_time_type written = fs::last_write_time(file_);
    if (seen_ && *seen_ == written) return;
    if (file_.ends_with(".csv")) {
      read_metrics();
    } else {
      read_checkpoint();
    }
    seen_ = written;
    const auto time = std::chrono::file_clock::to_sys(written).time_since_epoch();
    run_.show("state", fmt::format(R"({{"state":"followed","written":{}}})",
                                   std::chrono::duration_cast<std::chrono::milliseconds>(time).count()));
  }

 private:
  void describe(ordered_json json) {
    json["file"] = fs::path(file_).filename().string();
    std::string text = json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
    if (text != described_) run_.describe(text);
    described_ = std::move(text);
  }

  // A run that began anew has fewer epochs than were told; its new ones take their places.
  void tell(const std::vector<learn::EpochReport>& epochs, const app::Told& told) {
    if (epochs.size() < told_) told_ = 0;
    for (; told_ < epochs.size(); ++told_) {
      const learn::EpochReport& one = epochs[told_];
      ordered_json json = app::epoch_json(one, told);
      if (rule_) json["learning_rate"] = learning_rate_of(*rule_, one.steps);
      run_.add_epoch(one.epoch, json.dump());
    }
  }

  void read_metrics() {
    const CsvTable table(file_, read_file("serve", file_));
    describe({{"run", run_.name()}, {"steered", false}});
    const auto column = [&](const char* name) { return table.column(name); };
    const auto epoch = column("epoch"), steps = column("steps"), training = column("training_loss");
    const auto validation = column("validation_loss"), accuracy = column("validation_accuracy");
    const auto test = column("test_loss"), right = column("test_accuracy");
    const auto of_epoch = column("epoch_seconds"), seconds = column("seconds");
    std::vector<learn::EpochReport> epochs;
    for (std::size_t k = 0; k < table.rows(); ++k) {
      epochs.push_back({static_cast<std::uint64_t>(epoch[k]),
                        static_cast<std::uint64_t>(steps[k]),
                        training[k],
                        {validation[k], accuracy[k]},
                        {test[k], right[k]},
                        of_epoch[k],
                        seconds[k]});
    }
    tell(epochs, told_of(epochs));
  }

  // Sets that there were not have a loss of 0.
  static app::Told told_of(const std::vector<learn::EpochReport>& epochs) {
    app::Told told;
    for (const learn::EpochReport& one : epochs) {
      told.has_validation = told.has_validation || one.validation.loss != 0;
      told.has_test = told.has_test || one.test.loss != 0;
      told.has_labels = told.has_labels || one.validation.accuracy != 0 || one.test.accuracy != 0;
    }
    return told;
  }

  void read_checkpoint() {
    const learn::SavedRun saved = learn::read_run(file_);
    rule_ = saved.task.rule;
    const std::string identity = saved.task.model.text() + to_string(saved.sample);
    if (identity != identity_) open_data(saved);
    identity_ = identity;
    if (trainer_) {
      describe(ordered_json::parse(description_of(*trainer_, lesson_, Steering::elsewhere, run_.name())));
    } else {
      describe({{"run", run_.name()},
                {"steered", false},
                {"model", saved.task.model.text()},
                {"loss", saved.task.loss.text()},
                {"method", saved.task.rule.text()},
                {"batch", saved.task.batch},
                {"steps_per_epoch", saved.steps_per_epoch}});
    }
    const learn::RunRecord& record = saved.record;
    tell(record.epochs, told_of(record.epochs));
    const std::uint64_t in_epoch = record.steps % std::max<std::uint64_t>(1, saved.steps_per_epoch);
    if (in_epoch > 0) {
      run_.add({.steps = record.steps,
                .loss = record.loss_sum / static_cast<double>(in_epoch),
                .learning_rate = learning_rate_of(*rule_, record.steps),
                .seconds = record.seconds});
    }
    if (!trainer_) return;
    trainer_->restore(saved.file.tensors, record.steps);
    observer_->look(*trainer_);
  }

  void open_data(const learn::SavedRun& saved) {
    observer_.reset();
    trainer_.reset();
    for (const std::string& data : offer_.data) {
      const bool has_numbers = saved.task.loss.target() == learn::Target::number;
      learn::Split split;
      try {
        split = learn::read_data(data, {.answer = has_numbers ? learn::Answer::number : learn::Answer::label,
                                        .columns = saved.names.targets,
                                        .names = saved.names});
      } catch (const Error&) {
        continue;  // of another kind
      }
      if (split.train.sample != saved.sample) continue;
      lesson_ = {.task = saved.task,
                 .train = std::move(split.train),
                 .validation = {},
                 .test = std::move(split.test),
                 .normalisation = saved.normalisation,
                 .data = fs::path(data).filename().string()};
      lesson_.normalisation.apply(lesson_.train);
      trainer_.emplace(lesson_.task, lesson_.train);
      observer_.emplace(*trainer_, run_);
      return;
    }
  }

  Training& run_;
  const std::string file_;
  const Offer& offer_;
  std::optional<fs::file_time_type> seen_;
  std::string described_;
  std::string identity_;
  std::size_t told_ = 0;
  std::optional<Rule> rule_;
  Lesson lesson_;
  std::optional<learn::Trainer> trainer_;
  std::optional<Observer> observer_;
};

void follow(Training& run, const std::string& file, const Offer& offer) {
  run.set_followed();
  run.describe(ordered_json{{"run", run.name()}, {"steered", false}, {"file", fs::path(file).filename().string()}}.dump(
      -1, ' ', false, ordered_json::error_handler_t::replace));
  Follower follower(run, file, offer);
  std::string said;
  while (!run.stop_token().stop_requested()) {
    std::string wrong;
    try {
      follower.look();
    } catch (const std::exception& error) {  // fs::filesystem_error: it is not there yet
      wrong = error.what();
    }
    if (!wrong.empty() && wrong != said) {
      run.show("state", ordered_json{{"state", "waiting"}, {"message", wrong}}.dump(
                            -1, ' ', false, ordered_json::error_handler_t::replace));
    }
    said = wrong;
    run.wait(between_looks);
  }
  run.end("end", R"({"reason":"unwatched","message":"the server is ending"})");
}

}  // namespace

void follow_offered(Context& context) {
  for (const std::string& file : context.offer.follow) {
    context.runs.watch<Training>([&context, file](Training& run) { follow(run, file, context.offer); });
  }
}

}  // namespace downhill::server
