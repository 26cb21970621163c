#include "app/learning_data.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

#include "app/commands.hpp"

namespace downhill::app {

learn::DataRequest data_request(const Arguments& arguments, const Terminal& terminal, learn::Answer answer) {
  return {
      .answer = answer,
      .columns = arguments.training.label,
      .source = arguments.training.source,
      .bytes = learn::Bytes::kept,
      .on_download = [&](const std::string& url) { warn({fmt::format("downloading {}", url)}, arguments, terminal); }};
}

learn::Scaling scaling_of(const std::string& word, const learn::Model& model) {
  const learn::Layer first = model.layers(1).front();
  if (first.takes() == learn::Takes::indices) {
    if (word == "auto" || word == "none") return learn::Scaling::none;
    throw InputError(fmt::format("train: {} takes whole numbers as they are: scaling = {}", first.name(), word));
  }
  if (word == "none") return learn::Scaling::none;
  if (word == "range") return learn::Scaling::range;
  return word == "per_feature" ? learn::Scaling::per_feature : learn::Scaling::overall;
}

Samples prepare(learn::Split split, const learn::Task& task, double validation, const std::string& scaling) {
  Samples samples{.split = std::move(split)};
  if (validation > 0) {
    require_consistent(samples.split.train, "training samples");  // while they are in the order of the file
    learn::Held held = learn::hold_out(samples.split.train, validation, task.seed);
    samples.split.train = std::move(held.kept);
    samples.validation = std::move(held.held_out);
  }
  samples.normalisation = learn::measure_normalisation(samples.split.train, scaling_of(scaling, task.model));
  // What is not finite is told before the scaling spreads it.
  const auto is_finite = [](float number) { return std::isfinite(number); };
  if (!std::ranges::all_of(samples.normalisation.mean, is_finite) ||
      !std::ranges::all_of(samples.normalisation.deviation, is_finite)) {
    require_consistent(samples.split.train, "training samples");
  }
  for (learn::DataSet* part : {&samples.split.train, &samples.validation, &samples.split.test}) {
    samples.normalisation.apply(*part);
  }
  return samples;
}

}  // namespace downhill::app
