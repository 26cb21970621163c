#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/learn/train.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>

#include "learn/data/batch.hpp"
#include "learn/data/order.hpp"
#include "learn/data/rows.hpp"
#include "learn/train/batch_program.hpp"
#include "learn/train/curvature.hpp"
#include "learn/train/outputs.hpp"
#include "learn/train/step.hpp"

namespace downhill::learn {
namespace {

std::vector<Type> with_data(std::vector<Type> types, const DataSet& data) {
  types.push_back(features_type(data));
  types.push_back(targets_type(data));
  return types;
}

std::vector<Type> with_features(std::vector<Type> types, const DataSet& data) {
  types.push_back(features_type(data));
  return types;
}

}  // namespace

struct Trainer::Run {
  Run(const Task& given, const DataSet& set)
      : task(given),
        data(set),
        network(given.model.layers(outputs_for(given, set)), set.sample, given.dtype),
        layout(layout_of(network, given.rule, given.seed)),
        now(layout.types()),
        next(layout.types()),
        options{.threads = given.threads},
        step(step_function(network, given, layout), with_data(layout.types(), set), {{DType::f64, {}}}, options) {
    for (std::size_t k = 0; k < layout.size(); ++k) now.set(k, layout.start[k].data());
  }

  [[nodiscard]] std::uint64_t per_epoch() const {
    return static_cast<std::uint64_t>((data.samples() + task.batch - 1) / task.batch);
  }
  [[nodiscard]] std::uint64_t epoch() const { return steps / per_epoch(); }

  std::span<const std::int32_t> rows_of_step() {
    if (order_of != epoch()) {
      order = random_order(data.samples(), task.seed, epoch());
      order_of = epoch();
    }
    const auto batch = static_cast<std::size_t>(task.batch);
    const std::size_t first = static_cast<std::size_t>(steps % per_epoch()) * batch;
    return std::span(order).subspan(first, std::min(batch, order.size() - first));
  }

  [[nodiscard]] std::vector<const void*> pointers(const DataSet& set) const {
    std::vector<const void*> result;
    for (std::size_t k = 0; k < now.size(); ++k) result.push_back(now.data(k));
    result.push_back(set.features.data());
    return result;
  }

  // Features, targets and rows of the batch of a step, as arrays: only those rows are copied.
  std::array<Array, 3> batch_arrays(std::span<const std::int32_t> rows) const {
    const DataSet part = rows_of(data, rows);
    std::vector<double> order_of_rows(rows.size());
    std::iota(order_of_rows.begin(), order_of_rows.end(), 0);
    return {features_array(part, DType::f32), targets_array(part, DType::f32),
            Array(order_of_rows, {static_cast<std::int64_t>(rows.size())}, DType::i32)};
  }

  BatchProgram& score_of(const DataSet& set) {
    const auto found = scores.find(set.samples());
    if (found != scores.end()) return found->second;
    return scores
        .emplace(set.samples(),
                 BatchProgram(score_function(network, task, layout), with_data(layout.types(), set), {}, options))
        .first->second;
  }

