#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>

#include "optimize/active_bounds.hpp"
#include "optimize/scaled_hessian.hpp"

namespace downhill::optimize {

namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;
using Index = Eigen::Index;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Sign = InwardCurvature::Sign;

constexpr Index most_weak = 10;     // of which every subset is looked at
constexpr double positive = 1e-10;  // a component of a unit eigenvector that is surely positive

// Every subset of 0, …, count - 1, or of more than `most_weak` those of one and two.
std::vector<std::vector<Index>> subsets(Index count) {
  std::vector<std::vector<Index>> result;
  if (count <= most_weak) {
    for (unsigned bits = 1; bits < 1U << static_cast<unsigned>(count); ++bits) {
      std::vector<Index>& subset = result.emplace_back();
      for (Index i = 0; i < count; ++i) {
        if ((bits >> static_cast<unsigned>(i) & 1U) != 0) subset.push_back(i);
      }
    }
    return result;
  }
  for (Index i = 0; i < count; ++i) {
    result.push_back({i});
    for (Index j = 0; j < i; ++j) result.push_back({j, i});
  }
  return result;
}

}  // namespace

InwardCurvature inward_curvature(std::span<const double> hessian, std::span<const double> x, std::size_t free,
                                 std::span<const double> inwards, double relative) {
  const ScaledHessian scaled(hessian, x);
  const auto n = static_cast<Index>(x.size()), f = static_cast<Index>(free);
  const Index w = n - f;
  const Eigen::Map<const RowMajor> h(scaled.matrix().data(), n, n);
  const Matrix coupling = h.topRightCorner(f, w);  // H_FW
  Matrix answer = Matrix::Zero(f, w);              // -H_FF⁻¹ H_FW: how the free variables follow the weak ones
  if (f > 0) answer = -h.topLeftCorner(f, f).ldlt().solve(coupling);
  const Matrix correction = coupling.transpose() * answer;
  Matrix schur = h.bottomRightCorner(w, w) + correction;
  const Vector signs = Eigen::Map<const Vector>(inwards.data(), w);
  schur = signs.asDiagonal() * (0.5 * (schur + schur.transpose())) * signs.asDiagonal();
  const double size = h.bottomRightCorner(w, w).cwiseAbs().maxCoeff() + correction.cwiseAbs().maxCoeff();
  const double error = std::max(relative, 64 * static_cast<double>(n) * std::numeric_limits<double>::epsilon()) * size;

  const auto direction_of = [&](const std::vector<Index>& subset, const Vector& v) {
    Vector weak = Vector::Zero(w);
    for (std::size_t k = 0; k < subset.size(); ++k) {
      weak[subset[k]] = signs[subset[k]] * std::abs(v[static_cast<Index>(k)]);
    }
    std::vector<double> direction(x.size());
    Eigen::Map<Vector> whole(direction.data(), n);
    whole.head(f) = answer * weak;
    whole.tail(w) = weak;
    return scaled.unscale_step(direction);
  };
  InwardCurvature result;
  double lowest = 0;
  for (const std::vector<Index>& subset : subsets(w)) {
    const auto k = static_cast<Index>(subset.size());
    Matrix part(k, k);
    for (Index i = 0; i < k; ++i) {
      for (Index j = 0; j < k; ++j) {
        part(i, j) = schur(subset[static_cast<std::size_t>(i)], subset[static_cast<std::size_t>(j)]);
      }
    }
    const Eigen::SelfAdjointEigenSolver<Matrix> eigen(part);
    for (Index j = 0; j < k && eigen.eigenvalues()[j] <= error; ++j) {
      const Vector v = eigen.eigenvectors().col(j);
      if (v.minCoeff() < positive && v.maxCoeff() > -positive) continue;  // of both signs
      if (eigen.eigenvalues()[j] >= -error) {
        if (result.sign == Sign::positive) result.sign = Sign::doubtful;
        result.flat_directions.push_back(direction_of(subset, v));
      } else if (eigen.eigenvalues()[j] < lowest) {
        lowest = eigen.eigenvalues()[j];
        result.sign = Sign::negative;
        result.direction = direction_of(subset, v);
        result.curvature = lowest / scaled.scale_value(1);
      }
    }
  }
  const bool is_proved = w <= most_weak || Eigen::LLT<Matrix>(schur).info() == Eigen::Success;
  if (result.sign == Sign::positive && !is_proved) result.sign = Sign::doubtful;
  return result;
}

}  // namespace downhill::optimize
