#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/learn/train.hpp>
#include <downhill/operations.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "learn/data/batch.hpp"
#include "learn/data/batch_reader.hpp"
#include "learn/data/order.hpp"
#include "learn/data/rows.hpp"
#include "learn/train/batch_program.hpp"
#include "learn/train/curvature.hpp"
#include "learn/train/outputs.hpp"
#include "learn/train/shared_step.hpp"
#include "learn/train/step.hpp"

namespace downhill::learn {
namespace {

// Each array's next values may take the place of the present ones: outputs follow the loss.
BatchProgram step_program(const Network& network, const Task& task, const Layout& layout, const DataSet& data) {
  ProgramOptions options{.threads = task.threads};
  for (std::size_t k = 0; k < layout.size(); ++k) options.in_place.push_back({k + 1, k});
  BatchInputs samples = samples_of(data);
  samples.origin = [network](std::int64_t rows) { return origin_of_step(network, rows); };
  return {step_function(network, task, layout), layout.types(), std::move(samples), {{DType::f64, {}}}, options};
}

}  // namespace

void compile_ahead(const Task& task, const DataSet& bare) {
  const Network network(task.model.layers(outputs_for(task, bare)), bare.sample, task.dtype);
  const Layout layout = bare_layout_of(network, task.rule);
  step_program(network, task, layout, bare).prepare(static_cast<std::size_t>(std::min(task.batch, bare.samples())));
}

struct Trainer::Run {
  Run(const Task& given, const DataSet& set, const Sharing& with)
      : task(given),
        data(set),
        reader(set),
        network(given.model.layers(outputs_for(given, set)), set.sample, given.dtype),
        layout(layout_of(network, given.rule, given.seed)),
        now(layout.types()),
        spare(layout.types()),
        options{.threads = given.threads},
        step(step_program(network, given, layout, set)) {
    for (std::size_t k = 0; k < layout.size(); ++k) now.set(k, layout.start[k].data());
    if (with.team == nullptr) return;
    sharing = with;
    shared.emplace(with.team, network, given, layout, set, options);
    if (with.team->is_leader()) with.team->agree(identity());
  }

