#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/learn/prediction.hpp>
#include <downhill/operations.hpp>

#include <algorithm>
#include <array>
#include <numeric>

#include "learn/data/batch.hpp"
#include "learn/files/saved_run.hpp"
#include "learn/train/batch_program.hpp"

namespace downhill::learn {
struct Predictor::Contents {
  TrainedNetwork trained;
  int threads;
};

std::int64_t Predictions::samples() const {
  return outputs > 0 ? static_cast<std::int64_t>(numbers.size()) / outputs : 0;
}

std::string Predictions::csv() const {
  std::string text = "sample";
  if (labels.empty()) {
    for (std::int64_t k = 0; k < outputs; ++k) text += fmt::format(",y{}", k);
  } else {
    text += ",label";
  }
  text += '\n';
  for (std::int64_t sample = 0; sample < samples(); ++sample) {
    text += std::to_string(sample);
    if (labels.empty()) {
      for (std::int64_t k = 0; k < outputs; ++k) {
        text += fmt::format(",{}", numbers[static_cast<std::size_t>(sample * outputs + k)]);
      }
    } else {
      const auto label = static_cast<std::size_t>(labels[static_cast<std::size_t>(sample)]);
      text += ',';
      text += label < class_names.size() ? class_names[label] : std::to_string(label);
    }
    text += '\n';
  }
  return text;
}

Predictor::Predictor(const std::string& file, int threads)
    : contents_(std::make_unique<const Contents>(Contents{read_network(file), threads})) {}
Predictor::Predictor(Predictor&&) noexcept = default;
Predictor& Predictor::operator=(Predictor&&) noexcept = default;
Predictor::~Predictor() = default;

const Names& Predictor::names() const { return contents_->trained.names; }
Answer Predictor::answer() const {
  return contents_->trained.loss.target() == Target::number ? Answer::number : Answer::label;
}

Predictions Predictor::predict(const DataSet& data) const {
  const TrainedNetwork& trained = contents_->trained;
  const Network& network = trained.network;
  if (data.sample != network.sample()) {
    throw InputError(fmt::format("predict: the samples have another shape than the network was trained on: {} and {}",
                                 to_string(data.sample), to_string(network.sample())));
  }
  BatchProgram program([&trained](std::span<const Array> in) { return trained.outputs(trained.scaled(in[0])); }, {},
                       features_of(data), {}, {.threads = contents_->threads});
  const BatchReader reader(data);

  Predictions result{.outputs = network.output().size(), .class_names = trained.names.classes};
  const auto samples = static_cast<std::size_t>(features_type(data).shape[0]);
  result.numbers.resize(samples * static_cast<std::size_t>(result.outputs));
  std::vector<std::int32_t> labels(samples);
  in_pieces(samples, [&](std::span<const std::int32_t> rows) {
    const auto first = static_cast<std::size_t>(rows.front());
    std::array<void*, 2> outputs{result.numbers.data() + first * static_cast<std::size_t>(result.outputs),
                                 labels.data() + first};
    program.run({}, reader, rows, {}, std::span(outputs).first(program.outputs(rows.size()).size()));
  });
  if (trained.loss.target() == Target::number) return result;
  result.labels = std::move(labels);
  if (data.labels.size() == samples && samples > 0) {
    const auto right = std::inner_product(data.labels.begin(), data.labels.end(), result.labels.begin(), std::size_t{0},
                                          std::plus<>(), [](auto a, auto b) { return a == b ? 1U : 0U; });
    result.accuracy = static_cast<double>(right) / static_cast<double>(samples);
  }
  return result;
}

}  // namespace downhill::learn
