#include "app/server/training/bodies.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>

#include "options/fields.hpp"

namespace downhill::server {

options::Fields StartTraining::fields() {
  using options::field;
  constexpr std::uint64_t most_epochs = 100'000;
  return {
      field("data", &StartTraining::data, "a set by its name"),
      field("table", &StartTraining::table, "CSV text with a row of names, in place of a set"),
      field("label", &StartTraining::label, "columns of the CSV that are learnt, separated by commas"),
      field("model", &StartTraining::model, "the network"),
      field("loss", &StartTraining::loss, "what is made small"),
      field("method", &StartTraining::method, "a rule, for batch after batch, or a method for all samples at once"),
      field("batch", &StartTraining::batch, "samples a step of a rule", options::at_least(1)),
      field("epochs", &StartTraining::epochs, "passes over the training data; iterations of a method for all samples",
            options::closed(1, most_epochs)),
      field("validation", &StartTraining::validation, "share of the training data held out, to watch",
            options::closed(0, 0.99)),
      field("patience", &StartTraining::patience,
            "epochs without a better validation loss before the run ends; 0: never"),
      field("l1", &StartTraining::l1, "penalty on the size of weights", options::at_least(0)),
      field("l2", &StartTraining::l2, "penalty on half the squares of weights", options::at_least(0)),
      field("scaling", &StartTraining::scaling,
            "of the features, measured on the training data; auto: overall, or none before an embedding"),
      field("dtype", &StartTraining::dtype, "of parameters"),
      field("seed", &StartTraining::seed, "of weights, orders and dropout", options::at_least(0))};
}

void StartTraining::check() const {
  if (data.empty() == table.empty()) {
    throw OptionError(fmt::format("training: needs one of data and table: given {}", data.empty() ? 0 : 2));
  }
}

}  // namespace downhill::server