  // What all processes of a team have to have in common.
  [[nodiscard]] std::string identity() const {
    std::string text = fmt::format("{}, {}, {}, batches of {}, l1 = {}, l2 = {}, {}, seed {}, data", task.model.text(),
                                   task.loss.text(), task.rule.text(), task.batch, task.l1, task.l2,
                                   downhill::name(task.dtype), task.seed);
    text += ' ' + checksum_of(data);
    for (const DataSet* set : sharing.sets) text += ' ' + checksum_of(*set);
    return text;
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

  /// Those of the step after this one, if it belongs to the same epoch.
  [[nodiscard]] std::span<const std::int32_t> next_rows() const {
    const auto batch = static_cast<std::size_t>(task.batch);
    const std::size_t first = std::min(order.size(), static_cast<std::size_t>(steps % per_epoch() + 1) * batch);
    return std::span(order).subspan(first, std::min(batch, order.size() - first));
  }

  [[nodiscard]] std::vector<const void*> arrays() const {
    std::vector<const void*> result;
    for (std::size_t k = 0; k < now.size(); ++k) result.push_back(now.data(k));
    return result;
  }

  [[nodiscard]] SharedStep::Place place() { return {now, arrays(), reader, rows_of_step(), steps}; }

  double step_alone() {
    const auto count = static_cast<double>(steps);
    const void* behind = &count;
    double wide = 0;
    float narrow = 0;
    const bool is_narrow = task.dtype == DType::f32;
    std::vector<void*> outputs{is_narrow ? static_cast<void*>(&narrow) : &wide};
    const std::span<const std::int32_t> rows = rows_of_step();
    for (std::size_t k = 0; k < now.size(); ++k)
      outputs.push_back(step.is_in_place(rows.size(), k + 1) ? now.data(k) : spare.data(k));
    step.run(arrays(), reader, rows, std::span(&behind, 1), outputs, next_rows());
    return is_narrow ? static_cast<double>(narrow) : wide;
  }

  // What the step left in `spare` becomes the present.
  void move_on() {
    const auto is_in_place = [&](std::size_t k) { return !shared && step.is_in_place(rows_of_step().size(), k + 1); };
    bool has_moved = false;
    for (std::size_t k = 0; k < now.size(); ++k) has_moved = has_moved || is_in_place(k);
    if (!has_moved) {
      std::swap(now, spare);
    } else {
      for (std::size_t k = 0; k < now.size(); ++k) {
        if (!is_in_place(k)) now.set(k, spare.data(k));
      }
    }
    ++steps;
  }

  // Features, targets and origin of the batch of a step, as arrays.
  std::array<Array, 3> batch_arrays(std::span<const std::int32_t> rows) const {
    const DataSet part = rows_of(data, rows);
    return {features_array(part, DType::f32), targets_array(part, DType::f32), astype(Array(0.0), DType::f32)};
  }

  // Loss and number of right labels of every piece of a set, or of those pieces of it that are this process's part.
  std::vector<double> piece_scores(const DataSet& set, int process, int processes) {
    BatchProgram& program = score_program(set);
    const BatchReader part(set);
    std::vector<double> result;
    int piece = 0;
    in_pieces(static_cast<std::size_t>(set.samples()), [&](std::span<const std::int32_t> rows) {
      if (piece++ % processes != process) return;
      result.resize(result.size() + 2);
      const std::array<void*, 2> outputs{&result[result.size() - 2], &result[result.size() - 1]};
      program.run(arrays(), part, rows, {}, outputs);
    });
    return result;
  }

  // The same of all processes, in the order of pieces.
  std::vector<double> shared_scores(const DataSet& set) {
    const auto place = std::ranges::find(sharing.sets, &set);
    if (place == sharing.sets.end()) return piece_scores(set, 0, 1);
    Team& team = *sharing.team;
    const auto team_size = static_cast<std::size_t>(team.size());
    team.ask(Team::Question::score, static_cast<std::uint64_t>(place - sharing.sets.begin()), now.first(now.size()));
    std::vector<std::vector<double>> parts{piece_scores(set, 0, team.size())};
    const std::size_t pieces = pieces_of(static_cast<std::size_t>(set.samples()));
    for (std::size_t process = 1; process < team_size; ++process) {
      parts.emplace_back(2 * ((pieces + team_size - 1 - process) / team_size));
      team.fetch(static_cast<int>(process), std::as_writable_bytes(std::span(parts.back())));
    }
    std::vector<double> result;
    for (std::size_t piece = 0; piece < pieces; ++piece) {
      const std::vector<double>& part = parts[piece % parts.size()];
      const std::size_t first = 2 * (piece / parts.size());
      result.insert(result.end(), {part[first], part[first + 1]});
    }
    return result;
  }

  // A lost process ends the run at its next step, not here: the leader can do without.
  std::vector<double> scores_of_pieces(const DataSet& set) {
    if (sharing.team == nullptr) return piece_scores(set, 0, 1);
    try {
      return shared_scores(set);
    } catch (const LostProcess&) {
      return piece_scores(set, 0, 1);
    }
  }

  BatchProgram& score_program(const DataSet& set) {
    if (!score)
      score.emplace(score_function(network, task, layout), layout.types(), samples_of(set), std::vector<Type>{},
                    options);
    return *score;
  }

  Task task;
  const DataSet& data;
  BatchReader reader;
  Network network;
  Layout layout;
  Tensors now;
  Tensors spare;  // for arrays that cannot be overwritten
  ProgramOptions options;
  BatchProgram step;
  std::optional<BatchProgram> score;
  Sharing sharing;
  std::optional<SharedStep> shared;  // in a team
  std::vector<double> answer;
  std::vector<std::int32_t> order;
  std::optional<std::uint64_t> order_of;
  std::uint64_t steps = 0;
  std::string data_checksum;  // empty until it is asked for
  bool has_failed = false;
};

Trainer::Trainer(const Task& task, const DataSet& data, const Sharing& sharing) {
  if (task.batch < 1) throw OptionError(fmt::format("train: batch = {} is outside [1, inf)", task.batch));
  if (!(task.l1 >= 0)) throw OptionError(fmt::format("train: l1 = {} is outside [0, inf)", task.l1));
  if (!(task.l2 >= 0)) throw OptionError(fmt::format("train: l2 = {} is outside [0, inf)", task.l2));
  require_consistent(data, "training samples");
  if (const std::int64_t words = task.model.layers(1).front().vocabulary(); words > 0) {
    const std::string wrong = word_outside(data, words);
    if (!wrong.empty()) throw InputError(fmt::format("data: {}", wrong));
  }
  run_ = std::make_unique<Run>(task, data, sharing);
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
double Trainer::compile_seconds() const {
  return run_->step.compile_seconds() + (run_->shared ? run_->shared->compile_seconds() : 0);
}

double Trainer::step() {
  Run& run = *run_;
  if (run.has_failed) throw Error("train: a step after a loss that was not finite");
  const double loss = run.shared ? run.shared->run(run.place(), run.spare) : run.step_alone();
  if (!std::isfinite(loss)) {
    run.has_failed = true;
    return loss;
  }
  run.move_on();
  return loss;
}

Score Trainer::evaluate(const DataSet& data) {
  const std::vector<double> pieces = run_->scores_of_pieces(data);
  double total = 0;
  double right = 0;
  for (std::size_t k = 0; k < pieces.size(); k += 2) {
    total += pieces[k];
    right += pieces[k + 1];
  }
  const auto samples = static_cast<double>(std::max<std::int64_t>(1, data.samples()));
  return {total / samples, right / samples};
}

void Trainer::follow() {
  Run& run = *run_;
  Team& team = *run.sharing.team;
  team.follow([&](Team::Question question, std::uint64_t number, Team::Bytes content) -> Team::Bytes {
    if (question == Team::Question::ready) return team.say(run.identity());
    const bool is_score = question == Team::Question::score;
    const std::span<std::byte> arrays = run.now.first(is_score ? run.now.size() : run.layout.parameters);
    if (content.size() != arrays.size() || (is_score && number >= run.sharing.sets.size())) {
      throw Error("train: the first process runs another version");
    }
    std::ranges::copy(content, arrays.begin());
    if (is_score) {
      run.answer = run.piece_scores(*run.sharing.sets[number], team.rank(), team.size());
      return std::as_bytes(std::span(run.answer));
    }
    run.steps = number;
    return run.shared->part(run.place());
  });
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
  BatchProgram program(output_function(run.network, run.task, run.layout), run.layout.types(), features_of(data), {},
                       run.options);
  const BatchReader reader(data);
  const auto samples = static_cast<std::size_t>(features_type(data).shape[0]);
  const auto width = static_cast<std::size_t>(run.network.output().size());
  std::vector<float> result(samples * width);
  in_pieces(samples, [&](std::span<const std::int32_t> rows) {
    const std::array<void*, 1> outputs{result.data() + static_cast<std::size_t>(rows.front()) * width};
    program.run(run.arrays(), reader, rows, {}, outputs);
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
  for (std::size_t k = 0; k < run.layout.size(); ++k) run.now.set(k, restored.data(k));
  run.steps = steps;
  run.has_failed = false;
}

}  // namespace downhill::learn
