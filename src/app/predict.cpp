#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/learn/prediction.hpp>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/learning_data.hpp"
#include "support/files.hpp"

namespace downhill::app {
namespace {

// The test part of a set, or the samples of one IDX file, which have no labels.
learn::DataSet samples_of(const std::string& name) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(name, error)) return read_learning_data(name).test;
  learn::IdxArray file = learn::read_idx(name);
  if (file.lengths.empty())
    throw InputError(fmt::format("data: '{}' holds a single number where samples are needed", name));
  learn::DataSet data;
  data.sample = Shape(std::vector<std::int64_t>(file.lengths.begin() + 1, file.lengths.end()));
  data.features = std::move(file.numbers);
  return data;
}

}  // namespace

int predict_with_network(const Arguments& arguments, const Terminal& terminal) {
  const learn::Predictor predictor(arguments.training.network, arguments.threads.value_or(0));
  const learn::DataSet data = samples_of(*arguments.data);
  const learn::Predictions predictions = predictor.predict(data);
  std::string csv = predictions.csv(data);
  if (arguments.output) {
    write_atomically("predict", *arguments.output, csv);
  } else if (arguments.format == Output::people) {
    fmt::print(terminal.out, "{}", csv);
  }
  if (arguments.format == Output::json) {
    nlohmann::ordered_json json{{"samples", predictions.samples()}};
    if (predictions.accuracy) json["accuracy"] = *predictions.accuracy;
    if (!arguments.output) json["labels"] = predictions.labels;
    fmt::print(terminal.out, "{}\n", json.dump(2));
  } else if (predictions.accuracy) {
    warn({fmt::format("{:.2f} % of {} samples are right", 100 * *predictions.accuracy, predictions.samples())},
         arguments, terminal);
  }
  return success;
}

}  // namespace downhill::app
