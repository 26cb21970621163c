#include "optimize/dense_box_model.hpp"

#include "optimize/eigen_decomposition.hpp"
#include "optimize/face.hpp"
#include "optimize/norms.hpp"
#include "optimize/trust_region.hpp"

namespace downhill::optimize {

std::vector<double> DenseBoxModel::gradient_at(std::span<const double> step) const {
  const std::size_t n = step.size();
  std::vector<double> result(gradient_.begin(), gradient_.end());
  for (std::size_t i = 0; i < n; ++i) result[i] += dot(hessian_.subspan(i * n, n), step);
  return result;
}

double DenseBoxModel::fall(std::span<const double> step) const {
  const std::size_t n = step.size();
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (step[i] != 0) sum += step[i] * (gradient_[i] + 0.5 * dot(hessian_.subspan(i * n, n), step));
  }
  return -sum;
}

std::vector<double> DenseBoxModel::face_step(std::span<const std::size_t> variables, std::span<const double> step,
                                             std::span<const double> gradient, double radius) const {
  const Face face(step.size(), {variables.begin(), variables.end()});
  const std::vector<double> matrix = face.square_part(hessian_);
  std::vector<double> right = face.part(gradient);
  for (double& entry : right) entry = -entry;
  std::vector<double> plain = solve_positive_definite(matrix, right);
  if (!plain.empty() && norm(plain) <= radius) return face.whole(plain, 0);
  const EigenDecomposition eigen = eigen_decomposition(matrix, face.size());
  const std::vector<double> coordinates = eigen.coordinates(face.part(gradient));
  return face.whole(eigen.combine(trust_region_step(above_rounding(eigen.values), coordinates, radius)), 0);
}

}  // namespace downhill::optimize
