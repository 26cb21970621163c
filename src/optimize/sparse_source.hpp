#pragma once
#include <cstddef>
#include <span>

#include "analysis/colouring.hpp"

/// A Hessian of few entries, of a loss of many variables.
namespace downhill::optimize {

/// Products with the Hessian for the sum of the unit vectors of each colour give every entry.
class SparseSource {
 public:
  SparseSource(analysis::SparsityPattern pattern, const analysis::Colouring& colouring);
  virtual ~SparseSource() = default;
  SparseSource(const SparseSource&) = delete;
  SparseSource& operator=(const SparseSource&) = delete;

  /// Symmetric, with the whole diagonal.
  [[nodiscard]] const analysis::SparsityPattern& pattern() const { return pattern_; }
  /// Products that a Hessian costs: the number of colours.
  [[nodiscard]] std::size_t products() const { return products_; }

  /// entries: of the pattern, row by row; NaN where they cannot be computed
  void hessian(std::span<const double> x, std::span<double> entries);
  [[nodiscard]] virtual double trace_seconds() const = 0;
  [[nodiscard]] virtual double compile_seconds() const = 0;

 protected:
  /// products * n: the sum of the unit vectors of each colour
  [[nodiscard]] std::vector<double> directions() const;
  /// products: products * n, in the order of the directions. False if they cannot be computed.
  virtual bool multiply(std::span<const double> x, std::span<double> products) = 0;

 private:
  analysis::SparsityPattern pattern_;
  std::vector<std::uint32_t> colours_;
  std::size_t products_;
  std::vector<std::size_t> places_;
  std::vector<double> scratch_;
};

}  // namespace downhill::optimize
