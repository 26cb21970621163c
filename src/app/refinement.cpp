#include "app/refinement.hpp"

#include <Eigen/QR>
#include <limits>

namespace downhill::app {
namespace {

constexpr int most_steps = 60;
constexpr double least_contraction = 0.9;
constexpr double rounding_growth = 1e-9;

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

struct Step {
  Eigen::VectorXd step;
  double length =
      std::numeric_limits<double>::infinity();  // in units of the residuals: |D step|, D the column lengths of J
  double value = 0;
};

Step gauss_newton(Objective& objective, const Eigen::VectorXd& x) {
  const auto m = static_cast<Eigen::Index>(objective.capabilities().residuals);
  const auto n = x.size();
  Eigen::VectorXd residuals(m);
  RowMajor jacobian(m, n);
  Step result;
  result.value = objective.residuals_and_jacobian({x.data(), static_cast<std::size_t>(n)},
                                                  {residuals.data(), static_cast<std::size_t>(m)},
                                                  {jacobian.data(), static_cast<std::size_t>(m * n)});
  if (!jacobian.allFinite() || !residuals.allFinite()) return result;
  Eigen::VectorXd lengths = jacobian.colwise().stableNorm().transpose();
  for (double& length : lengths) length = length > 0 ? length : 1;
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> factors(jacobian * lengths.cwiseInverse().asDiagonal());
  if (factors.rank() < n || m < n) return result;
  const Eigen::VectorXd scaled = factors.solve(-residuals);
  result.step = scaled.cwiseQuotient(lengths);
  result.length = scaled.norm();
  return result;
}

}  // namespace

std::vector<double> refine_fit(Objective& objective, std::span<const double> start) {
  Eigen::VectorXd x = Eigen::Map<const Eigen::VectorXd>(start.data(), static_cast<Eigen::Index>(start.size()));
  Step here = gauss_newton(objective, x);
  for (int i = 0; i < most_steps && here.length > 0 && here.step.size() > 0; ++i) {
    const Eigen::VectorXd next = x + here.step;
    const Step there = gauss_newton(objective, next);
    const bool is_better =
        there.length < least_contraction * here.length && there.value <= here.value * (1 + rounding_growth);
    if (!is_better) break;
    x = next;
    here = there;
  }
  return {x.begin(), x.end()};
}

}  // namespace downhill::app
