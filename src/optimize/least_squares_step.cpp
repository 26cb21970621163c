#include "optimize/least_squares_step.hpp"

#include <Eigen/QR>
#include <Eigen/SVD>
#include <algorithm>
#include <limits>

namespace downhill::optimize {

std::vector<double> LeastSquaresModel::combine(std::span<const double> coordinates) const {
  const std::size_t n = curvatures.size();
  std::vector<double> result(n, 0.0);
  for (std::size_t k = 0; k < n; ++k) {
    if (coordinates[k] == 0) continue;
    for (std::size_t i = 0; i < n; ++i) result[i] += coordinates[k] * vectors[k * n + i];
  }
  return result;
}

// J D⁻¹ = Q R by Householder, R = U Σ Vᵀ by one-sided Jacobi, which is accurate for small singular values too.
LeastSquaresModel least_squares_model(std::span<const double> jacobian, std::span<const double> residuals,
                                      std::span<const double> scale) {
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto n = static_cast<Eigen::Index>(scale.size());
  const auto m = static_cast<Eigen::Index>(residuals.size());
  const Eigen::Index rows = std::max(m, n);
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(rows, n);
  matrix.topRows(m) = Eigen::Map<const RowMajor>(jacobian.data(), m, n);
  for (Eigen::Index j = 0; j < n; ++j) matrix.col(j) /= scale[static_cast<std::size_t>(j)];
  Eigen::VectorXd right = Eigen::VectorXd::Zero(rows);
  right.head(m) = Eigen::Map<const Eigen::VectorXd>(residuals.data(), m);

  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(matrix);
  right.applyOnTheLeft(qr.householderQ().adjoint());
  const Eigen::MatrixXd triangle = qr.matrixQR().topRows(n).triangularView<Eigen::Upper>();
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(triangle, Eigen::ComputeFullU | Eigen::ComputeFullV);
  const Eigen::VectorXd coordinates = svd.matrixU().adjoint() * right.head(n);

  LeastSquaresModel model;
  const double zero = static_cast<double>(n) * std::numeric_limits<double>::epsilon() * svd.singularValues()[0];
  for (Eigen::Index k = n; k-- > 0;) {  // ascending
    const double singular = svd.singularValues()[k];
    const bool is_null = !(singular > zero);
    model.curvatures.push_back(is_null ? 0.0 : singular * singular);
    model.gradient.push_back(is_null ? 0.0 : singular * coordinates[k]);
    for (Eigen::Index i = 0; i < n; ++i) model.vectors.push_back(svd.matrixV()(i, k));
  }
  return model;
}

}  // namespace downhill::optimize
