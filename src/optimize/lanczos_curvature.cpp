#include <Spectra/SymEigsSolver.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "optimize/curvature.hpp"
#include "optimize/eigen_decomposition.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/norms.hpp"

namespace downhill::optimize {

namespace {

// The Hessian at x as Spectra wants it.
class HessianProduct {
 public:
  using Scalar = double;
  HessianProduct(Objective& objective, std::span<const double> x) : objective_(objective), x_(x) {}
  [[nodiscard]] Eigen::Index rows() const { return static_cast<Eigen::Index>(x_.size()); }
  [[nodiscard]] Eigen::Index cols() const { return rows(); }
  void perform_op(const double* in, double* out) const {
    objective_.hessian_vector(x_, {in, x_.size()}, {out, x_.size()});
  }

 private:
  Objective& objective_;
  std::span<const double> x_;
};

struct Extreme {
  double value;
  std::vector<double> vector;
};

// The smallest and the largest eigenpair; empty when Lanczos does not converge.
// Lanczos, J. Res. Nat. Bur. Standards 45 (1950) 255-282, with implicit restarts.
std::vector<Extreme> extremes(Objective& objective, std::span<const double> x) {
  HessianProduct product(objective, x);
  Spectra::SymEigsSolver<HessianProduct> solver(product, 2, std::min<Eigen::Index>(product.rows(), 40));
  solver.init();  // a fixed start vector: the same bits every time
  solver.compute(Spectra::SortRule::BothEnds, 30, 1e-8, Spectra::SortRule::SmallestAlge);
  if (solver.info() != Spectra::CompInfo::Successful) return {};
  std::vector<Extreme> result;
  for (Eigen::Index k = 0; k < 2; ++k) {
    const Eigen::VectorXd column = solver.eigenvectors().col(k);
    Extreme extreme{solver.eigenvalues()[k], {column.begin(), column.end()}};
    if (!std::isfinite(extreme.value)) return {};
    orient(extreme.vector);
    result.push_back(std::move(extreme));
  }
  return result;
}

// Conjugate gradients for H p = -g, stopped at negative curvature or when the residual is small (Hestenes & Stiefel,
// J. Res. Nat. Bur. Standards 49 (1952) 409-436).
std::vector<double> newton_step(Objective& objective, std::span<const double> x, std::span<const double> gradient) {
  const std::size_t n = x.size();
  std::vector<double> step(n, 0.0), residual(n), direction(n), product(n);
  for (std::size_t i = 0; i < n; ++i) direction[i] = residual[i] = -gradient[i];
  const double first = norm(residual);
  double size = first;
  for (int iteration = 0; iteration < 200 && size > 1e-3 * first; ++iteration) {
    objective.hessian_vector(x, direction, product);
    const double curvature = dot(direction, product);
    if (!(curvature > 0)) break;
    const double along_direction = size * (size / curvature);
    for (std::size_t i = 0; i < n; ++i) {
      step[i] += along_direction * direction[i];
      residual[i] -= along_direction * product[i];
    }
    const double next = norm(residual);
    const double ratio = (next / size) * (next / size);
    for (std::size_t i = 0; i < n; ++i) direction[i] = residual[i] + ratio * direction[i];
    size = next;
  }
  return step;
}

}  // namespace

Curvature lanczos_curvature(Objective& objective, std::span<const double> x, std::span<const double> gradient,
                            std::span<const double> gradient_noise) {
  const std::size_t n = x.size();
  Curvature result;
  result.size = n;
  result.is_partial = true;
  result.unit.assign(n, 1.0);
  const std::vector<Extreme> ends = extremes(objective, x);
  if (ends.empty()) return result;
  result.is_known = true;
  result.smallest = ends[0].value;
  result.largest = ends[1].value;
  const double size = std::max(std::abs(result.smallest), std::abs(result.largest));
  result.rounding = 1e-8 * size;

  std::vector<double> significant(gradient.begin(), gradient.end());
  for (std::size_t i = 0; i < n; ++i) {
    if (std::abs(significant[i]) <= 4 * gradient_noise[i]) significant[i] = 0;
  }
  result.newton_step = newton_step(objective, x, significant);
  std::vector<double> ahead = along(x, 1, result.newton_step);
  Box(objective.bounds()).project(ahead);

  for (const Extreme& end : ends) {
    // How much this curvature changes over the next Newton step.
    std::vector<double> here(n), there(n);
    objective.hessian_vector(x, end.vector, here);
    objective.hessian_vector(ahead, end.vector, there);
    for (std::size_t i = 0; i < n; ++i) there[i] -= here[i];
    const double change = norm(there);
    if (!(std::abs(end.value) > result.rounding && change < 0.25 * std::abs(end.value))) {
      ++result.doubtful;
      result.flat_directions.push_back(end.vector);
    } else if (end.value > 0) {
      ++result.positive;
    } else if (++result.negative == 1) {
      result.downward = end.vector;
      result.downward_curvature = end.value;
      for (std::size_t i = 0; i < n; ++i) result.downward_noise += std::abs(end.vector[i]) * gradient_noise[i];
    }
  }
  // All other curvatures lie between the two.
  if (result.doubtful == 0 && result.negative == 0) result.positive = n;
  if (result.negative == 2) result.negative = n;
  return result;
}

}  // namespace downhill::optimize
