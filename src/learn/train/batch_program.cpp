#include "learn/train/batch_program.hpp"

#include <downhill/error.hpp>

#include <algorithm>
#include <numeric>
#include <utility>

namespace downhill::learn {

BatchProgram::BatchProgram(ArrayFunction function, std::vector<Type> before, std::vector<Type> behind,
                           const ProgramOptions& options)
    : function_(std::move(function)), before_(std::move(before)), behind_(std::move(behind)), options_(options) {}

BatchProgram::Prepared& BatchProgram::prepared(std::size_t rows) {
  const auto found = prepared_.find(rows);
  if (found != prepared_.end()) return found->second;
  std::vector<Type> types = before_;
  types.push_back({DType::i32, {static_cast<std::int64_t>(rows)}});
  types.insert(types.end(), behind_.begin(), behind_.end());
  Program program = Program::compile(function_, types, options_);
  const auto scratch = static_cast<std::int64_t>(program.workspace_bytes());
  return prepared_.emplace(rows, Prepared{std::move(program), Tensors({{DType::boolean, {scratch}}})}).first->second;
}

void BatchProgram::run(std::span<const void* const> before, std::span<const std::int32_t> rows,
                       std::span<const void* const> behind, std::span<void* const> outputs,
                       const Program::Upcoming& upcoming) {
  Prepared& one = prepared(rows.size());
  inputs_.assign(before.begin(), before.end());
  inputs_.push_back(rows.data());
  inputs_.insert(inputs_.end(), behind.begin(), behind.end());
  const RunStatus status = one.program.run(inputs_.data(), outputs.data(), one.workspace.data(0), upcoming);
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
