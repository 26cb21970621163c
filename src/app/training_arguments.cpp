#include "app/training_arguments.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <downhill/learn/data.hpp>
#include <downhill/learn/loss.hpp>
#include <downhill/learn/model.hpp>
#include <downhill/rule.hpp>

#include <CLI/CLI.hpp>
#include <limits>

#include "app/whole_number.hpp"
#include "options/registry.hpp"

namespace downhill::app {

bool is_rule(const std::string& method) { return Rule::registry().has(method.substr(0, method.find('('))); }

void define_training(CLI::App& subcommand, TrainingArguments& given) {
  subcommand
      .add_option(
          "--model", given.model,
          fmt::format("{}, with their options: mlp(512, 512)", fmt::join(learn::Model::registry().names(), ", ")))
      ->capture_default_str();
  define_samples(subcommand, given);
  subcommand.add_option("--loss", given.loss, fmt::format("{}", fmt::join(learn::Loss::registry().names(), ", ")))
      ->capture_default_str();
  subcommand.add_option("--batch", given.batch, "samples a step")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 31))
      ->capture_default_str();
  subcommand.add_option("--epochs", given.epochs, "passes over the training data")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 40))
      ->capture_default_str();
  subcommand.add_option("--validation", given.validation, "share of the training data held out, to watch")
      ->check(CLI::Range(0.0, 0.99))
      ->capture_default_str();
  subcommand
      .add_option("--patience", given.patience, "epochs without a better validation loss before the run ends; 0: never")
      ->check(whole_number, "", "")
      ->capture_default_str();
  subcommand.add_option("--l1", given.l1, "penalty on the size of weights")->check(CLI::NonNegativeNumber);
  subcommand.add_option("--l2", given.l2, "penalty on half the squares of weights")->check(CLI::NonNegativeNumber);
  subcommand
      .add_option("--scaling", given.scaling,
                  "of the features, measured on the training data; auto: overall, or none before an embedding")
      ->check(CLI::IsMember({"auto", "overall", "per_feature", "range", "none"}))
      ->capture_default_str();
  subcommand.add_option("--dtype", given.dtype, "of parameters")
      ->check(CLI::IsMember({"f32", "f64"}))
      ->capture_default_str();
  subcommand.add_option("--time-limit", given.time_limit, "seconds")->check(CLI::NonNegativeNumber);
  subcommand.add_option("--checkpoint-seconds", given.checkpoint_seconds, "between two writes of the checkpoint")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  subcommand
      .add_option("--answer-within", given.answer_within,
                  "seconds; under mpirun, the run ends when a process takes longer to answer the first")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  subcommand.add_flag("--explain", given.explain,
                      "say why the run descends: residual, gradient and curvature by layer");
  subcommand.add_option("--metrics", given.metrics, "CSV file, one line an epoch");
  subcommand.add_option("--events", given.events, "folder for TensorBoard");
}

void define_samples(CLI::App& subcommand, TrainingArguments& given) {
  subcommand
      .add_option("--label", given.label,
                  "column of a CSV file that is learnt, or several for a loss of numbers; array of an NPZ file")
      ->delimiter(',');
  subcommand.add_option("--source", given.source,
                        "folder or URL that has the files of a named set, instead of where they are known to be");
}

std::string data_help() {
  return fmt::format("a folder of IDX files, train.csv or x_train.npy, a .csv or .npz file, or one of {}",
                     fmt::join(learn::known_sets(), ", "));
}

}  // namespace downhill::app
