#include "app/statistics.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <limits>

#include "app/null_space.hpp"
#include "optimize/residual_loss/residual_loss_model.hpp"

namespace downhill::app {
namespace {

using Matrix = Eigen::MatrixXd;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Factors = Eigen::ColPivHouseholderQR<Matrix>;

constexpr double infinity = std::numeric_limits<double>::infinity();

// (JᵀJ)⁻¹ for J = Q R Pᵀ D: D⁻¹ P R⁻¹ R⁻ᵀ Pᵀ D⁻¹, with D the lengths of the columns.
Matrix inverse_gram(const Factors& factors, const Eigen::VectorXd& lengths) {
  const auto n = lengths.size();
  const Matrix r = factors.matrixR().topLeftCorner(n, n);
  const Matrix inverse = r.triangularView<Eigen::Upper>().solve(Matrix::Identity(n, n));
  const Matrix root = lengths.cwiseInverse().asDiagonal() * (factors.colsPermutation() * inverse);
  return root * root.transpose();
}

// Σ ψ² / (m - n) of the influences ψ, over their mean slope squared, with Huber's correction K for the spread of the slopes. Plain
// least squares has ψ = r, ψ' = 1 and K = 1.
double variance_of(std::span<const double> residuals, std::size_t rank, std::size_t degrees, const ResidualLoss& loss) {
  if (degrees == 0) return std::numeric_limits<double>::quiet_NaN();
  const auto m = static_cast<double>(residuals.size());
  double influences = 0, slopes = 0, squared_slopes = 0;
  for (const double r : residuals) {
    const optimize::ResidualCost cost = loss.model().cost(r);
    influences = std::fma(cost.weight * r, cost.weight * r, influences);
    slopes += cost.curvature;
    squared_slopes += cost.curvature * cost.curvature;
  }
  const double slope = slopes / m;
  const double spread = std::max(0.0, squared_slopes / m - slope * slope);
  const double correction = 1 + static_cast<double>(rank) / m * (spread / (slope * slope));
  const double scaled = correction / slope;
  return scaled * scaled * (influences / static_cast<double>(degrees));
}

// The squared lengths of the rows of Q, m × rank.
std::vector<double> leverages_of(const Factors& factors, Eigen::Index m, Eigen::Index rank) {
  Matrix q = Matrix::Identity(m, rank);
  q.applyOnTheLeft(factors.householderQ());
  const Eigen::VectorXd squares = q.rowwise().squaredNorm();
  return {squares.begin(), squares.end()};
}

void forget_undetermined(FitStatistics& result, std::size_t n) {
  for (const UndeterminedParameters& group : result.undetermined) {
    for (const std::size_t i : group.parameters) {
      for (std::size_t j = 0; j < n; ++j) result.covariance[i * n + j] = result.covariance[j * n + i] = infinity;
    }
  }
}

}  // namespace

FitStatistics fit_statistics(std::span<const double> residuals, std::span<const double> jacobian, std::size_t n,
                             const ResidualLoss& loss) {
  const auto m = static_cast<Eigen::Index>(residuals.size());
  const auto columns = static_cast<Eigen::Index>(n);
  FitStatistics result;
  for (const double r : residuals) result.residual_sum_of_squares = std::fma(r, r, result.residual_sum_of_squares);

  Matrix scaled = Eigen::Map<const RowMajor>(jacobian.data(), m, columns);
  Eigen::VectorXd lengths(columns);
  for (Eigen::Index j = 0; j < columns; ++j) {
    const double length = scaled.col(j).stableNorm();
    lengths[j] = length > 0 ? length : 1;
    scaled.col(j) /= lengths[j];
  }
  result.covariance.assign(n * n, infinity);
  if (scaled.allFinite()) {
    Factors factors(scaled);
    factors.setThreshold(64 * std::numeric_limits<double>::epsilon() * static_cast<double>(std::max(m, columns)));
    const Eigen::Index rank = factors.rank();
    result.rank = static_cast<std::size_t>(rank);
    result.degrees_of_freedom = residuals.size() > result.rank ? residuals.size() - result.rank : 0;
    const double variance = variance_of(residuals, result.rank, result.degrees_of_freedom, loss);
    result.residual_standard_deviation = std::sqrt(variance);
    result.leverages = leverages_of(factors, m, rank);
    Eigen::Map<RowMajor> covariance(result.covariance.data(), columns, columns);
    if (rank == columns) {
      covariance = variance * inverse_gram(factors, lengths);
    } else {
      const NullSpace space = null_space(scaled, lengths, rank);
      covariance = variance * space.inverse_gram;
      result.null_space = space.directions;
      result.undetermined = space.groups;
      forget_undetermined(result, n);
    }
  } else {
    result.residual_standard_deviation = std::numeric_limits<double>::quiet_NaN();
    result.leverages.assign(residuals.size(), infinity);
  }
  for (std::size_t i = 0; i < n; ++i) result.standard_errors.push_back(std::sqrt(result.covariance[i * n + i]));
  return result;
}

FitStatistics fit_statistics(std::span<const double> residuals, std::span<const double> jacobian,
                             const optimize::Face& free, const ResidualLoss& loss) {
  constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  const std::size_t n = jacobian.size() / residuals.size(), m = residuals.size();
  if (free.is_whole()) return fit_statistics(residuals, jacobian, n, loss);
  FitStatistics result;
  if (free.size() > 0) {
    result = fit_statistics(residuals, free.columns(jacobian, m), free.size(), loss);
  } else {
    for (const double r : residuals) result.residual_sum_of_squares = std::fma(r, r, result.residual_sum_of_squares);
    result.degrees_of_freedom = m;
    result.residual_standard_deviation = std::sqrt(variance_of(residuals, 0, m, loss));
    result.leverages.assign(m, 0.0);
  }
  std::vector<double> covariance(n * n, unknown);
  for (std::size_t a = 0; a < free.size(); ++a) {
    for (std::size_t b = 0; b < free.size(); ++b) {
      covariance[free.variables()[a] * n + free.variables()[b]] = result.covariance[a * free.size() + b];
    }
  }
  result.covariance = std::move(covariance);
  result.standard_errors = free.whole(result.standard_errors, unknown);
  for (std::vector<double>& direction : result.null_space) direction = free.whole(direction, 0);
  for (UndeterminedParameters& group : result.undetermined) {
    for (std::size_t& i : group.parameters) i = free.variables()[i];
  }
  for (std::size_t i = 0; i < n; ++i) {
    if (std::ranges::find(free.variables(), i) == free.variables().end()) result.held.push_back(i);
  }
  return result;
}

}  // namespace downhill::app
