#include "optimize/scaled_hessian.hpp"

#include <algorithm>
#include <climits>
#include <cmath>

namespace downhill::optimize {

namespace {

constexpr int undefined = INT_MIN / 4;

int exponent_of(double number) { return number == 0 || !std::isfinite(number) ? undefined : std::ilogb(number); }

int floor_half(int number) { return number >= 0 ? number / 2 : -((1 - number) / 2); }

// The entries of a matrix, row by row.
struct DenseRows {
  std::span<const double> matrix;
  std::size_t n;
  [[nodiscard]] double diagonal(std::size_t i) const { return matrix[i * n + i]; }
  template <class Visit>
  void each(std::size_t i, const Visit& visit) const {
    for (std::size_t j = 0; j < n; ++j) visit(j, matrix[i * n + j]);
  }
};

struct SparseRows {
  const SparseMatrix& matrix;
  [[nodiscard]] double diagonal(std::size_t i) const {
    double result = 0;
    each(i, [&](std::size_t j, double entry) { result = j == i ? entry : result; });
    return result;
  }
  template <class Visit>
  void each(std::size_t i, const Visit& visit) const {
    const analysis::SparsityPattern& pattern = *matrix.pattern;
    for (std::size_t k = pattern.begin[i]; k < pattern.begin[i + 1]; ++k) visit(pattern.entries[k], matrix.entries[k]);
  }
};

// E_i with 2^E_i >= about |H_ii| and E_i + E_j >= 2 exponent(H_ij): by scaling with 2^(-E_i / 2) every entry becomes at most about 1.
// Starts from the diagonal; in one pass in index order each row is raised until it covers its couplings.
template <class Rows>
std::vector<int> row_exponents(const Rows& hessian, std::size_t n) {
  std::vector<int> rows(n);
  for (std::size_t i = 0; i < n; ++i) rows[i] = exponent_of(hessian.diagonal(i));
  for (std::size_t i = 0; i < n; ++i) {
    hessian.each(i, [&](std::size_t j, double entry) {
      const int coupling = exponent_of(entry);
      if (j == i || coupling == undefined || rows[j] == undefined) return;
      rows[i] = std::max(rows[i], 2 * coupling - rows[j]);
    });
  }
  return rows;
}

// Rows whose only couplings are to rows with no diagonal, as in x*y: the length of x decides between them.
template <class Rows>
void settle_by_length(std::vector<int>& rows, const Rows& hessian, std::span<const double> x) {
  const std::size_t n = x.size();
  for (std::size_t i = 0; i < n; ++i) {
    if (rows[i] != undefined) continue;
    hessian.each(i, [&](std::size_t j, double entry) {
      const int coupling = exponent_of(entry);
      if (coupling == undefined) return;
      if (rows[j] == undefined) {
        const int x_i = exponent_of(x[i]), x_j = exponent_of(x[j]);
        const int shift = x_i == undefined || x_j == undefined ? 0 : x_j - x_i;
        rows[i] = coupling + shift;  // E_i + E_j = 2 coupling, E_i - E_j = 2 shift
        rows[j] = coupling - shift;
      } else {
        rows[i] = std::max(rows[i], 2 * coupling - rows[j]);
      }
    });
  }
}

}  // namespace

HessianScale::HessianScale(std::span<const double> hessian, std::span<const double> x) {
  build(DenseRows{hessian, x.size()}, x);
}

HessianScale::HessianScale(const SparseMatrix& hessian, std::span<const double> x) { build(SparseRows{hessian}, x); }

template <class Rows>
void HessianScale::build(const Rows& hessian, std::span<const double> x) {
  const std::size_t n = x.size();
  std::vector<int> rows = row_exponents(hessian, n);
  settle_by_length(rows, hessian, x);

  // Halving exponents must not depend on a common shift of all of them (f times an odd power of two): count from the first row's parity.
  const auto first = std::find_if(rows.begin(), rows.end(), [](int e) { return e != undefined; });
  const int parity = first == rows.end() ? 0 : (*first & 1);
  exponents_.assign(n, undefined);
  int longest = undefined;  // of the scaled x over rows that have a scale
  for (std::size_t i = 0; i < n; ++i) {
    if (rows[i] == undefined) continue;
    exponents_[i] = -floor_half(rows[i] - parity);
    if (exponent_of(x[i]) != undefined) longest = std::max(longest, exponent_of(x[i]) - exponents_[i]);
  }
  if (longest == undefined) longest = 0;
  // A variable the Hessian says nothing about gets a scale in which it is as long as the longest of the others.
  for (std::size_t i = 0; i < n; ++i) {
    if (exponents_[i] != undefined) continue;
    exponents_[i] = exponent_of(x[i]) == undefined ? 0 : exponent_of(x[i]) - longest;
  }
  int top = undefined;
  for (std::size_t i = 0; i < n; ++i) {
    hessian.each(i, [&](std::size_t j, double entry) {
      const int e = exponent_of(entry);
      if (e != undefined) top = std::max(top, e + exponents_[i] + exponents_[j]);
    });
  }
  value_exponent_ = top == undefined ? 0 : top;
}

SparseMatrix HessianScale::scale_matrix(const SparseMatrix& hessian) const {
  SparseMatrix result = hessian;
  const analysis::SparsityPattern& pattern = *hessian.pattern;
  for (std::size_t i = 0; i < size(); ++i) {
    for (std::size_t k = pattern.begin[i]; k < pattern.begin[i + 1]; ++k) {
      result.entries[k] =
          std::ldexp(result.entries[k], exponents_[i] + exponents_[pattern.entries[k]] - value_exponent_);
    }
  }
  return result;
}

std::vector<double> HessianScale::scale_matrix(std::span<const double> hessian) const {
  const std::size_t n = size();
  std::vector<double> result(hessian.begin(), hessian.end());
  const auto [least, most] = std::ranges::minmax(exponents_);
  const bool is_safe = least > -250 && most < 250 && std::abs(value_exponent_) < 500;  // no factor over- or underflows
  std::vector<double> factors(n);
  for (std::size_t i = 0; i < n && is_safe; ++i) factors[i] = std::ldexp(1.0, exponents_[i]);
  for (std::size_t i = 0; i < n; ++i) {
    const std::span<double> row = std::span(result).subspan(i * n, n);
    if (!is_safe) {
      for (std::size_t j = 0; j < n; ++j) row[j] = std::ldexp(row[j], exponents_[i] + exponents_[j] - value_exponent_);
      continue;
    }
    const double factor = std::ldexp(1.0, exponents_[i] - value_exponent_);
    for (std::size_t j = 0; j < n; ++j) row[j] *= factor * factors[j];
  }
  return result;
}

std::vector<double> HessianScale::scale_gradient(std::span<const double> gradient) const {
  std::vector<double> result(gradient.size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i] = std::ldexp(gradient[i], exponents_[i] - value_exponent_);
  }
  return result;
}

std::vector<double> HessianScale::scale_step(std::span<const double> v) const {
  std::vector<double> result(v.size());
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = std::ldexp(v[i], -exponents_[i]);
  return result;
}

std::vector<double> HessianScale::unscale_step(std::span<const double> scaled) const {
  std::vector<double> result(scaled.size());
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = std::ldexp(scaled[i], exponents_[i]);
  return result;
}

double HessianScale::scale_value(double value) const { return std::ldexp(value, -value_exponent_); }

double HessianScale::unscale_value(double scaled) const { return std::ldexp(scaled, value_exponent_); }

}  // namespace downhill::optimize
