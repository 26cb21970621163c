#include "optimize/traced_sparse.hpp"

#include <downhill/derivatives.hpp>
#include <downhill/operations.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "analysis/colouring.hpp"
#include "ir/trace.hpp"
#include "optimize/compiled.hpp"
#include "optimize/sparse_factors.hpp"

namespace downhill::optimize {

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t variables_per_product = 4;             // that a Hessian by colours has to give at least
constexpr std::size_t most_numbers = std::size_t{1} << 24U;  // of all products together: 128 MB
constexpr std::size_t most_entries_a_row = 200;              // on average
constexpr std::size_t least_jacobian_variables = 21;         // one of fewer costs little as it is
// Multiplications of a factorisation: some hundredths of a second.
constexpr double most_work = 5e7;
// Those that are cheap: conjugate gradients with some hundreds of products take as many.
constexpr double cheap_work = 2e6, cheap_work_an_entry = 400;

// The sum of the unit vectors of each colour, count * n.
std::vector<double> directions_of(const analysis::Colouring& colouring) {
  const std::size_t n = colouring.colours.size();
  std::vector<double> result(colouring.count * n, 0.0);
  for (std::size_t j = 0; j < n; ++j) result[colouring.colours[j] * n + j] = 1;
  return result;
}

// A function of x and of many directions, one after the other.
std::vector<Type> types_with_directions(const Type& x, std::size_t count) {
  std::vector<std::int64_t> lengths{static_cast<std::int64_t>(count)};
  lengths.insert(lengths.end(), x.shape.begin(), x.shape.end());
  return {x, Type{DType::f64, Shape(std::move(lengths))}};
}

class TracedJacobian final : public SparseJacobian {
 public:
  TracedJacobian(analysis::SparsityPattern pattern, const analysis::Colouring& colouring, ArrayFunction loss,
                 ArrayFunction residuals, Type x, const ProgramOptions& options)
      : pattern_(std::move(pattern)),
        products_(colouring.count),
        directions_(directions_of(colouring)),
        loss_(std::move(loss)),
        residuals_(std::move(residuals)),
        type_(std::move(x)),
        options_(options) {
    const std::size_t m = pattern_.rows();
    for (std::size_t i = 0; i < m; ++i) {
      for (const std::uint32_t j : pattern_.row(i)) places_.push_back(colouring.colours[j] * m + i);
    }
  }

  const analysis::SparsityPattern& pattern() const override { return pattern_; }
  std::size_t products() const override { return products_; }
  [[nodiscard]] double trace_seconds() const { return program_ ? program_->program().trace_seconds() : 0; }
  [[nodiscard]] double compile_seconds() const { return program_ ? program_->program().compile_seconds() : 0; }

  double evaluate(std::span<const double> x, std::span<double> residuals, std::span<double> entries) override {
    if (!program_) compile();
    scratch_.resize(products_ * pattern_.rows());
    double value = 0;
    const void* const inputs[] = {x.data(), directions_.data()};
    void* const outputs[] = {&value, residuals.data(), scratch_.data()};
    if (!program_->run(inputs, outputs).is_ok()) {
      std::ranges::fill(residuals, not_a_number);
      std::ranges::fill(entries, not_a_number);
      return not_a_number;
    }
    for (std::size_t k = 0; k < entries.size(); ++k) entries[k] = scratch_[places_[k]];
    return value;
  }

 private:
  void compile() {
    const ArrayFunction all = [f = loss_, r = residuals_](std::span<const Array> arguments) -> std::vector<Array> {
      const ArrayFunction along = [&r](std::span<const Array> at) -> std::vector<Array> {
        return jvp(r, {at[0]}, {at[1]}).tangents;
      };
      const Array& x = arguments[0];
      return {f({&x, 1}).front(), r({&x, 1}).front(), vmap_at(along, arguments, {false, true}).front()};
    };
    program_.emplace(all, types_with_directions(type_, products_), options_);
  }

  analysis::SparsityPattern pattern_;
  std::size_t products_;
  std::vector<double> directions_;
  std::vector<std::size_t> places_;
  ArrayFunction loss_, residuals_;
  Type type_;
  ProgramOptions options_;
  std::optional<Compiled> program_;
  std::vector<double> scratch_;
};

class TracedHessian final : public SparseSource {
 public:
  TracedHessian(analysis::SparsityPattern pattern, const analysis::Colouring& colouring, ArrayFunction loss, Type x,
                const ProgramOptions& options, std::unique_ptr<TracedJacobian> jacobian, bool has_cheap_factors)
      : pattern_(std::move(pattern)),
        products_(colouring.count),
        places_(analysis::places_in_products(pattern_, colouring)),
        directions_(directions_of(colouring)),
        loss_(std::move(loss)),
        type_(std::move(x)),
        options_(options),
        jacobian_(std::move(jacobian)),
        has_cheap_factors_(has_cheap_factors) {}

