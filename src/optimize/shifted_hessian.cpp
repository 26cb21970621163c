#include "optimize/shifted_hessian.hpp"

#include <Eigen/Cholesky>
#include <algorithm>

#include "optimize/eigen_decomposition.hpp"
#include "optimize/norms.hpp"
#include "optimize/sparse_factors.hpp"

namespace downhill::optimize {

namespace {

constexpr std::size_t most_dense = 2000;  // n products and n³/3 operations

class DenseShifted final : public ShiftedHessian {
 public:
  explicit DenseShifted(std::vector<double> hessian, std::size_t n)
      : hessian_(std::move(hessian)), n_(static_cast<Eigen::Index>(n)) {}

  bool factorise(double shift) override {
    Eigen::MatrixXd shifted = matrix();
    shifted.diagonal().array() -= shift;
    factors_.compute(shifted);
    return factors_.info() == Eigen::Success;
  }

  void solve(std::span<const double> right, std::span<double> solution) const override {
    Eigen::Map<Eigen::VectorXd>(solution.data(), n_) =
        factors_.solve(Eigen::Map<const Eigen::VectorXd>(right.data(), n_));
  }

  void multiply(std::span<const double> v, std::span<double> image) const override {
    Eigen::Map<Eigen::VectorXd>(image.data(), n_) = matrix() * Eigen::Map<const Eigen::VectorXd>(v.data(), n_);
  }

 private:
  [[nodiscard]] Eigen::Map<const Eigen::MatrixXd> matrix() const { return {hessian_.data(), n_, n_}; }

  std::vector<double> hessian_;
  Eigen::Index n_;
  Eigen::LLT<Eigen::MatrixXd> factors_;
};

class SparseShifted final : public ShiftedHessian {
 public:
  explicit SparseShifted(SparseMatrix hessian) : hessian_(std::move(hessian)), factors_(*hessian_.pattern) {}

  bool factorise(double shift) override { return factors_.factorise(hessian_, -shift); }
  void solve(std::span<const double> right, std::span<double> solution) const override {
    std::ranges::copy(factors_.solve(right), solution.begin());
  }
  void multiply(std::span<const double> v, std::span<double> image) const override {
    std::ranges::copy(hessian_.product(v), image.begin());
  }

 private:
  SparseMatrix hessian_;
  SparseFactors factors_;
};

}  // namespace

std::unique_ptr<ShiftedHessian> ShiftedHessian::at(Objective& objective, std::span<const double> x) {
  if (has_cheap_factors(objective)) {
    SparseMatrix hessian = sparse_hessian(objective, x);
    return is_finite(hessian.entries) ? std::make_unique<SparseShifted>(std::move(hessian)) : nullptr;
  }
  if (x.size() > most_dense) return nullptr;
  std::vector<double> hessian(x.size() * x.size());
  objective.hessian(x, hessian);
  return is_finite(hessian) ? std::make_unique<DenseShifted>(std::move(hessian), x.size()) : nullptr;
}

Extreme ShiftedHessian::flattest(std::size_t n, double shift) const {
  constexpr std::size_t enough = 24;
  LanczosBasis basis(n, [this](std::span<const double> v, std::span<double> image) { solve(v, image); });
  while (basis.size() < std::min(enough, n) && basis.extend()) {
  }
  Extreme end = basis.ends().back();
  orient(end.vector);
  end.image.resize(n);
  multiply(end.vector, end.image);
  end.value = dot(end.vector, end.image);
  std::vector<double> rest(end.image);
  for (std::size_t i = 0; i < rest.size(); ++i) rest[i] -= end.value * end.vector[i];
  end.error = std::min(norm(rest), end.value - shift);  // no curvature is below the shift
  return end;
}

}  // namespace downhill::optimize
