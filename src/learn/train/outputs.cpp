#include "learn/train/outputs.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>

#include <string>

namespace downhill::learn {

std::int64_t outputs_for(const Task& task, const DataSet& data) {
  switch (task.loss.target()) {
    case Target::label:
      if (data.is_classification()) return data.classes;
      throw InputError(fmt::format("train: {} needs labels, but the data have numbers to predict", task.loss.name()));
    case Target::sign:
      if (data.is_classification() && data.classes <= 2) return 1;
      throw InputError(fmt::format("train: {} needs two classes, but the data have {}", task.loss.name(),
                                   data.is_classification() ? std::to_string(data.classes) : "numbers to predict"));
    case Target::number:
      if (!data.is_classification()) return data.outputs;
      throw InputError(fmt::format("train: {} needs numbers to predict, but the data have labels", task.loss.name()));
  }
  return 0;
}

}  // namespace downhill::learn
