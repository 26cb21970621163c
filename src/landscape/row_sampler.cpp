#include "landscape/row_sampler.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <new>

#include "landscape/affine.hpp"

namespace downhill::landscape {
namespace {

constexpr std::size_t rows_of_piece = 128;
constexpr std::size_t points_of_batch = 16;
constexpr std::align_val_t alignment{64};

struct Free {
  void operator()(void* memory) const { ::operator delete(memory, alignment); }
};
using Memory = std::unique_ptr<void, Free>;
Memory room(std::size_t bytes) { return Memory(::operator new(std::max<std::size_t>(bytes, 64), alignment)); }

std::size_t bytes_of(const Type& type) { return static_cast<std::size_t>(type.shape.size()) * size_of(type.dtype); }

Type with_rows(const Type& type, std::size_t rows) {
  std::vector<std::int64_t> lengths = type.shape.lengths();
  lengths.front() = static_cast<std::int64_t>(rows);
  return {type.dtype, Shape(std::move(lengths))};
}

void run(const Program& program, const std::vector<const void*>& inputs, const std::vector<void*>& outputs,
         const Memory& workspace) {
  const RunStatus status = program.run(inputs.data(), outputs.data(), workspace.get());
  if (!status.is_ok()) throw ExecutionError("landscape: " + status.message());
}

}  // namespace

struct RowSampler::Piece {
  std::size_t rows;
  Program prepare;
  Program evaluate;
  Memory prepare_workspace, evaluate_workspace;
  std::vector<Memory> prepared;
};

RowSampler::RowSampler(const Subject& subject, const Frame& frame) : subject_(subject), frame_(frame) {
  for (const Array& array : subject.rows->data) {
    const auto rows = static_cast<std::size_t>(array.rank() == 0 ? 0 : array.shape()[0]);
    if (rows == 0 || (rows_ != 0 && rows != rows_)) {
      throw ShapeError(fmt::format("landscape: arrays of data differ in their rows: {} and {}", rows_, rows));
    }
    rows_ = rows;
  }
  (void)piece_of(std::min(rows_, rows_of_piece));
  if (rows_ > rows_of_piece && rows_ % rows_of_piece != 0) (void)piece_of(rows_ % rows_of_piece);
}

RowSampler::~RowSampler() = default;

std::size_t RowSampler::batch() const { return points_of_batch; }

RowSampler::Piece& RowSampler::piece_of(std::size_t rows) {
  for (const auto& piece : pieces_) {
    if (piece->rows == rows) return *piece;
  }
  const auto began = std::chrono::steady_clock::now();
  const Type x{DType::f64, Shape{static_cast<std::int64_t>(frame_.size())}};
  std::vector<Type> inputs{x};
  for (const Array& array : subject_.rows->data) inputs.push_back(with_rows(array.type(), rows));
  const std::size_t directions = frame_.directions.size();
  const AffineSplit split = split_affine(subject_.rows->sum, inputs, directions);
  std::vector<Type> before(directions, x);
  before.insert(before.end(), inputs.begin(), inputs.end());
  const Type places{DType::f64, Shape{static_cast<std::int64_t>(points_of_batch)}};
  std::vector<Type> after(directions, places);
  after.insert(after.end(), split.prepared.begin(), split.prepared.end());
  std::vector<bool> batched(after.size(), false);
  std::fill_n(batched.begin(), directions, true);
  ProgramOptions options = subject_.options;
  options.first_code = FirstCode::optimised;  // it is called thousands of times
  auto piece = std::make_unique<Piece>(Piece{
      rows,
      Program::compile(split.prepare, before, subject_.options),
      Program::compile([&](std::span<const Array> in) { return vmap_at(split.evaluate, in, batched); }, after, options),
      {},
      {},
      {}});
  piece->prepare_workspace = room(piece->prepare.workspace_bytes());
  piece->evaluate_workspace = room(piece->evaluate.workspace_bytes());
  for (const Type& type : split.prepared) piece->prepared.push_back(room(bytes_of(type)));
  compile_seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  pieces_.push_back(std::move(piece));
  return *pieces_.back();
}

void RowSampler::evaluate(std::span<const double> s, std::span<const double> t, std::span<double> values) {
  std::ranges::fill(values, 0.0);
  std::vector<double> at_s(points_of_batch), at_t(points_of_batch), sums(points_of_batch);
  for (std::size_t row = 0; row < rows_;) {
    Piece& piece = piece_of(std::min(rows_of_piece, rows_ - row));
    std::vector<const void*> given{frame_.origin.data()};
    for (const auto& direction : frame_.directions) given.push_back(direction.data());
    for (const Array& array : subject_.rows->data) {
      const std::size_t stride = bytes_of(array.type()) / rows_;
      given.push_back(static_cast<const std::byte*>(array.data()) + row * stride);
    }
    std::vector<void*> prepared;
    std::vector<const void*> inputs{at_s.data()};
    if (!t.empty()) inputs.push_back(at_t.data());
    for (const Memory& memory : piece.prepared) {
      prepared.push_back(memory.get());
      inputs.push_back(memory.get());
    }
    run(piece.prepare, given, prepared, piece.prepare_workspace);
    for (std::size_t first = 0; first < s.size(); first += points_of_batch) {
      const std::size_t count = std::min(points_of_batch, s.size() - first);
      for (std::size_t k = 0; k < points_of_batch; ++k) {
        const std::size_t from = first + std::min(k, count - 1);
        at_s[k] = s[from];
        if (!t.empty()) at_t[k] = t[from];
      }
      run(piece.evaluate, inputs, {sums.data()}, piece.evaluate_workspace);
      for (std::size_t k = 0; k < count; ++k) values[first + k] += sums[k];
    }
    row += piece.rows;
  }
  for (double& value : values) value /= static_cast<double>(rows_);
}

}  // namespace downhill::landscape
