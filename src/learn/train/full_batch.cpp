#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/learn/full_batch.hpp>
#include <downhill/loss.hpp>
#include <downhill/operations.hpp>

#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include "learn/data/batch.hpp"
#include "learn/data/rows.hpp"
#include "learn/train/outputs.hpp"
#include "learn/train/shared_source.hpp"
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

// The mean loss of `data` times `share`, with the penalties or not.
Objective objective_of(const Network& network, const Task& task, const DataSet& data, double share,
                       bool has_penalties) {
  const ArrayFunction loss = [network, task, share, has_penalties, features = features_array(data, DType::f64),
                              targets =
                                  targets_array(data, DType::f64)](std::span<const Array> in) -> std::vector<Array> {
    const std::vector<Array> parameters = cut(network, in[0]);
    Array value = task.loss(network.apply(features, parameters, {}).y, targets);
    if (share != 1) value = value * share;
    const bool is_penalised = has_penalties && (task.l1 > 0 || task.l2 > 0);
    return {is_penalised ? value + penalty(task, parameters, network.dtype()) : value};
  };
  return traced_objective(loss, {DType::f64, {network.parameter_count()}}, {.threads = task.threads});
}

// The same of all samples, as a sum of squares where it is one.
Objective whole_objective(const Network& network, const Task& task, const DataSet& data) {
  if (task.l1 > 0 || !task.loss.has_residuals()) return objective_of(network, task, data, 1, true);
  const Array features = features_array(data, DType::f64);
  const Array targets = targets_array(data, DType::f64);
  const ArrayFunction residuals = [network, task, features, targets](std::span<const Array> in) {
    const std::vector<Array> parameters = cut(network, in[0]);
    const Array misfit = *task.loss.residuals(network.apply(features, parameters, {}).y, targets);
    std::vector<Array> all{reshape(misfit, {misfit.size()})};
    for (const Array& one : parameters) {
      if (task.l2 > 0 && one.rank() >= 2) all.push_back(std::sqrt(task.l2 / 2) * reshape(one, {one.size()}));
    }
    return std::vector{concatenate(all)};
  };
  return traced_least_squares(residuals, {DType::f64, {network.parameter_count()}}, {.threads = task.threads});
}

void require_whole(const Network& network, const DataSet& data) {
  require_consistent(data, "training samples");
  if (!network.buffers().empty()) {
    throw OptionError(fmt::format("train: {} needs batches: only a rule trains a network with it",
                                  network.layers()[network.buffers().front().layer].name()));
  }
}

std::string identity_of(const Task& task, const DataSet& data) {
  return fmt::format("{}, {}, l1 = {}, l2 = {}, seed {}, all samples at once, data {}", task.model.text(),
                     task.loss.text(), task.l1, task.l2, task.seed, checksum_of(data));
}

// What process p of the team has of the objective.
Objective part_of(const Network& network, const Task& task, const DataSet& data, const Team& team) {
  const std::int64_t samples = data.samples();
  const auto begin = [&](int process) { return samples * process / team.size(); };
  std::vector<std::int32_t> rows(static_cast<std::size_t>(begin(team.rank() + 1) - begin(team.rank())));
  if (rows.empty()) {
    throw OptionError(
        fmt::format("train: {} samples are fewer than the {} processes that share them", samples, team.size()));
  }
  std::iota(rows.begin(), rows.end(), static_cast<std::int32_t>(begin(team.rank())));
  const double share = static_cast<double>(rows.size()) / static_cast<double>(samples);
  return objective_of(network, task, rows_of(data, rows), share, team.is_leader());
}

Objective shared_objective(const Network& network, const Task& task, const DataSet& data, const Sharing& sharing,
                           std::function<void(const LostProcess&)> on_lost) {
  require_whole(network, data);
  const auto whole = [network, task, &data] { return whole_objective(network, task, data); };
  if (sharing.team == nullptr) return whole();
  Objective part = part_of(network, task, data, *sharing.team);
  if (!sharing.team->is_leader()) return part;
  sharing.team->agree(identity_of(task, data));
  return Objective(std::make_shared<SharedSource>(sharing.team, part, whole, std::move(on_lost)));
}

}  // namespace

FullBatch::FullBatch(const Task& task, const DataSet& data, const Sharing& sharing,
                     std::function<void(const LostProcess&)> on_lost)
    : task_(in_doubles(task)),
      data_(data),
      network_(task.model.layers(outputs_for(task, data)), data.sample, DType::f64),
      sharing_(sharing),
      objective_(shared_objective(network_, task_, data, sharing, std::move(on_lost))) {
  const Layout layout = layout_of(network_, task_.rule, task_.seed);
  for (std::size_t k = 0; k < layout.parameters; ++k) {
    const std::vector<double> values = layout.start[k].values();
    start_.insert(start_.end(), values.begin(), values.end());
  }
}

void FullBatch::follow() { follow_source(*sharing_.team, objective_, identity_of(task_, data_)); }

Trainer FullBatch::trainer_at(std::span<const double> x) const {
  Trainer trainer(task_, data_);
  restore(trainer, x, 0);
  return trainer;
}

void FullBatch::restore(Trainer& trainer, std::span<const double> x, std::uint64_t steps) const {
  std::vector<NamedNumbers> state;
  const double* next = x.data();
  for (const Network::Variable& one : network_.parameters()) {
    state.push_back({one.name, one.type, next});
    next += one.type.shape.size();
  }
  trainer.restore(state, steps);
}

}  // namespace downhill::learn
