#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/learn/full_batch.hpp>
#include <downhill/loss.hpp>
#include <downhill/operations.hpp>

#include "learn/data/batch.hpp"
#include "learn/train/outputs.hpp"
#include "learn/train/step.hpp"

namespace downhill::learn {
namespace {

Task in_doubles(Task task) {
  task.dtype = DType::f64;
  task.rule = Sgd{};
  return task;
}

std::vector<Array> cut(const Network& network, const Array& x) {
  std::vector<Array> result;
  std::int64_t begin = 0;
  for (const Network::Variable& one : network.parameters()) {
    const std::int64_t end = begin + one.type.shape.size();
    result.push_back(reshape(slice(x, {{begin, end}}), one.type.shape));
    begin = end;
  }
  return result;
}

Objective objective_of(const Network& network, const Task& task, const DataSet& data) {
  require_consistent(data, "train");
  if (!network.buffers().empty()) {
    throw OptionError(fmt::format("train: {} needs batches: only a rule trains a network with it",
                                  network.layers()[network.buffers().front().layer].name()));
  }
  const ArrayFunction loss = [network, task, features = features_array(data, DType::f64),
                              targets =
                                  targets_array(data, DType::f64)](std::span<const Array> in) -> std::vector<Array> {
    const std::vector<Array> parameters = cut(network, in[0]);
    const Array value = task.loss(network.apply(features, parameters, {}).y, targets);
    return {task.l1 > 0 || task.l2 > 0 ? value + penalty(task, parameters, network.dtype()) : value};
  };
  return traced_objective(loss, {DType::f64, {network.parameter_count()}}, {.threads = task.threads});
}

}  // namespace

FullBatch::FullBatch(const Task& task, const DataSet& data)
    : task_(in_doubles(task)),
      data_(data),
      network_(task.model.layers(outputs_for(task, data)), data.sample, DType::f64),
      objective_(objective_of(network_, task_, data)) {
  const Layout layout = layout_of(network_, task_.rule, task_.seed);
  for (std::size_t k = 0; k < layout.parameters; ++k) {
    const std::vector<double> values = layout.start[k].values();
    start_.insert(start_.end(), values.begin(), values.end());
  }
}

Trainer FullBatch::trainer_at(std::span<const double> x) const {
  Trainer trainer(task_, data_);
  std::vector<NamedNumbers> state;
  const double* next = x.data();
  for (const Network::Variable& one : network_.parameters()) {
    state.push_back({one.name, one.type, next});
    next += one.type.shape.size();
  }
  trainer.restore(state, 0);
  return trainer;
}

}  // namespace downhill::learn
