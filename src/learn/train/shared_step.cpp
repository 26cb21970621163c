#include "learn/train/shared_step.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace downhill::learn {
namespace {

std::vector<Type> gradient_types(const Layout& layout) {
  const std::vector<Type> types = layout.types();
  return {types.begin(), types.begin() + static_cast<std::ptrdiff_t>(layout.parameters)};
}

std::vector<Type> update_types(const Layout& layout) {
  std::vector<Type> types = layout.types();
  for (const Type& one : gradient_types(layout)) types.push_back(one);
  types.push_back({DType::f64, {}});
  return types;
}

std::vector<Type> loss_and(std::vector<Type> types) {
  types.insert(types.begin(), Type{DType::f64, {}});
  return types;
}

template <class T>
void add(const void* numbers, std::size_t count, double* sum) {
  const T* from = static_cast<const T*>(numbers);
  for (std::size_t i = 0; i < count; ++i) sum[i] += static_cast<double>(from[i]);
}

std::size_t count_of(const Type& type) { return static_cast<std::size_t>(type.shape.size()); }

}  // namespace

SharedStep::SharedStep(std::shared_ptr<Team> team, const Network& network, const Task& task, const Layout& layout,
                       const DataSet& data, const ProgramOptions& options)
    : team_(std::move(team)),
      network_(network),
      task_(task),
      layout_(layout),
      samples_(samples_of(data)),
      options_(options),
      part_(loss_and(gradient_types(layout))) {
  samples_.origin = [network](std::int64_t rows) { return origin_of_step(network, rows); };
  if (!network.buffers().empty()) {
    throw OptionError(fmt::format("train: {} needs whole batches, and {} processes share them",
                                  network.layers()[network.buffers().front().layer].name(), team_->size()));
  }
  if (task.batch < team_->size()) {
    throw OptionError(
        fmt::format("train: batch = {} is less than the {} processes that share it", task.batch, team_->size()));
  }
  if (!team_->is_leader()) return;
  std::vector<Type> sums = loss_and(gradient_types(layout));
  for (Type& one : sums) one.dtype = DType::f64;
  sum_ = Tensors(sums);
  update_ = Program::compile(update_function(task, layout), update_types(layout), options);
  workspace_ = Tensors({{DType::boolean, {static_cast<std::int64_t>(update_.workspace_bytes())}}});
}

void SharedStep::compute_part(const Place& place) {
  const auto part_of = [&](int process) {
    return place.rows.size() * static_cast<std::size_t>(process) / static_cast<std::size_t>(team_->size());
  };
  const std::size_t first = part_of(team_->rank());
  const std::span<const std::int32_t> rows = place.rows.subspan(first, part_of(team_->rank() + 1) - first);
  if (rows.empty()) {
    std::ranges::fill(part_.first(part_.size()), std::byte{0});
    return;
  }
  auto found = parts_.find(place.rows.size());
  if (found == parts_.end()) {
    const PartOfBatch part{static_cast<std::int64_t>(first), static_cast<std::int64_t>(place.rows.size())};
    BatchProgram program(part_function(network_, task_, layout_, part), layout_.types(), samples_, {{DType::f64, {}}},
                         options_);
    found = parts_.emplace(place.rows.size(), std::move(program)).first;
  }
  const auto count = static_cast<double>(place.steps);
  const void* behind = &count;
  std::vector<void*> outputs;
  for (std::size_t k = 0; k < part_.size(); ++k) outputs.push_back(part_.data(k));
  found->second.run(place.inputs, place.reader, rows, std::span(&behind, 1), outputs);
}

Team::Bytes SharedStep::part(const Place& place) {
  compute_part(place);
  return part_.first(part_.size());
}

void SharedStep::add_part() {
  for (std::size_t k = 0; k < part_.size(); ++k) {
    auto* sum = static_cast<double*>(sum_.data(k));
    const bool is_narrow = part_.type(k).dtype == DType::f32;
    (is_narrow ? add<float> : add<double>)(part_.data(k), count_of(part_.type(k)), sum);
  }
}

double SharedStep::run(const Place& place, Tensors& next) {
  team_->ask(Team::Question::gradient, place.steps, place.now.first(layout_.parameters));
  std::ranges::fill(sum_.first(sum_.size()), std::byte{0});
  try {
    compute_part(place);
  } catch (const Error&) {
    team_->drop_answers();
    throw;
  }
  add_part();
  for (int process = 1; process < team_->size(); ++process) {
    team_->fetch(process, part_.first(part_.size()));
    add_part();
  }
  const double loss = *static_cast<const double*>(sum_.data(0));
  if (!std::isfinite(loss)) return loss;

  std::vector<const void*> inputs = place.inputs;
  for (std::size_t k = 1; k < sum_.size(); ++k) {
    const auto* sum = static_cast<const double*>(sum_.data(k));
    if (part_.type(k).dtype == DType::f32) {
      std::transform(sum, sum + count_of(part_.type(k)), static_cast<float*>(part_.data(k)),
                     [](double number) { return static_cast<float>(number); });
      inputs.push_back(part_.data(k));
    } else {
      inputs.push_back(sum);
    }
  }
  const auto count = static_cast<double>(place.steps);
  inputs.push_back(&count);
  std::vector<void*> outputs;
  for (std::size_t k = 0; k < layout_.size(); ++k) outputs.push_back(next.data(k));
  const RunStatus status = update_.run(inputs.data(), outputs.data(), workspace_.data(0));
  if (!status.is_ok()) throw ExecutionError(status.message());
  return loss;
}

double SharedStep::compile_seconds() const {
  double total = team_->is_leader() ? update_.compile_seconds() : 0;
  for (const auto& [rows, one] : parts_) total += one.compile_seconds();
  return total;
}

}  // namespace downhill::learn
