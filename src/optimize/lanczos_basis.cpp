#include "optimize/lanczos_basis.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "optimize/norms.hpp"

namespace downhill::optimize {

namespace {

constexpr std::uint64_t start_stream = 9;

// Of the length of a random vector, the part that a single direction has: about 1/√n. A curvature that the basis has not seen is far
// smaller than those it has only in directions whose part of its first vector is less than this share of that.
constexpr double unseen = 0.01;

Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> spectrum(std::span<const double> diagonal,
                                                        std::span<const double> beside) {
  const auto k = static_cast<Eigen::Index>(diagonal.size());
  Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver;
  solver.computeFromTridiagonal(Eigen::Map<const Eigen::VectorXd>(diagonal.data(), k),
                                Eigen::Map<const Eigen::VectorXd>(beside.data(), k - 1));
  return solver;
}

}  // namespace

LanczosBasis::LanczosBasis(std::size_t n, Product product)
    : n_(n), product_(std::move(product)), draws_(0, start_stream) {
  next_.resize(n);
  draw();
}

bool LanczosBasis::extend() {
  vectors_.push_back(next_);
  std::vector<double> image(n_);
  product_(vectors_.back(), image);
  if (!is_finite(image)) return false;
  diagonal_.push_back(dot(vectors_.back(), image));
  size_ = std::max(size_, norm(image));
  next_ = std::move(image);
  for (int pass = 0; pass < 2; ++pass) make_orthogonal(next_);
  double beside = norm(next_);
  if (!(beside > 1e-13 * size_)) {
    beside = 0;
    if (size() < n_) draw();
  } else {
    for (double& entry : next_) entry /= beside;
  }
  beside_.push_back(beside);
  return true;
}

std::vector<Extreme> LanczosBasis::ends() const {
  const auto k = static_cast<Eigen::Index>(size());
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver = spectrum(diagonal_, beside_);
  std::vector<Extreme> result;
  for (const Eigen::Index end : {Eigen::Index{0}, k - 1}) {
    Extreme extreme{solver.eigenvalues()[end],
                    std::abs(beside_.back() * solver.eigenvectors()(k - 1, end)),
                    std::vector<double>(n_, 0.0),
                    {}};
    for (Eigen::Index j = 0; j < k; ++j) {
      const double weight = solver.eigenvectors()(j, end);
      const std::vector<double>& vector = vectors_[static_cast<std::size_t>(j)];
      for (std::size_t i = 0; i < vector.size(); ++i) extreme.vector[i] += weight * vector[i];
    }
    result.push_back(std::move(extreme));
  }
  return result;
}

bool LanczosBasis::has_seen_the_flattest() const {
  const auto k = static_cast<Eigen::Index>(size());
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver = spectrum(diagonal_, beside_);
  if (!(solver.eigenvalues()[0] > 0)) return false;
  double last = 0;  // entry of the solution in the basis
  for (Eigen::Index j = 0; j < k; ++j) {
    last += solver.eigenvectors()(k - 1, j) * solver.eigenvectors()(0, j) / solver.eigenvalues()[j];
  }
  return std::abs(beside_.back() * last) < unseen / std::sqrt(static_cast<double>(n_));
}

void LanczosBasis::make_orthogonal(std::vector<double>& v) const {
  for (const std::vector<double>& q : vectors_) {
    const double share = dot(q, v);
    for (std::size_t i = 0; i < v.size(); ++i) v[i] -= share * q[i];
  }
}

void LanczosBasis::draw() {
  draws_.direction(next_);
  for (int pass = 0; pass < 2; ++pass) make_orthogonal(next_);
  const double length = norm(next_);
  for (double& entry : next_) entry /= length;
}

}  // namespace downhill::optimize
