#include "optimize/sparse_matrix.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "optimize/sparse_source.hpp"

namespace downhill::optimize {

std::vector<double> SparseMatrix::product(std::span<const double> v) const {
  std::vector<double> result(v.size());
  multiply(v, result);
  return result;
}

void SparseMatrix::multiply(std::span<const double> v, std::span<double> result) const {
  for (std::size_t i = 0; i < v.size(); ++i) {
    double sum = 0;
    for (std::size_t k = pattern->begin[i]; k < pattern->begin[i + 1]; ++k) sum += entries[k] * v[pattern->entries[k]];
    result[i] = sum;
  }
}

double SparseMatrix::largest_row() const {
  double result = 0;
  for (std::size_t i = 0; i < size(); ++i) {
    double sum = 0;
    for (std::size_t k = pattern->begin[i]; k < pattern->begin[i + 1]; ++k) sum += std::abs(entries[k]);
    result = std::max(result, sum);
  }
  return result;
}

double SparseMatrix::least_possible_eigenvalue() const {
  double result = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < size(); ++i) {
    double left = 0;
    for (std::size_t k = pattern->begin[i]; k < pattern->begin[i + 1]; ++k) {
      left += pattern->entries[k] == i ? entries[k] : -std::abs(entries[k]);
    }
    result = std::min(result, left);
  }
  return result;
}

double SparseMatrix::least_diagonal() const {
  double result = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < size(); ++i) {
    for (std::size_t k = pattern->begin[i]; k < pattern->begin[i + 1]; ++k) {
      if (pattern->entries[k] == i) result = std::min(result, entries[k]);
    }
  }
  return result;
}

bool has_cheap_factors(const Objective& objective) {
  const SparseSource* const sparse = objective.source()->sparse();
  return sparse != nullptr && sparse->has_cheap_factors();
}

SparseMatrix sparse_hessian(Objective& objective, std::span<const double> x) {
  SparseSource& source = *objective.source()->sparse();
  SparseMatrix result{&source.pattern(), std::vector<double>(source.pattern().entries.size())};
  source.hessian(x, result.entries);
  objective.add({.hessian_vector = source.products()});
  return result;
}

}  // namespace downhill::optimize
