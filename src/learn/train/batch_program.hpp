#pragma once
#include <downhill/program.hpp>

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "learn/data/batch_reader.hpp"
#include "learn/train/tensors.hpp"

namespace downhill::learn {

/// What a function takes of samples: features f32[rows, …], then what is asked for here.
struct BatchInputs {
  Shape sample = {};
  std::optional<Type> targets = std::nullopt;  ///< of one sample: [rows, …] of them follow
  /// What the features of so many rows are counted from; that number, f32[], is the last. Null: from zero, and it is not there.
  std::function<Origin(std::int64_t rows)> origin = {};
};
/// Features alone, and with targets.
[[nodiscard]] BatchInputs features_of(const DataSet& data);
[[nodiscard]] BatchInputs samples_of(const DataSet& data);

/// One function of samples, compiled for each number of them that it meets.
class BatchProgram {
 public:
  /// types: of the inputs before those of samples, and of those behind them.
  BatchProgram(ArrayFunction function, std::vector<Type> before, BatchInputs samples, std::vector<Type> behind,
               const ProgramOptions& options);

  /// Runs it on `rows`; `before` and `behind` point to the other inputs. Throws ExecutionError for what fails at run time.
  /// `upcoming` are rows of a later run.
  void run(std::span<const void* const> before, const BatchReader& reader, std::span<const std::int32_t> rows,
           std::span<const void* const> behind, std::span<void* const> outputs,
           std::span<const std::int32_t> upcoming = {});
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
    Tensors batch;
  };
  [[nodiscard]] std::vector<Type> sample_types(std::int64_t rows) const;
  Prepared& prepared(std::size_t rows);

  ArrayFunction function_;
  std::vector<Type> before_;
  BatchInputs samples_;
  std::vector<Type> behind_;
  ProgramOptions options_;
  std::map<std::size_t, Prepared> prepared_;
  std::vector<const void*> inputs_;
  std::vector<const void*> upcoming_;
};

/// visit(rows) for all rows 0, …, samples - 1 in their order, a thousand at a time, and how often.
[[nodiscard]] std::size_t pieces_of(std::size_t samples);
void in_pieces(std::size_t samples, const std::function<void(std::span<const std::int32_t> rows)>& visit);

}  // namespace downhill::learn
