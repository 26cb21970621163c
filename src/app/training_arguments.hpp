#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): the library's
class App;
}

namespace downhill::app {

/// What `train` uses unless a method is given.
inline constexpr const char* usual_rule = "sgd(learning_rate=0.1)";

/// Whether the text of a method names a rule, which takes batch after batch; other methods take all samples at once.
[[nodiscard]] bool is_rule(const std::string& method);

/// What `train` and `predict` are asked for besides data, method, seed and threads.
struct TrainingArguments {
  std::string model = "mlp(128)";
  std::string loss = "cross_entropy";
  std::string dtype = "f32";
  std::string scaling = "auto";
  std::int64_t batch = 32;
  std::uint64_t epochs = 5;
  double validation = 0;  ///< share of the training data that is held out
  std::uint64_t patience = 0;
  double l1 = 0;
  double l2 = 0;
  std::optional<double> time_limit;    ///< seconds
  double checkpoint_seconds = 10;      ///< between two writes
  double answer_within = 60;           ///< seconds that the first of several processes waits for another
  std::optional<std::string> metrics;  ///< CSV file
  std::optional<std::string> events;   ///< folder for TensorBoard
  bool explain = false;                ///< why the run descends
  std::string network;                 ///< file of a trained network
  std::int64_t samples = 1;            ///< in a call of an exported network
  std::vector<std::string> label;      ///< columns that are learnt
  std::string source;                  ///< folder or URL of a named set
};

/// Adds the options of `train` to its subcommand.
void define_training(CLI::App& subcommand, TrainingArguments& arguments);
/// Adds those that say where samples come from, besides `--data` itself.
void define_samples(CLI::App& subcommand, TrainingArguments& arguments);
/// What `--data` may name, for its help.
[[nodiscard]] std::string data_help();

}  // namespace downhill::app
