#include "optimize/krylov_space.hpp"

#include <algorithm>
#include <limits>

#include "optimize/norms.hpp"

namespace downhill::optimize {

namespace {

constexpr std::size_t most_numbers = std::size_t{1} << 25U;
constexpr std::size_t reorthogonalised_up_to = 1000;  // variables

}  // namespace

KrylovSpace::KrylovSpace(const QuadraticModel& model, std::size_t most)
    : model_(model),
      most_(std::max<std::size_t>(1, std::min(most, most_numbers / model.size()))),
      steepness_(norm(model.gradient())),
      next_(model.gradient()) {
  for (double& entry : next_) entry /= steepness_;
}

KrylovSpace::Growth KrylovSpace::extend() {
  if (next_.empty() || size() == most_) return Growth::complete;
  const std::size_t k = size();
  std::vector<double> product = model_.product(next_);
  const double length = norm(product);
  if (!is_finite(product)) {
    next_.clear();
    return Growth::complete;
  }
  const double along = dot(next_, product);
  for (std::size_t i = 0; i < product.size(); ++i) {
    product[i] -= along * next_[i];
    if (k > 0) product[i] -= beyond_ * vectors_.back()[i];
  }
  if (k > 0) matrix_.beside.push_back(beyond_);
  matrix_.diagonal.push_back(along);
  vectors_.push_back(std::move(next_));
  if (product.size() <= reorthogonalised_up_to) {
    for (const std::vector<double>& q : vectors_) {
      const double part = dot(q, product);
      for (std::size_t i = 0; i < product.size(); ++i) product[i] -= part * q[i];
    }
  }
  beyond_ = norm(product);
  next_.clear();
  if (beyond_ > 8 * std::numeric_limits<double>::epsilon() * length && size() < product.size()) {
    for (double& entry : product) entry /= beyond_;
    next_ = std::move(product);
  } else {
    beyond_ = 0;
  }
  return Growth::grown;
}

std::vector<double> KrylovSpace::gradient() const {
  std::vector<double> result(size(), 0.0);
  result.front() = steepness_;
  return result;
}

std::vector<double> KrylovSpace::combine(std::span<const double> h) const {
  std::vector<double> result(model_.size(), 0.0);
  for (std::size_t k = 0; k < h.size(); ++k) {
    for (std::size_t i = 0; i < result.size(); ++i) result[i] += h[k] * vectors_[k][i];
  }
  return result;
}

}  // namespace downhill::optimize
