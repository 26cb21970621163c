#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "optimize/residual_steps.hpp"
#include "optimize/sparse_factors.hpp"
#include "optimize/sparse_matrix.hpp"

namespace downhill::optimize {

/// The linear model of a Jacobian of few entries, by sparse factors of JᵀJ.
///
/// The Gauss-Newton step is corrected once by its own residual, so that JᵀJ costs few digits (Björck, Linear Algebra Appl. 88/89 (1987)
/// 31-48). Where JᵀJ is not clearly definite, steps are those of JᵀJ with a shift at the size of its rounding: nearly the shortest.
/// Damped steps are those of JᵀJ with the shift that gives their length, to a tenth, found by Newton's method (Moré & Sorensen, SIAM J.
/// Sci. Stat. Comput. 4 (1983) 553-572).
class SparseResiduals final : public ResidualSteps {
 public:
  /// jacobian: its pattern, which outlives this.
  explicit SparseResiduals(const analysis::SparsityPattern& jacobian);
  SparseResiduals(const SparseResiduals&) = delete;
  SparseResiduals& operator=(const SparseResiduals&) = delete;

  /// Takes in the model: entries of J; residuals: m; scale: n, the diagonal of D.
  void set(std::span<const double> entries, std::span<const double> residuals, std::span<const double> scale);

  [[nodiscard]] double fall(std::span<const double> q) const override;
  void damped(double radius, std::vector<double>& q) override;

 private:
  [[nodiscard]] double curvature_along(std::span<const double> v) const override;
  [[nodiscard]] std::vector<double> times(std::span<const double> q) const;
  void add_transposed(std::span<const double> rows, std::vector<double>& sum) const;
  void multiply_by_itself();
  void solve();
  // The step of the present factors.
  [[nodiscard]] std::vector<double> downhill() const;

  const analysis::SparsityPattern& jacobian_;
  analysis::SparsityPattern columns_;  // of the transposed: the rows of each column
  std::vector<std::size_t> places_;    // of each entry of columns_ in the entries of J
  analysis::SparsityPattern product_;  // of JᵀJ
  std::unique_ptr<SparseFactors> factors_;
  std::vector<double> entries_, residuals_;  // of J D⁻¹; r
  SparseMatrix matrix_;                      // (J D⁻¹)ᵀ (J D⁻¹)
  double last_shift_ = 0;
  std::vector<double> row_;  // room
};

}  // namespace downhill::optimize
