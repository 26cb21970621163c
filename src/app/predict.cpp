#include <fmt/format.h>
#include <downhill/learn/prediction.hpp>

#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/learning_data.hpp"
#include "support/files.hpp"

namespace downhill::app {
int predict_with_network(const Arguments& arguments, const Terminal& terminal) {
  const learn::Predictor predictor(arguments.training.network, arguments.threads.value_or(0));
  learn::DataRequest request = data_request(arguments, terminal, predictor.answer());
  request.names = predictor.names();
  const learn::DataSet data = learn::read_samples(*arguments.data, request);
  const learn::Predictions predictions = predictor.predict(data);
  const std::string csv = predictions.csv();
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
