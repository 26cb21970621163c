#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/learn/session.hpp>
#include <downhill/learn/team.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "learn/files/metrics.hpp"
#include "learn/files/saved_run.hpp"
#include "learn/train/not_finite.hpp"
#include "support/files.hpp"

namespace downhill::learn {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double seconds_between_reports = 0.1;

double since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

constexpr std::uint64_t steps_to_judge = 20;
constexpr double most_of_start = 0.9;  // a run that keeps more of its loss has not learned
constexpr double diverging = 10;       // times the loss of its first step

// Means over the first steps of a session and over about as many of its last.
struct Losses {
  std::uint64_t count = 0;
  double start = 0;  // of the very first step
  double first = 0;
  double last = 0;

  void add(double loss) {
    if (++count == 1) start = loss;
    const auto weight = 1 / static_cast<double>(std::min(count, steps_to_judge));
    last += weight * (loss - last);
    if (count <= steps_to_judge) first = last;
  }
};

class Session {
 public:
  Session(Trainer& trainer, const DataSet& validation, const DataSet& test, const Normalisation& normalisation,
          const SessionOptions& options)
      : trainer_(trainer),
        watched_(validation.samples() > 0 ? validation : test),
        test_(test),
        normalisation_(normalisation),
        options_(options) {}

  TrainingResult run() {
    if (!options_.resume.empty()) record_ = restore_run(trainer_, options_.resume);
    seconds_before_ = record_.seconds;
    keep(Keep::must);
    write_metrics();
    inspect();
    while (!is_at_end()) step();
    if (result_.end != TrainingEnd::not_finite) {
      keep(Keep::can);
      look_back();
    }
    if (!is_kept_) {
      result_.warnings.push_back(fmt::format("the checkpoint '{}' holds step {} of {}", options_.files.checkpoint,
                                             kept_steps_, trainer_.steps()));
    }
    result_.epochs = record_.epochs;
    result_.best_epoch = record_.best_epoch;
    return std::move(result_);
  }

 private:
  enum class Keep : std::uint8_t { must, can };

  [[nodiscard]] double seconds() const { return seconds_before_ + since(begin_); }

  bool end(TrainingEnd reason, std::string message) {
    result_.end = reason;
    result_.message = std::move(message);
    return true;
  }

  bool is_at_end() {
    if (has_failed_) return true;
    if (trainer_.epoch() >= options_.epochs) {
      return end(TrainingEnd::all_epochs, fmt::format("all {} epochs are done", options_.epochs));
    }
    if (trainer_.step_in_epoch() == 0 && options_.patience > 0 && record_.best_epoch > 0 &&
        trainer_.epoch() >= record_.best_epoch + options_.patience) {
      return end(TrainingEnd::no_improvement,
                 fmt::format("no better validation loss for {} epochs: the best was {:.6g} after epoch {}",
                             options_.patience, best()->validation.loss, record_.best_epoch));
    }
    if (options_.stop.stop_requested()) {
      return end(TrainingEnd::interrupted, fmt::format("interrupted after {} steps", trainer_.steps()));
    }
    if (since(begin_) >= options_.time_limit) {
      return end(TrainingEnd::time_limit,
                 fmt::format("the time limit of {:g} s is over after {} steps", options_.time_limit, trainer_.steps()));
    }
    return false;
  }

  // The loss of the next step, or none where the team fell apart: the state is then that before it.
  std::optional<double> next_loss() {
    try {
      return trainer_.step();
    } catch (const LostProcess& lost) {
      has_failed_ = true;
      end(lost.was_interrupted ? TrainingEnd::interrupted : TrainingEnd::process_lost,
          fmt::format("{}: the run ends after {} steps", lost.what(), trainer_.steps()));
      return std::nullopt;
    }
  }

  void step() {
    const std::optional<double> given = next_loss();
    if (!given) return;
    const double loss = *given;
    if (!std::isfinite(loss)) {
      has_failed_ = true;
      end(TrainingEnd::not_finite, explain_not_finite(trainer_, loss));
      return;
    }
    record_.loss_sum += loss;
    losses_.add(loss);
    if (trainer_.epoch() == 0 && trainer_.steps() == next_look_) inspect();
    if (trainer_.step_in_epoch() == 0) finish_epoch();
    if (since(last_report_) < seconds_between_reports) return;
    last_report_ = Clock::now();
    report();
    if (seconds() - last_kept_ >= options_.files.seconds) keep(Keep::can);
  }

  void report() const {
    if (!options_.on_step) return;
    const double done = static_cast<double>(trainer_.steps());
    const double all = static_cast<double>(options_.epochs * trainer_.steps_per_epoch());
    TrainingProgress progress{.epoch = trainer_.epoch(),
                              .step_in_epoch = trainer_.step_in_epoch(),
                              .steps_per_epoch = trainer_.steps_per_epoch(),
                              .seconds = since(begin_)};
    progress.loss = record_.loss_sum / static_cast<double>(std::max<std::uint64_t>(1, progress.step_in_epoch));
    progress.seconds_left = seconds() / done * (all - done);
    options_.on_step(progress);
  }

  [[nodiscard]] const EpochReport* best() const {
    const auto found = std::ranges::find(record_.epochs, record_.best_epoch, &EpochReport::epoch);
    return found == record_.epochs.end() ? nullptr : &*found;
  }