  Task task;
  const DataSet& data;
  Network network;
  Layout layout;
  Tensors now;
  Tensors next;
  ProgramOptions options;
  BatchProgram step;
  std::map<std::int64_t, BatchProgram> scores;  // by the number of samples of the set
  std::vector<std::int32_t> order;
  std::optional<std::uint64_t> order_of;
  std::uint64_t steps = 0;
  std::string data_checksum;  // empty until it is asked for
  bool has_failed = false;
};

Trainer::Trainer(const Task& task, const DataSet& data) {
  if (task.batch < 1) throw OptionError(fmt::format("train: batch = {} is outside [1, inf)", task.batch));
  if (!(task.l1 >= 0)) throw OptionError(fmt::format("train: l1 = {} is outside [0, inf)", task.l1));
  if (!(task.l2 >= 0)) throw OptionError(fmt::format("train: l2 = {} is outside [0, inf)", task.l2));
  require_consistent(data, "train");
  run_ = std::make_unique<Run>(task, data);
}
Trainer::Trainer(Trainer&&) noexcept = default;
Trainer& Trainer::operator=(Trainer&&) noexcept = default;
Trainer::~Trainer() = default;

const Network& Trainer::network() const { return run_->network; }
const Task& Trainer::task() const { return run_->task; }
std::uint64_t Trainer::steps() const { return run_->steps; }
std::uint64_t Trainer::epoch() const { return run_->epoch(); }
std::uint64_t Trainer::steps_per_epoch() const { return run_->per_epoch(); }
std::uint64_t Trainer::step_in_epoch() const { return run_->steps % run_->per_epoch(); }
const DataSet& Trainer::data() const { return run_->data; }
const std::string& Trainer::data_checksum() const {
  if (run_->data_checksum.empty()) run_->data_checksum = checksum_of(run_->data);
  return run_->data_checksum;
}
double Trainer::compile_seconds() const { return run_->step.compile_seconds(); }

double Trainer::step() {
  Run& run = *run_;
  if (run.has_failed) throw Error("train: a step after a loss that was not finite");
  std::vector<const void*> before = run.pointers(run.data);
  before.push_back(targets_of(run.data));
  const auto count = static_cast<double>(run.steps);
  const void* behind = &count;
  double wide = 0;
  float narrow = 0;
  const bool is_narrow = run.task.dtype == DType::f32;
  std::vector<void*> outputs{is_narrow ? static_cast<void*>(&narrow) : &wide};
  for (std::size_t k = 0; k < run.next.size(); ++k) outputs.push_back(run.next.data(k));
  run.step.run(before, run.rows_of_step(), std::span(&behind, 1), outputs);
  const double loss = is_narrow ? static_cast<double>(narrow) : wide;
  if (!std::isfinite(loss)) {
    run.has_failed = true;
    return loss;
  }
  std::swap(run.now, run.next);
  ++run.steps;
  return loss;
}

Score Trainer::evaluate(const DataSet& data) {
  Run& run = *run_;
  BatchProgram& score = run.score_of(data);
  std::vector<const void*> before = run.pointers(data);
  before.push_back(targets_of(data));
  double total = 0;
  double right = 0;
  in_pieces(static_cast<std::size_t>(data.samples()), [&](std::span<const std::int32_t> rows) {
    double loss = 0;
    double count = 0;
    const std::array<void*, 2> outputs{&loss, &count};
    score.run(before, rows, {}, outputs);
    total += loss;
    right += count;
  });
  const auto samples = static_cast<double>(std::max<std::int64_t>(1, data.samples()));
  return {total / samples, right / samples};
}

Network::Output Trainer::forward() {
  Run& run = *run_;
  std::vector<Array> arrays;
  for (std::size_t k = 0; k < run.now.size(); ++k) arrays.push_back(run.now.array(k));
  const std::array<Array, 3> data = run.batch_arrays(run.rows_of_step());
  const std::span<const Array> all(arrays);
  return batch_loss(run.network, run.task, all.first(run.layout.parameters), all.subspan(run.layout.first_buffer), data,
                    static_cast<double>(run.steps))
      .output;
}

double Trainer::curvature_at_start() {
  Run& run = *run_;
  const std::vector<std::int32_t> order = random_order(run.data.samples(), run.task.seed, 0);
  const std::size_t rows = std::min(order.size(), static_cast<std::size_t>(run.task.batch));
  const std::array<Array, 3> data = run.batch_arrays(std::span(order).first(rows));
  const std::span<const Array> start(run.layout.start);
  return largest_curvature(run.network, run.task, start.first(run.layout.parameters),
                           start.subspan(run.layout.first_buffer), data);
}

std::vector<float> Trainer::predict(const DataSet& data) {
  Run& run = *run_;
  BatchProgram program(output_function(run.network, run.task, run.layout), with_features(run.layout.types(), data), {},
                       run.options);
  const auto samples = static_cast<std::size_t>(features_type(data).shape[0]);
  const auto width = static_cast<std::size_t>(run.network.output().size());
  std::vector<float> result(samples * width);
  in_pieces(samples, [&](std::span<const std::int32_t> rows) {
    const std::array<void*, 1> outputs{result.data() + static_cast<std::size_t>(rows.front()) * width};
    program.run(run.pointers(data), rows, {}, outputs);
  });
  return result;
}

std::vector<NamedNumbers> Trainer::state() const {
  std::vector<NamedNumbers> result;
  for (std::size_t k = 0; k < run_->layout.size(); ++k) {
    result.push_back({run_->layout.names[k], run_->now.type(k), run_->now.data(k)});
  }
  return result;
}

std::vector<NamedArray> Trainer::weights() const {
  const Run& run = *run_;
  std::vector<Array> arrays;
  for (std::size_t k = 0; k < run.now.size(); ++k) arrays.push_back(run.now.array(k));
  const std::vector<Array> parameters = reported(run.task, run.layout, arrays);
  std::vector<NamedArray> result;
  for (std::size_t k = 0; k < parameters.size(); ++k) result.push_back({run.layout.names[k], parameters[k]});
  for (std::size_t k = run.layout.first_buffer; k < arrays.size(); ++k) {
    result.push_back({run.layout.names[k], arrays[k]});
  }
  return result;
}

void Trainer::restore(const std::vector<NamedNumbers>& state, std::uint64_t steps) {
  Run& run = *run_;
  Tensors restored(run.layout.types());
  for (std::size_t k = 0; k < run.layout.size(); ++k) {
    const std::string& name = run.layout.names[k];
    const auto found = std::ranges::find(state, name, &NamedNumbers::name);
    if (found == state.end()) throw InputError(fmt::format("train: the saved run has no {}", name));
    if (found->type != restored.type(k)) {
      throw InputError(fmt::format("train: {} is of another type in the saved run: {} where {} is needed", name,
                                   to_string(found->type), to_string(restored.type(k))));
    }
    restored.set(k, found->data);
  }
  run.now = std::move(restored);
  run.steps = steps;
  run.has_failed = false;
}

}  // namespace downhill::learn
