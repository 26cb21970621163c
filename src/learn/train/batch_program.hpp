#pragma once
#include <downhill/program.hpp>

#include <functional>
#include <map>
#include <span>
#include <vector>

#include "learn/train/tensors.hpp"

namespace downhill::learn {

/// One function of rows of data, compiled for each number of rows that it meets.
class BatchProgram {
 public:
  /// types: of the inputs before the rows, and of those behind them.
  BatchProgram(ArrayFunction function, std::vector<Type> before, std::vector<Type> behind,
               const ProgramOptions& options);

  /// Runs it on `rows`; `before` and `behind` point to the other inputs. Throws ExecutionError for what fails at run time.
  /// `upcoming` is what a later run will read.
  void run(std::span<const void* const> before, std::span<const std::int32_t> rows, std::span<const void* const> behind,
           std::span<void* const> outputs, const Program::Upcoming& upcoming = {});
  /// Compiles it for so many rows.
  void prepare(std::size_t rows) { prepared(rows); }
  [[nodiscard]] const std::vector<Type>& outputs(std::size_t rows) { return prepared(rows).program.outputs(); }
  /// See Program::is_in_place.
  [[nodiscard]] bool is_in_place(std::size_t rows, std::size_t output) {
    return prepared(rows).program.is_in_place(output);
  }
  [[nodiscard]] double compile_seconds() const;

 private:
  struct Prepared {
    Program program;
    Tensors workspace;
  };
  Prepared& prepared(std::size_t rows);

  ArrayFunction function_;
  std::vector<Type> before_;
  std::vector<Type> behind_;
  ProgramOptions options_;
  std::map<std::size_t, Prepared> prepared_;
  std::vector<const void*> inputs_;
};

/// visit(rows) for all rows 0, …, samples - 1 in their order, a thousand at a time, and how often.
[[nodiscard]] std::size_t pieces_of(std::size_t samples);
void in_pieces(std::size_t samples, const std::function<void(std::span<const std::int32_t> rows)>& visit);

}  // namespace downhill::learn
