#include "optimize/scaled_residuals.hpp"

#include <Eigen/Cholesky>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <limits>

#include "optimize/eigen_decomposition.hpp"
#include "optimize/norms.hpp"
#include "optimize/residual_model.hpp"

namespace downhill::optimize {

namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Vector = Eigen::VectorXd;

// Of the smallest to the largest pivot of JᵀJ: the step then has about half of its digits right.
constexpr double least_ratio_of_pivots = 1e-7;
// Variables up to which loops written out take less time than calls of Eigen.
constexpr std::size_t most_small = 16;

Eigen::Index index(std::size_t i) { return static_cast<Eigen::Index>(i); }
Eigen::Map<const Vector> view(std::span<const double> v) { return {v.data(), index(v.size())}; }
Eigen::Map<const RowMajor> view(std::span<const double> matrix, std::size_t columns) {
  return {matrix.data(), index(matrix.size() / columns), index(columns)};
}
std::vector<double> numbers(const Vector& v) { return {v.begin(), v.end()}; }

}  // namespace

void ScaledResiduals::set(std::span<const double> jacobian, std::span<const double> residuals,
                          std::span<const double> scale) {
  rows_.clear();
  right_.clear();
  decomposed_.reset();
  if (!is_solved_by_products(jacobian, residuals, scale)) solve_by_rows(residuals);
}

// The pivots of JᵀJ, and with them the Gauss-Newton step.
bool ScaledResiduals::is_solved_by_products(std::span<const double> jacobian, std::span<const double> residuals,
                                            std::span<const double> scale) {
  const std::size_t n = scale.size();
  columns_.resize(jacobian.size());
  matrix_.assign(n * n, 0.0);
  if (n <= most_small) {
    gradient_.assign(n, 0.0);
    double* const __restrict matrix = matrix_.data();
    for (std::size_t i = 0; i < residuals.size(); ++i) {
      const double* const from = jacobian.data() + i * n;
      double* const row = columns_.data() + i * n;
      for (std::size_t j = 0; j < n; ++j) row[j] = from[j] / scale[j];
      for (std::size_t j = 0; j < n; ++j) gradient_[j] = std::fma(row[j], residuals[i], gradient_[j]);
      for (std::size_t j = 0; j < n; ++j) {
        double* const sums = matrix + j * n;
        for (std::size_t k = 0; k <= j; ++k) sums[k] = std::fma(row[j], row[k], sums[k]);
      }
    }
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t k = 0; k < j; ++k) matrix[k * n + j] = matrix[j * n + k];
    }
    return is_solved_by_small_factors();
  }
  Eigen::Map<RowMajor> columns(columns_.data(), index(residuals.size()), index(n));
  columns = view(jacobian, n);
  columns.array().rowwise() /= view(scale).transpose().array();
  gradient_.resize(n);
  Eigen::Map<Vector>(gradient_.data(), index(n)) = columns.transpose() * view(residuals);
  Eigen::Map<RowMajor> product(matrix_.data(), index(n), index(n));
  product.selfadjointView<Eigen::Lower>().rankUpdate(columns.transpose());
  product.triangularView<Eigen::StrictlyUpper>() = product.transpose();
  const Eigen::LLT<RowMajor> factors(product);
  if (factors.info() != Eigen::Success) return false;
  const auto roots = factors.matrixLLT().diagonal();
  const double ratio = roots.minCoeff() / roots.maxCoeff();
  if (!(ratio * ratio > least_ratio_of_pivots)) return false;
  gauss_newton_ = numbers(factors.solve(-view(gradient_)));
  return true;
}

