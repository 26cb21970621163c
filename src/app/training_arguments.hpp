#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace CLI {  // NOLINT(readability-identifier-naming): the library's
class App;
}

namespace downhill::app {

/// What `train` and `predict` are asked for besides data, method, seed and threads.
struct TrainingArguments {
  std::string model = "mlp(128)";
  std::string loss = "cross_entropy";
  std::string dtype = "f32";
  std::string scaling = "overall";
  std::int64_t batch = 32;
  std::uint64_t epochs = 5;
  double validation = 0;  ///< share of the training data that is held out
  std::uint64_t patience = 0;
  double l1 = 0;
  double l2 = 0;
  std::optional<double> time_limit;    ///< seconds
  double checkpoint_seconds = 10;      ///< between two writes
  std::optional<std::string> metrics;  ///< CSV file
  std::optional<std::string> events;   ///< folder for TensorBoard
  std::string network;                 ///< file of a trained network
};

/// Adds the options of `train` to its subcommand.
void define_training(CLI::App& subcommand, TrainingArguments& arguments);

}  // namespace downhill::app
