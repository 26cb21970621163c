#include "app/statistics.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <limits>

namespace downhill::app {
namespace {

using Matrix = Eigen::MatrixXd;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// (JᵀJ)⁻¹ for J = Q R Pᵀ D: D⁻¹ P R⁻¹ R⁻ᵀ Pᵀ D⁻¹, with D the lengths of the columns.
Matrix inverse_gram(const Eigen::ColPivHouseholderQR<Matrix>& factors, const Eigen::VectorXd& lengths) {
  const auto n = lengths.size();
  const Matrix r = factors.matrixR().topLeftCorner(n, n);
  const Matrix inverse = r.triangularView<Eigen::Upper>().solve(Matrix::Identity(n, n));
  const Matrix root = lengths.cwiseInverse().asDiagonal() * (factors.colsPermutation() * inverse);
  return root * root.transpose();
}

}  // namespace

FitStatistics fit_statistics(std::span<const double> residuals, std::span<const double> jacobian, std::size_t n) {
  const auto m = static_cast<Eigen::Index>(residuals.size());
  const auto columns = static_cast<Eigen::Index>(n);
  FitStatistics result;
  for (const double r : residuals) result.residual_sum_of_squares = std::fma(r, r, result.residual_sum_of_squares);
  result.degrees_of_freedom = residuals.size() > n ? residuals.size() - n : 0;
  const double variance = result.degrees_of_freedom == 0
                              ? std::numeric_limits<double>::quiet_NaN()
                              : result.residual_sum_of_squares / static_cast<double>(result.degrees_of_freedom);
  result.residual_standard_deviation = std::sqrt(variance);

  Matrix scaled = Eigen::Map<const RowMajor>(jacobian.data(), m, columns);
  Eigen::VectorXd lengths(columns);
  for (Eigen::Index j = 0; j < columns; ++j) {
    const double length = scaled.col(j).stableNorm();
    lengths[j] = length > 0 ? length : 1;
    scaled.col(j) /= lengths[j];
  }
  Eigen::ColPivHouseholderQR<Matrix> factors(scaled);
  factors.setThreshold(64 * std::numeric_limits<double>::epsilon() * static_cast<double>(std::max(m, columns)));
  result.rank = scaled.allFinite() ? static_cast<std::size_t>(factors.rank()) : 0;
  result.covariance.assign(n * n, std::numeric_limits<double>::infinity());
  if (result.rank == n && m >= columns) {
    const Matrix covariance = variance * inverse_gram(factors, lengths);
    Eigen::Map<RowMajor>(result.covariance.data(), columns, columns) = covariance;
  }
  for (std::size_t i = 0; i < n; ++i) result.standard_errors.push_back(std::sqrt(result.covariance[i * n + i]));
  return result;
}

}  // namespace downhill::app
