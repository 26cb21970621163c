#include "learn/data/arrays.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace downhill::learn {
namespace {

constexpr float largest_label = 1e6F;

[[noreturn]] void refuse(const std::string& file, const std::string& what) {
  throw InputError(fmt::format("data: '{}' {}", file, what));
}

std::int64_t samples_in(const DataSet& data) {
  return data.sample.size() == 0 ? 0 : static_cast<std::int64_t>(data.feature_count()) / data.sample.size();
}

// The numbers of each sample, of which there must be as many as in `data`.
std::int64_t width_of(const DataSet& data, const StoredArray& answers, const char* what, const std::string& file) {
  const std::size_t axes = answers.lengths.size();
  if (axes != 1 && axes != 2) refuse(file, fmt::format("has {} axes where {} have 1", axes, what));
  if (answers.lengths[0] != samples_in(data)) {
    refuse(file, fmt::format("has {} {} where there are {} samples", answers.lengths[0], what, samples_in(data)));
  }
  return axes == 1 ? 1 : answers.lengths[1];
}

}  // namespace

DataSet samples_of(StoredArray features, const std::string& file) {
  if (features.lengths.empty()) refuse(file, "holds a single number where samples are needed");
  DataSet data;
  data.sample = Shape(std::vector<std::int64_t>(features.lengths.begin() + 1, features.lengths.end()));
  data.features = std::move(features.numbers);
  data.packed.bytes = std::move(features.bytes);
  return data;
}

void add_labels(DataSet& data, const StoredArray& labels, const std::string& file) {
  const std::int64_t width = width_of(data, labels, "labels", file);
  if (width != 1) refuse(file, fmt::format("has {} numbers a sample where a label is one", width));
  set_labels(data, labels, file);
}

void set_labels(DataSet& data, const StoredArray& labels, const std::string& file) {
  for (std::size_t k = 0; k < labels.numbers.size(); ++k) {
    const float label = labels.numbers[k];
    if (!(label >= 0 && label <= largest_label) || label != std::floor(label)) {
      refuse(file, fmt::format("has a label that is no whole number from 0 to {:g}: label {} is {}", largest_label, k,
                               label));
    }
    data.labels.push_back(static_cast<std::int32_t>(label));
    data.classes = std::max<std::int64_t>(data.classes, data.labels.back() + 1);
  }
}

void add_targets(DataSet& data, const StoredArray& targets, const std::string& file) {
  data.outputs = width_of(data, targets, "targets", file);
  data.targets = targets.numbers;
}

Split split_of(const FindArray& find, const DataRequest& request, const std::string& file) {
  const std::string answers = request.columns.empty() ? "y" : request.columns.front();
  const auto part = [&](const std::string& suffix) {
    std::optional<StoredArray> x = find("x" + suffix, request.bytes);
    if (!x) return DataSet();
    DataSet data = samples_of(*std::move(x), file);
    const std::optional<StoredArray> y = find(answers + suffix, Bytes::unpacked);
    if (!y) return data;
    const std::string place = fmt::format("{}:{}{}", file, answers, suffix);
    request.answer == Answer::label ? add_labels(data, *y, place) : add_targets(data, *y, place);
    return data;
  };
  Split split{part("_train"), part("_test")};
  if (split.train.feature_count() + split.test.feature_count() == 0) split.train = part("");
  if (split.train.feature_count() + split.test.feature_count() == 0) {
    refuse(file, "has no samples: an array x_train or x is needed");
  }
  require_agreement(split, file);
  return split;
}

void require_agreement(Split& split, const std::string& file) {
  DataSet& train = split.train;
  DataSet& test = split.test;
  if (train.feature_count() == 0 || test.feature_count() == 0) return;
  if (test.sample != train.sample) {
    refuse(file, fmt::format("has samples of two shapes: {} to train and {} to test", to_string(train.sample),
                             to_string(test.sample)));
  }
  if (test.outputs != train.outputs) {
    refuse(file, fmt::format("has {} targets a sample to train and {} to test", train.outputs, test.outputs));
  }
  if (test.classes > train.classes) {
    refuse(file, fmt::format("has a test label that training does not know: {}, above {}", test.classes - 1,
                             train.classes - 1));
  }
  test.classes = train.classes;
}

}  // namespace downhill::learn
