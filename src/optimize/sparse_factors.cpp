#include "optimize/sparse_factors.hpp"

#include <Eigen/SparseCholesky>
#include <algorithm>

namespace downhill::optimize {

namespace {

using Columns = Eigen::SparseMatrix<double>;

class Cholesky : public Eigen::SimplicialLDLT<Columns, Eigen::Lower, Eigen::AMDOrdering<int>> {
 public:
  [[nodiscard]] double work() const {
    double sum = 0;
    for (Eigen::Index j = 0; j < m_nonZerosPerCol.size(); ++j) {
      const double below = m_nonZerosPerCol[j];
      sum += below * (below + 3) / 2;
    }
    return sum;
  }
};

}  // namespace

struct SparseFactors::Parts {
  Columns matrix;  // its rows are its columns
  Cholesky factors;
};

SparseFactors::SparseFactors(const analysis::SparsityPattern& pattern) : parts_(std::make_unique<Parts>()) {
  const auto n = static_cast<Eigen::Index>(pattern.rows());
  Columns& matrix = parts_->matrix;
  matrix.resize(n, n);
  matrix.resizeNonZeros(static_cast<Eigen::Index>(pattern.entries.size()));
  std::ranges::transform(pattern.begin, matrix.outerIndexPtr(), [](std::size_t k) { return static_cast<int>(k); });
  std::ranges::transform(pattern.entries, matrix.innerIndexPtr(), [](std::uint32_t j) { return static_cast<int>(j); });
  std::fill_n(matrix.valuePtr(), pattern.entries.size(), 0.0);
  parts_->factors.analyzePattern(matrix);
}

SparseFactors::~SparseFactors() = default;

double SparseFactors::work() const { return parts_->factors.work(); }

bool SparseFactors::factorise(const SparseMatrix& matrix, double shift, double margin) {
  std::ranges::copy(matrix.entries, parts_->matrix.valuePtr());
  parts_->factors.setShift(shift);
  parts_->factors.factorize(parts_->matrix);
  if (parts_->factors.info() != Eigen::Success) return false;
  const auto pivots = parts_->factors.vectorD();
  return pivots.minCoeff() > std::max(margin * pivots.maxCoeff(), 0.0);
}

std::vector<double> SparseFactors::solve(std::span<const double> right) const {
  const Eigen::Map<const Eigen::VectorXd> b(right.data(), static_cast<Eigen::Index>(right.size()));
  const Eigen::VectorXd solution = parts_->factors.solve(b);
  return {solution.begin(), solution.end()};
}

}  // namespace downhill::optimize
