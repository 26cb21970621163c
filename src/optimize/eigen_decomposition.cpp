#include "optimize/eigen_decomposition.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <cmath>
#include <limits>

#include "optimize/norms.hpp"

namespace downhill::optimize {

namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::Map<const Matrix> view(std::span<const double> matrix, std::size_t n) {
  return {matrix.data(), static_cast<Eigen::Index>(n), static_cast<Eigen::Index>(n)};
}

}  // namespace

void orient(std::span<double> v) {
  const double negligible = 1e-10 * largest(v);
  for (const double entry : v) {
    if (std::abs(entry) <= negligible) continue;
    if (entry < 0) {
      for (double& e : v) e = -e;
    }
    return;
  }
}

std::vector<double> EigenDecomposition::coordinates(std::span<const double> v) const {
  std::vector<double> result(size());
  for (std::size_t k = 0; k < size(); ++k) result[k] = dot(vector(k), v);
  return result;
}

std::vector<double> EigenDecomposition::combine(std::span<const double> coordinates) const {
  std::vector<double> result(size(), 0.0);
  for (std::size_t k = 0; k < size(); ++k) {
    if (coordinates[k] == 0) continue;
    for (std::size_t i = 0; i < size(); ++i) result[i] += coordinates[k] * vectors[k * size() + i];
  }
  return result;
}

EigenDecomposition eigen_decomposition(std::span<const double> matrix, std::size_t n) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(view(matrix, n));
  EigenDecomposition result;
  result.values.resize(n);
  result.vectors.resize(n * n);
  for (std::size_t k = 0; k < n; ++k) {
    const auto column = static_cast<Eigen::Index>(k);
    result.values[k] = solver.eigenvalues()[column];
    for (std::size_t i = 0; i < n; ++i) {
      result.vectors[k * n + i] = solver.eigenvectors()(static_cast<Eigen::Index>(i), column);
    }
    orient(std::span(result.vectors).subspan(k * n, n));
  }
  return result;
}

std::vector<double> eigenvalues(std::span<const double> matrix, std::size_t n) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(view(matrix, n), Eigen::EigenvaluesOnly);
  return {solver.eigenvalues().begin(), solver.eigenvalues().end()};
}

// LDLᵀ has no square roots, whose bits would change with an odd power of two.
std::vector<double> solve_positive_definite(std::span<const double> matrix, std::span<const double> right) {
  const std::size_t n = right.size();
  const Eigen::LDLT<Eigen::MatrixXd> factors(view(matrix, n));
  if (factors.info() != Eigen::Success || !factors.isPositive()) return {};
  const auto pivots = factors.vectorD();
  const double margin = 1e3 * static_cast<double>(n) * std::numeric_limits<double>::epsilon();
  if (!(pivots.minCoeff() > margin * pivots.maxCoeff())) return {};
  const Eigen::Map<const Eigen::VectorXd> b(right.data(), static_cast<Eigen::Index>(n));
  const Eigen::VectorXd solution = factors.solve(b);
  return {solution.begin(), solution.end()};
}

}  // namespace downhill::optimize
