#include "learn/train/batch_program.hpp"

#include <downhill/error.hpp>

#include <algorithm>
#include <numeric>
#include <utility>

#include "learn/data/batch.hpp"

namespace downhill::learn {

BatchInputs features_of(const DataSet& data) { return {.sample = data.sample}; }

BatchInputs samples_of(const DataSet& data) {
  if (data.is_classification()) return {.sample = data.sample, .targets = Type{DType::i32, {}}};
  return {.sample = data.sample, .targets = Type{DType::f32, {data.outputs}}};
}

BatchProgram::BatchProgram(ArrayFunction function, std::vector<Type> before, BatchInputs samples,
                           std::vector<Type> behind, const ProgramOptions& options)
    : function_(std::move(function)),
      before_(std::move(before)),
      samples_(std::move(samples)),
      behind_(std::move(behind)),
      options_(options) {}

std::vector<Type> BatchProgram::sample_types(std::int64_t rows) const {
  std::vector<Type> types{{DType::f32, batch_shape(rows, samples_.sample)}};
  if (samples_.targets) types.push_back({samples_.targets->dtype, batch_shape(rows, samples_.targets->shape)});
  if (samples_.origin) types.push_back({DType::f32, {}});
  return types;
}

BatchProgram::Prepared& BatchProgram::prepared(std::size_t rows) {
  const auto found = prepared_.find(rows);
  if (found != prepared_.end()) return found->second;
  const std::vector<Type> batch = sample_types(static_cast<std::int64_t>(rows));
  std::vector<Type> types = before_;
  types.insert(types.end(), batch.begin(), batch.end());
  types.insert(types.end(), behind_.begin(), behind_.end());
  Program program = Program::compile(function_, types, options_);
  const auto scratch = static_cast<std::int64_t>(program.workspace_bytes());
  return prepared_.emplace(rows, Prepared{std::move(program), Tensors({{DType::boolean, {scratch}}}), Tensors(batch)})
      .first->second;
}

void BatchProgram::run(std::span<const void* const> before, const BatchReader& reader,
                       std::span<const std::int32_t> rows, std::span<const void* const> behind,
                       std::span<void* const> outputs, std::span<const std::int32_t> upcoming) {
  Prepared& one = prepared(rows.size());
  const Origin origin = samples_.origin ? samples_.origin(static_cast<std::int64_t>(rows.size())) : Origin::zero;
  const float low = reader.read_features(rows, origin, static_cast<float*>(one.batch.data(0)));
  if (samples_.targets) reader.read_targets(rows, one.batch.data(1));
  if (samples_.origin) one.batch.set(one.batch.size() - 1, &low);
  inputs_.assign(before.begin(), before.end());
  for (std::size_t k = 0; k < one.batch.size(); ++k) inputs_.push_back(one.batch.data(k));
  inputs_.insert(inputs_.end(), behind.begin(), behind.end());
  upcoming_.clear();
  for (const std::int32_t row : upcoming) upcoming_.push_back(reader.row(row));
  const RunStatus status =
      one.program.run(inputs_.data(), outputs.data(), one.workspace.data(0), {upcoming_, reader.row_bytes()});
  if (!status.is_ok()) throw ExecutionError(status.message());
}

double BatchProgram::compile_seconds() const {
  double total = 0;
  for (const auto& [rows, one] : prepared_) total += one.program.compile_seconds();
  return total;
}

namespace {

constexpr std::size_t most_in_piece = 1000;

}  // namespace

std::size_t pieces_of(std::size_t samples) { return (samples + most_in_piece - 1) / most_in_piece; }

void in_pieces(std::size_t samples, const std::function<void(std::span<const std::int32_t> rows)>& visit) {
  std::vector<std::int32_t> rows(samples);
  std::iota(rows.begin(), rows.end(), 0);
  for (std::size_t first = 0; first < samples; first += most_in_piece) {
    visit(std::span(rows).subspan(first, std::min(most_in_piece, samples - first)));
  }
}

}  // namespace downhill::learn
