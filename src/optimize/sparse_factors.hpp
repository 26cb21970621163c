#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "optimize/sparse_matrix.hpp"

namespace downhill::optimize {

/// The factors L D Lᵀ of matrices of one pattern, reordered once so that few entries fill in.
/// Reference of the order: Amestoy, Davis & Duff, SIAM J. Matrix Anal. Appl. 17 (1996) 886-905.
class SparseFactors {
 public:
  /// pattern: symmetric, with the whole diagonal
  explicit SparseFactors(const analysis::SparsityPattern& pattern);
  ~SparseFactors();
  SparseFactors(const SparseFactors&) = delete;
  SparseFactors& operator=(const SparseFactors&) = delete;

  /// Multiplications of one factorisation.
  [[nodiscard]] double work() const;
  /// Factors A + shift I. Whether it is positive definite: every pivot above `margin` times the largest. Only then may `solve` be called.
  [[nodiscard]] bool factorise(const SparseMatrix& matrix, double shift, double margin = 0);
  /// (A + shift I)⁻¹ right
  [[nodiscard]] std::vector<double> solve(std::span<const double> right) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace downhill::optimize