// The same of few variables: what is general costs more than the work itself.
bool ScaledResiduals::is_solved_by_small_factors() {
  const std::size_t n = size();
  factors_ = matrix_;
  double least = std::numeric_limits<double>::infinity(), most = 0;
  for (std::size_t i = 0; i < n; ++i) {
    double* const row = factors_.data() + i * n;
    for (std::size_t j = 0; j <= i; ++j) {
      const double* const other = factors_.data() + j * n;
      double rest = row[j];
      for (std::size_t k = 0; k < j; ++k) rest = std::fma(-row[k], other[k], rest);
      if (j < i) {
        row[j] = rest / other[j];
      } else if (rest > 0) {
        row[i] = std::sqrt(rest);
        least = std::min(least, row[i]);
        most = std::max(most, row[i]);
      } else {
        return false;
      }
    }
  }
  const double ratio = least / most;
  if (!(ratio * ratio > least_ratio_of_pivots)) return false;
  std::vector<double>& y = gauss_newton_;
  y.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    double rest = -gradient_[i];
    for (std::size_t k = 0; k < i; ++k) rest = std::fma(-factors_[i * n + k], y[k], rest);
    y[i] = rest / factors_[i * n + i];
  }
  for (std::size_t i = n; i-- > 0;) {
    y[i] /= factors_[i * n + i];
    for (std::size_t k = 0; k < i; ++k) y[k] = std::fma(-factors_[i * n + k], y[i], y[k]);
  }
  return true;
}

void ScaledResiduals::solve_by_rows(std::span<const double> residuals) {
  const std::size_t n = size();
  const Eigen::Map<const RowMajor> columns = view(columns_, n);
  if (columns.rows() < index(n)) {
    rows_ = columns_;
    right_.assign(residuals.begin(), residuals.end());
  } else {
    const Eigen::HouseholderQR<Eigen::MatrixXd> qr(columns);
    const RowMajor triangle = qr.matrixQR().topRows(index(n)).triangularView<Eigen::Upper>();
    const Vector right = (qr.householderQ().adjoint() * view(residuals)).eval().head(index(n));
    rows_.assign(triangle.data(), triangle.data() + n * n);
    right_ = numbers(right);
    const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> pivoted(triangle);
    if (pivoted.rank() == index(n)) {
      gauss_newton_ = numbers(pivoted.solve(-right));
      return;
    }
  }
  decomposed_ = least_squares_model(rows_, right_, std::vector<double>(n, 1.0));
  std::vector<double> coordinates(n, 0.0);
  for (std::size_t k = 0; k < n; ++k) {
    if (decomposed_->curvatures[k] > 0) coordinates[k] = -decomposed_->gradient[k] / decomposed_->curvatures[k];
  }
  gauss_newton_ = decomposed_->combine(coordinates);
}

double ScaledResiduals::fall(std::span<const double> q) const {
  if (rows_.empty()) {
    if (size() > most_small) return -view(q).dot(2 * view(gradient_) + view(matrix_, size()) * view(q));
    double fall = 0;
    for (std::size_t i = 0; i < q.size(); ++i) fall -= q[i] * (2 * gradient_[i] + times_row(i, q));
    return fall;
  }
  const Vector change = view(rows_, size()) * view(q);
  return -change.dot(2 * view(right_) + change);
}

double ScaledResiduals::times_row(std::size_t i, std::span<const double> v) const {
  return dot(std::span(matrix_).subspan(i * v.size(), v.size()), v);
}

double ScaledResiduals::curvature_along(std::span<const double> v) const {
  if (size() > most_small) return view(v).dot(view(matrix_, size()) * view(v));
  double curvature = 0;
  for (std::size_t i = 0; i < v.size(); ++i) curvature += v[i] * times_row(i, v);
  return curvature;
}

void ScaledResiduals::damped(double radius, std::vector<double>& q) {
  if (norm(gauss_newton_) <= radius) {
    q = gauss_newton_;
    return;
  }
  if (!decomposed_ && rows_.empty()) {
    EigenDecomposition eigen = eigen_decomposition(matrix_, size());
    std::vector<double> coordinates = eigen.coordinates(gradient_);
    decomposed_ = LeastSquaresModel{std::move(eigen.values), std::move(coordinates), std::move(eigen.vectors)};
  }
  if (!decomposed_) decomposed_ = least_squares_model(rows_, right_, std::vector<double>(size(), 1.0));
  q = decomposed_->combine(damped_step(*decomposed_, radius));
}

}  // namespace downhill::optimize
