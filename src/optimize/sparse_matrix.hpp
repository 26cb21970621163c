#pragma once
#include <downhill/objective.hpp>

#include <cstddef>
#include <span>
#include <vector>

#include "analysis/sparsity.hpp"

namespace downhill::optimize {

/// A symmetric matrix; entries as those of the pattern, row by row. The pattern outlives it.
struct SparseMatrix {
  const analysis::SparsityPattern* pattern = nullptr;
  std::vector<double> entries = {};

  [[nodiscard]] std::size_t size() const { return pattern->rows(); }
  [[nodiscard]] std::vector<double> product(std::span<const double> v) const;
  void multiply(std::span<const double> v, std::span<double> result) const;
  /// The largest sum of the sizes of a row's entries: no eigenvalue is larger.
  [[nodiscard]] double largest_row() const;
  /// No eigenvalue is lower (Gershgorin).
  [[nodiscard]] double least_possible_eigenvalue() const;
  [[nodiscard]] double least_diagonal() const;
};

/// Whether the loss offers its Hessian by its entries, and factors of it cost little.
[[nodiscard]] bool has_cheap_factors(const Objective& objective);

/// The Hessian of a loss that has one by its entries (LossSource::sparse); counted as the products it takes.
[[nodiscard]] SparseMatrix sparse_hessian(Objective& objective, std::span<const double> x);

}  // namespace downhill::optimize
