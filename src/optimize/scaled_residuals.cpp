#include "optimize/scaled_residuals.hpp"

#include <Eigen/Cholesky>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <limits>

#include "optimize/eigen_decomposition.hpp"
#include "optimize/norms.hpp"
#include "optimize/residual_model.hpp"
#include "optimize/subproblem/boundary.hpp"

namespace downhill::optimize {

namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Vector = Eigen::VectorXd;

// Of the smallest to the largest pivot of JᵀJ: the step then has about half of its digits right.
constexpr double least_ratio_of_pivots = 1e-7;

Eigen::Index index(std::size_t i) { return static_cast<Eigen::Index>(i); }
Eigen::Map<const Vector> view(std::span<const double> v) { return {v.data(), index(v.size())}; }
Eigen::Map<const RowMajor> view(std::span<const double> matrix, std::size_t columns) {
  return {matrix.data(), index(matrix.size() / columns), index(columns)};
}
std::vector<double> numbers(const Vector& v) { return {v.begin(), v.end()}; }

}  // namespace

ScaledResiduals::ScaledResiduals(std::span<const double> jacobian, std::span<const double> residuals,
                                 std::span<const double> scale) {
  const std::size_t n = scale.size();
  RowMajor columns = view(jacobian, n);
  columns.array().rowwise() /= view(scale).transpose().array();
  gradient_ = numbers(columns.transpose() * view(residuals));
  matrix_.resize(n * n, 0.0);
  Eigen::Map<RowMajor> product(matrix_.data(), index(n), index(n));
  product.selfadjointView<Eigen::Lower>().rankUpdate(columns.transpose());
  product.triangularView<Eigen::StrictlyUpper>() = product.transpose();

  const Eigen::LLT<RowMajor> factors(product);
  if (factors.info() == Eigen::Success) {
    const auto roots = factors.matrixLLT().diagonal();
    const double ratio = roots.minCoeff() / roots.maxCoeff();
    if (ratio * ratio > least_ratio_of_pivots) {
      gauss_newton_ = numbers(factors.solve(-view(gradient_)));
      return;
    }
  }
  if (columns.rows() < index(n)) {
    rows_.assign(columns.data(), columns.data() + columns.size());
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
  if (rows_.empty()) return -view(q).dot(2 * view(gradient_) + view(matrix_, size()) * view(q));
  const Vector change = view(rows_, size()) * view(q);
  return -change.dot(2 * view(right_) + change);
}

std::vector<double> ScaledResiduals::dogleg(double radius) const {
  const double far = norm(gauss_newton_);
  if (far <= radius) return gauss_newton_;
  const Vector gradient = view(gradient_) / norm(gradient_);
  const double steepness = norm(gradient_);
  const double curvature = gradient.dot(view(matrix_, size()) * gradient);
  const double lowest = steepness / curvature;
  if (!(lowest < radius)) return numbers(-radius * gradient);
  // The model at the lowest point along the gradient has fallen by this part of what the Gauss-Newton step gains.
  const double part = steepness * lowest / std::abs(dot(gradient_, gauss_newton_));
  const double bend = std::min(1.0, 0.2 + 0.8 * part);
  if (bend * far <= radius) return numbers((radius / far) * view(gauss_newton_));
  const std::vector<double> near = numbers(-lowest * gradient);
  const std::vector<double> way = numbers(bend * view(gauss_newton_) - view(near));
  const double t = way_to_boundary(near, way, radius);
  return numbers(view(near) + t * view(way));
}

std::vector<double> ScaledResiduals::damped(double radius) {
  if (norm(gauss_newton_) <= radius) return gauss_newton_;
  if (!decomposed_ && rows_.empty()) {
    EigenDecomposition eigen = eigen_decomposition(matrix_, size());
    std::vector<double> coordinates = eigen.coordinates(gradient_);
    decomposed_ = LeastSquaresModel{std::move(eigen.values), std::move(coordinates), std::move(eigen.vectors)};
  }
  if (!decomposed_) decomposed_ = least_squares_model(rows_, right_, std::vector<double>(size(), 1.0));
  return decomposed_->combine(damped_step(*decomposed_, radius));
}

}  // namespace downhill::optimize
