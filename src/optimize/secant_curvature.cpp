#include "optimize/secant_curvature.hpp"

#include <algorithm>
#include <cmath>

#include "optimize/norms.hpp"

namespace downhill::optimize {

namespace {

constexpr double much_better = 1.5;     // times the error of the other model
constexpr double good = 0.1;            // error of a forecast, of the fall
constexpr double hardly_falling = 0.2;  // of f: a residual that falls faster is not settling at a large value
constexpr double least_cosine = 1e-12;  // between the step and the change of the gradient

}  // namespace

double SecantCurvature::along(std::span<const double> step) const {
  if (matrix_.empty()) return 0;
  double sum = 0;
  for (std::size_t i = 0; i < step.size(); ++i) {
    sum += step[i] * dot(std::span(matrix_).subspan(i * step.size(), step.size()), step);
  }
  return sum;
}

void SecantCurvature::judge(const Forecast& forecast) {
  const double by_residuals = std::abs(forecast.fall - forecast.by_residuals);
  const double by_secant = std::abs(forecast.fall - forecast.by_secant);
  if (much_better * by_secant < by_residuals) {
    if (forecast.fall < hardly_falling * forecast.value) is_trusted_ = true;
  } else if (much_better * by_residuals < by_secant || by_residuals < good * std::abs(forecast.fall)) {
    is_trusted_ = false;
  }
}

// S₊ = τS + (e yᵀ + y eᵀ)/(yᵀs) - (sᵀe) y yᵀ/(yᵀs)² with e = y# - τSs, y# = y - JᵀJ s, τ = min(1, |sᵀy#| / |sᵀSs|).
void SecantCurvature::update(std::span<const double> step, std::span<const double> change,
                             std::span<const double> by_jacobian) {
  const std::size_t n = step.size();
  matrix_.resize(n * n, 0.0);
  const double curvature = dot(step, change);
  if (!(std::abs(curvature) > least_cosine * norm(step) * norm(change))) return;
  std::vector<double>& wanted = wanted_;
  wanted.assign(change.begin(), change.end());
  for (std::size_t i = 0; i < n; ++i) wanted[i] -= by_jacobian[i];
  const double had = std::abs(along(step));
  const double size = had > 0 ? std::min(1.0, std::abs(dot(step, wanted)) / had) : 1.0;
  for (double& entry : matrix_) entry *= size;
  for (std::size_t i = 0; i < n; ++i) wanted[i] -= dot(std::span(matrix_).subspan(i * n, n), step);
  const double rest = dot(step, wanted) / curvature;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      matrix_[i * n + j] += (wanted[i] * change[j] + change[i] * wanted[j] - rest * change[i] * change[j]) / curvature;
    }
  }
  if (!is_finite(matrix_)) {
    matrix_.assign(n * n, 0.0);
    is_trusted_ = false;
  }
}

}  // namespace downhill::optimize
