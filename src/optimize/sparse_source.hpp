#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "analysis/sparsity.hpp"

/// Derivatives of few entries, of a loss of many variables.
namespace downhill::optimize {

/// The Jacobian of a sum of squares by its entries: one derivative of the residuals along a direction for each colour of its columns.
class SparseJacobian {
 public:
  virtual ~SparseJacobian() = default;
  /// m×n
  [[nodiscard]] virtual const analysis::SparsityPattern& pattern() const = 0;
  /// Directions that a Jacobian costs: the number of colours.
  [[nodiscard]] virtual std::size_t products() const = 0;
  /// residuals: m; entries: of the pattern, row by row. Returns the value of the loss; all NaN where they cannot be computed.
  virtual double evaluate(std::span<const double> x, std::span<double> residuals, std::span<double> entries) = 0;
};

/// The Hessian by its entries: one product for each colour of its columns.
class SparseSource {
 public:
  virtual ~SparseSource() = default;
  /// Symmetric, with the whole diagonal.
  [[nodiscard]] virtual const analysis::SparsityPattern& pattern() const = 0;
  /// Products that a Hessian costs: the number of colours.
  [[nodiscard]] virtual std::size_t products() const = 0;
  /// Whether its factors cost no more than some hundreds of products with it.
  [[nodiscard]] virtual bool has_cheap_factors() const = 0;
  /// entries: of the pattern, row by row; NaN where they cannot be computed
  virtual void hessian(std::span<const double> x, std::span<double> entries) = 0;
  /// Null where the loss is no sum of squares.
  [[nodiscard]] virtual SparseJacobian* jacobian() { return nullptr; }
  [[nodiscard]] virtual double trace_seconds() const = 0;
  [[nodiscard]] virtual double compile_seconds() const = 0;
};

}  // namespace downhill::optimize
