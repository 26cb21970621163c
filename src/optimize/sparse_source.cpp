#include "optimize/sparse_source.hpp"

#include <algorithm>
#include <limits>

namespace downhill::optimize {

SparseSource::SparseSource(analysis::SparsityPattern pattern, const analysis::Colouring& colouring)
    : pattern_(std::move(pattern)),
      colours_(colouring.colours),
      products_(colouring.count),
      places_(analysis::places_in_products(pattern_, colouring)) {}

std::vector<double> SparseSource::directions() const {
  const std::size_t n = pattern_.rows();
  std::vector<double> result(products_ * n, 0.0);
  for (std::size_t j = 0; j < n; ++j) result[colours_[j] * n + j] = 1;
  return result;
}

void SparseSource::hessian(std::span<const double> x, std::span<double> entries) {
  scratch_.resize(products_ * x.size());
  if (!multiply(x, scratch_)) {
    std::ranges::fill(entries, std::numeric_limits<double>::quiet_NaN());
    return;
  }
  for (std::size_t k = 0; k < entries.size(); ++k) entries[k] = scratch_[places_[k]];
}

}  // namespace downhill::optimize