  void finish_epoch() {
    EpochReport one{.epoch = trainer_.epoch(), .steps = trainer_.steps()};
    one.training_loss = record_.loss_sum / static_cast<double>(trainer_.steps_per_epoch());
    record_.loss_sum = 0;
    one.epoch_seconds = since(epoch_begin_);
    if (watched_.samples() > 0) one.validation = trainer_.evaluate(watched_);
    if (test_.samples() > 0) one.test = &watched_ == &test_ ? one.validation : trainer_.evaluate(test_);
    one.seconds = seconds();
    epoch_begin_ = Clock::now();
    record_.epochs.push_back(one);
    const double watched = watched_.samples() > 0 ? one.validation.loss : one.training_loss;
    const double lowest = best() == nullptr        ? std::numeric_limits<double>::infinity()
                          : watched_.samples() > 0 ? best()->validation.loss
                                                   : best()->training_loss;
    if (watched < lowest) {
      record_.best_epoch = one.epoch;
      if (!options_.files.checkpoint.empty()) {
        write(best_file(options_.files.checkpoint), encode_network(trainer_, normalisation_), Keep::can);
      }
    }
    keep(Keep::can);
    write_metrics();
    inspect();
    if (options_.on_epoch) options_.on_epoch(one);
  }

  [[nodiscard]] Inspector& inspector() {
    if (!inspector_) inspector_.emplace(trainer_);
    return *inspector_;
  }

  void inspect() {
    while (next_look_ <= trainer_.steps()) next_look_ *= 10;
    if (options_.inspect) result_.inspections.push_back(inspector().look(trainer_));
  }

  // What the run was like, and why it has not learned if it has not.
  void look_back() {
    if (options_.inspect) result_.convex_part = inspector().convex_part(trainer_);
    const bool has_learned = losses_.last < most_of_start * losses_.first || losses_.count < 2 * steps_to_judge;
    if (!has_learned && losses_.last > diverging * losses_.start) {
      end(TrainingEnd::diverged, explain_growth(trainer_, losses_.start, losses_.last));
    }
    if (has_learned && !options_.inspect) return;
    const Inspection end = options_.inspect ? result_.inspections.back() : inspector().look(trainer_);
    for (std::string& one : troubles(end)) result_.warnings.push_back(std::move(one));
  }

  // What was written before stays when a later write fails: files are replaced whole. A failure that comes again is told once.
  bool write(const std::string& file, const std::string& bytes, Keep how) {
    try {
      write_atomically("train", file, bytes);
      return true;
    } catch (const InputError& error) {
      if (how == Keep::must) throw;
      const std::string text = error.what();
      if (std::ranges::find(result_.warnings, text) == result_.warnings.end()) result_.warnings.push_back(text);
      return false;
    }
  }

  void keep(Keep how) {
    if (options_.files.checkpoint.empty()) return;
    record_.steps = trainer_.steps();
    record_.seconds = seconds();
    is_kept_ = write(options_.files.checkpoint, encode_run(trainer_, normalisation_, record_), how);
    if (is_kept_) kept_steps_ = record_.steps;
    last_kept_ = seconds();
  }

  void write_metrics() {
    if (!options_.files.metrics.empty()) {
      write(options_.files.metrics, metrics_csv(record_.epochs), record_.epochs.empty() ? Keep::must : Keep::can);
    }
    if (!options_.files.event_folder.empty()) {
      write(fmt::format("{}/{}", options_.files.event_folder, event_file_name), event_file(record_.epochs),
            record_.epochs.empty() ? Keep::must : Keep::can);
    }
  }

  Trainer& trainer_;
  const DataSet& watched_;
  const DataSet& test_;
  const Normalisation& normalisation_;
  const SessionOptions& options_;
  RunRecord record_;
  std::optional<Inspector> inspector_;
  std::uint64_t next_look_ = 1;
  Losses losses_;
  TrainingResult result_;
  bool has_failed_ = false;
  double seconds_before_ = 0;
  double last_kept_ = 0;
  bool is_kept_ = true;  // what was last to be written to the checkpoint
  std::uint64_t kept_steps_ = 0;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point epoch_begin_ = begin_;
  Clock::time_point last_report_ = begin_;
};

}  // namespace

std::string best_file(const std::string& checkpoint) {
  constexpr std::string_view suffix = ".safetensors";
  const bool has_suffix = checkpoint.size() > suffix.size() && checkpoint.ends_with(suffix);
  const std::string stem = has_suffix ? checkpoint.substr(0, checkpoint.size() - suffix.size()) : checkpoint;
  return stem + ".best" + std::string(suffix);
}

std::string_view name(TrainingEnd end) {
  switch (end) {
    case TrainingEnd::all_epochs: return "all_epochs";
    case TrainingEnd::no_improvement: return "no_improvement";
    case TrainingEnd::not_finite: return "not_finite";
    case TrainingEnd::diverged: return "diverged";
    case TrainingEnd::interrupted: return "interrupted";
    case TrainingEnd::time_limit: return "time_limit";
    case TrainingEnd::process_lost: return "process_lost";
  }
  return "";
}

TrainingResult train(Trainer& trainer, const DataSet& validation, const DataSet& test,
                     const Normalisation& normalisation, const SessionOptions& options) {
  return Session(trainer, validation, test, normalisation, options).run();
}

}  // namespace downhill::learn
