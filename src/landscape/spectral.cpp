#include "landscape/spectral.hpp"

#include <Spectra/SymEigsSolver.h>
#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/landscape.hpp>

#include <algorithm>

#include "optimize/eigen_decomposition.hpp"
#include "optimize/norms.hpp"

namespace downhill::landscape {
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

[[noreturn]] void not_finite(const char* operation) {
  throw OptionError(fmt::format("{}: the Hessian is not finite there", operation));
}

Eigenpairs all_pairs(const char* operation, Objective& objective, std::span<const double> x) {
  const std::size_t n = x.size();
  std::vector<double> hessian(n * n);
  objective.hessian(x, hessian);
  if (!optimize::is_finite(hessian)) not_finite(operation);
  const optimize::EigenDecomposition all = optimize::eigen_decomposition(hessian, n);
  Eigenpairs result{all.values, {}, true};
  for (std::size_t k = 0; k < n; ++k) result.vectors.emplace_back(all.vector(k).begin(), all.vector(k).end());
  return result;
}

Eigenpairs end_pairs(const char* operation, Objective& objective, std::span<const double> x, std::size_t ends) {
  HessianProduct product(objective, x);
  const auto wanted = static_cast<Eigen::Index>(2 * ends);
  Spectra::SymEigsSolver<HessianProduct> solver(product, wanted,
                                                std::min<Eigen::Index>(product.rows(), 4 * wanted + 20));
  solver.init();  // a fixed start vector: the same bits every time
  const Eigen::Index found = solver.compute(Spectra::SortRule::BothEnds, 100, 1e-6, Spectra::SortRule::SmallestAlge);
  if (found < 2) not_finite(operation);
  Eigenpairs result;
  const auto vectors = solver.eigenvectors();
  for (Eigen::Index k = 0; k < found; ++k) {
    const Eigen::VectorXd column = vectors.col(k);
    result.values.push_back(solver.eigenvalues()[k]);
    result.vectors.emplace_back(column.begin(), column.end());
    optimize::orient(result.vectors.back());
  }
  if (!optimize::is_finite(result.values)) not_finite(operation);
  return result;
}

}  // namespace

Eigenpairs eigenpairs(const char* operation, Objective& objective, std::span<const double> x, std::size_t ends) {
  if (objective.capabilities().hessian == Derivatives::none) {
    throw OptionError(fmt::format("{}: needs second derivatives, which this loss has not", operation));
  }
  return x.size() <= most_dense ? all_pairs(operation, objective, x) : end_pairs(operation, objective, x, ends);
}

Spectrum spectrum(Objective& objective, std::span<const double> x) {
  constexpr std::size_t ends = 10;
  Eigenpairs pairs = eigenpairs("spectrum", objective, x, ends);
  return {std::move(pairs.values), pairs.is_complete, x.size()};
}

}  // namespace downhill::landscape
