#include <downhill/error.hpp>
#include <downhill/objective.hpp>

#include <vector>

namespace downhill {

namespace {

[[noreturn]] void refuse(const char* what) {
  throw OptionError(std::string("objective: this loss supplies no ") + what);
}

}  // namespace

double LossSource::value_and_gradient(std::span<const double>, std::span<double>) { refuse("gradient"); }

void LossSource::hessian_vector(std::span<const double> x, std::span<const double> direction,
                                std::span<double> product) {
  if (capabilities().hessian == Derivatives::none) refuse("second derivatives");
  const std::size_t n = size();
  std::vector<double> matrix(n * n);
  hessian(x, matrix);
  for (std::size_t i = 0; i < n; ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < n; ++j) sum += matrix[i * n + j] * direction[j];
    product[i] = sum;
  }
}

void LossSource::hessian(std::span<const double> x, std::span<double> hessian) {
  if (capabilities().hessian == Derivatives::none) refuse("second derivatives");
  const std::size_t n = size();
  std::vector<double> unit(n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    unit[i] = 1;
    hessian_vector(x, unit, hessian.subspan(i * n, n));  // row i = column i
    unit[i] = 0;
  }
}

SplitValue LossSource::split_value_and_gradient(std::span<const double> x, std::span<double> gradient) {
  const double value = value_and_gradient(x, gradient);
  return {value, value};
}

double LossSource::residuals(std::span<const double>, std::span<double>) { refuse("residuals"); }

double LossSource::residuals_and_jacobian(std::span<const double>, std::span<double>, std::span<double>) {
  refuse("jacobian of residuals");
}

std::string LossSource::first_not_finite(std::span<const double>) { return {}; }

void LossSource::values(std::span<const double> points, std::span<double> values) {
  const std::size_t n = size();
  for (std::size_t k = 0; k < values.size(); ++k) values[k] = value(points.subspan(k * n, n));
}

Objective::Objective(std::shared_ptr<LossSource> source)
    : source_(std::move(source)), size_(source_->size()), capabilities_(source_->capabilities()) {
  if (size_ == 0) throw ShapeError("objective: there is nothing to vary: 0 variables");
}

void Objective::add(const EvaluationCounts& more) {
  counts_.value += more.value;
  counts_.gradient += more.gradient;
  counts_.hessian_vector += more.hessian_vector;
  counts_.hessian += more.hessian;
  counts_.residuals += more.residuals;
  counts_.jacobian += more.jacobian;
}

}  // namespace downhill
