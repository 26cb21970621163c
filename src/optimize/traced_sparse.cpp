#include "optimize/traced_sparse.hpp"

#include <downhill/derivatives.hpp>
#include <downhill/operations.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "ir/trace.hpp"
#include "optimize/compiled.hpp"
#include "optimize/sparse_factors.hpp"

namespace downhill::optimize {

namespace {

constexpr std::size_t variables_per_product = 4;             // that a Hessian by colours has to give at least
constexpr std::size_t most_numbers = std::size_t{1} << 24U;  // of all products together: 128 MB
constexpr std::size_t most_entries_a_row = 200;              // on average
constexpr double most_work = 5e7;  // multiplications of a factorisation: some hundredths of a second

class TracedSparse final : public SparseSource {
 public:
  TracedSparse(analysis::SparsityPattern pattern, const analysis::Colouring& colouring, ArrayFunction loss, Type x,
               const ProgramOptions& options)
      : SparseSource(std::move(pattern), colouring),
        loss_(std::move(loss)),
        type_(std::move(x)),
        options_(options),
        directions_(directions()) {}

  double trace_seconds() const override { return program_ ? program_->program().trace_seconds() : 0; }
  double compile_seconds() const override { return program_ ? program_->program().compile_seconds() : 0; }

 private:
  bool multiply(std::span<const double> x, std::span<double> products_at) override {
    if (!program_) {
      std::vector<std::int64_t> lengths{static_cast<std::int64_t>(products())};
      lengths.insert(lengths.end(), type_.shape.begin(), type_.shape.end());
      const std::array inputs{type_, Type{DType::f64, Shape(std::move(lengths))}};
      const ArrayFunction all = [f = loss_](std::span<const Array> arguments) {
        const ArrayFunction product = [&f](std::span<const Array> at) -> std::vector<Array> {
          return {hvp_at(f, at[0], at[1])};
        };
        return vmap_at(product, arguments, {false, true});
      };
      program_.emplace(all, inputs, options_);
    }
    const void* const inputs[] = {x.data(), directions_.data()};
    void* const outputs[] = {products_at.data()};
    return program_->run(inputs, outputs).is_ok();
  }

  ArrayFunction loss_;
  Type type_;
  ProgramOptions options_;
  std::vector<double> directions_;
  std::optional<Compiled> program_;
};

}  // namespace

std::unique_ptr<SparseSource> traced_sparse(const ArrayFunction& loss, const Type& x, const ProgramOptions& options) {
  const auto n = static_cast<std::size_t>(x.shape.size());
  const std::array inputs{x};
  const ir::Traced gradient = ir::trace(
      [&loss](std::span<const Array> arguments) -> std::vector<Array> {
        return {value_and_gradient_at(loss, arguments).gradient};
      },
      inputs);
  const std::size_t most_entries = n * std::min(n / 2, most_entries_a_row);
  analysis::Sparsity found = analysis::jacobian_sparsity(gradient, {.entries = most_entries});
  if (found.kind != analysis::Sparsity::Kind::sparse) return nullptr;
  analysis::SparsityPattern pattern = analysis::symmetric(found.pattern);
  const analysis::Colouring colouring = analysis::star_colouring(pattern);
  if (colouring.count * variables_per_product > n || colouring.count * n > most_numbers) return nullptr;
  if (SparseFactors(pattern).work() > most_work) return nullptr;
  return std::make_unique<TracedSparse>(std::move(pattern), colouring, loss, x, options);
}

}  // namespace downhill::optimize