  const analysis::SparsityPattern& pattern() const override { return pattern_; }
  std::size_t products() const override { return products_; }
  bool has_cheap_factors() const override { return has_cheap_factors_; }
  SparseJacobian* jacobian() override { return jacobian_.get(); }
  double trace_seconds() const override {
    return (program_ ? program_->program().trace_seconds() : 0) + (jacobian_ ? jacobian_->trace_seconds() : 0);
  }
  double compile_seconds() const override {
    return (program_ ? program_->program().compile_seconds() : 0) + (jacobian_ ? jacobian_->compile_seconds() : 0);
  }

  void hessian(std::span<const double> x, std::span<double> entries) override {
    if (!program_) compile();
    scratch_.resize(products_ * x.size());
    const void* const inputs[] = {x.data(), directions_.data()};
    void* const outputs[] = {scratch_.data()};
    if (!program_->run(inputs, outputs).is_ok()) {
      std::ranges::fill(entries, not_a_number);
      return;
    }
    for (std::size_t k = 0; k < entries.size(); ++k) entries[k] = scratch_[places_[k]];
  }

 private:
  void compile() {
    const ArrayFunction all = [f = loss_](std::span<const Array> arguments) {
      const ArrayFunction product = [&f](std::span<const Array> at) -> std::vector<Array> {
        return {hvp_at(f, at[0], at[1])};
      };
      return vmap_at(product, arguments, {false, true});
    };
    program_.emplace(all, types_with_directions(type_, products_), options_);
  }

  analysis::SparsityPattern pattern_;
  std::size_t products_;
  std::vector<std::size_t> places_;
  std::vector<double> directions_;
  ArrayFunction loss_;
  Type type_;
  ProgramOptions options_;
  std::unique_ptr<TracedJacobian> jacobian_;
  bool has_cheap_factors_;
  std::optional<Compiled> program_;
  std::vector<double> scratch_;
};

std::size_t most_entries(std::size_t n) { return n * std::min(n / 2, most_entries_a_row); }

bool is_worth_it(const analysis::Colouring& colouring, std::size_t rows) {
  return colouring.count * variables_per_product <= colouring.colours.size() && colouring.count * rows <= most_numbers;
}

std::unique_ptr<TracedJacobian> traced_jacobian(const ArrayFunction& loss, const ArrayFunction& residuals,
                                                const Type& x, const ProgramOptions& options) {
  const auto n = static_cast<std::size_t>(x.shape.size());
  const std::array inputs{x};
  analysis::Sparsity found = analysis::jacobian_sparsity(ir::trace(residuals, inputs), {.entries = most_entries(n)});
  if (found.kind != analysis::Sparsity::Kind::sparse) return nullptr;
  const analysis::Colouring colouring = analysis::column_colouring(found.pattern);
  if (!is_worth_it(colouring, found.pattern.rows())) return nullptr;
  return std::make_unique<TracedJacobian>(std::move(found.pattern), colouring, loss, residuals, x, options);
}

}  // namespace

std::unique_ptr<SparseSource> traced_sparse(const ArrayFunction& loss, const ArrayFunction& residuals, const Type& x,
                                            const ProgramOptions& options) {
  const auto n = static_cast<std::size_t>(x.shape.size());
  const std::array inputs{x};
  const ir::Traced gradient = ir::trace(
      [&loss](std::span<const Array> arguments) -> std::vector<Array> {
        return {value_and_gradient_at(loss, arguments).gradient};
      },
      inputs);
  analysis::Sparsity found = analysis::jacobian_sparsity(gradient, {.entries = most_entries(n)});
  if (found.kind != analysis::Sparsity::Kind::sparse) return nullptr;
  analysis::SparsityPattern pattern = analysis::symmetric(found.pattern);
  const analysis::Colouring colouring = analysis::star_colouring(pattern);
  if (!is_worth_it(colouring, n)) return nullptr;
  const double work = SparseFactors(pattern).work(), entries = static_cast<double>(pattern.entries.size());
  if (work > most_work) return nullptr;
  const bool is_cheap = work <= std::max(cheap_work, cheap_work_an_entry * entries);
  std::unique_ptr<TracedJacobian> jacobian;
  if (residuals && is_cheap && n >= least_jacobian_variables) jacobian = traced_jacobian(loss, residuals, x, options);
  return std::make_unique<TracedHessian>(std::move(pattern), colouring, loss, x, options, std::move(jacobian),
                                         is_cheap);
}

}  // namespace downhill::optimize
