#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "optimize/sparse_matrix.hpp"

/// A Hessian in variables of comparable size. With x = D x̂, D a diagonal of powers of two taken from the Hessian itself, and the
/// loss divided by 2^e, all entries of 2^-e D H D are below about 1 in size and the diagonal ones, where they dominate, near 1.
///
/// Only exponents change, so no digit is lost, and multiplying the loss by 2^k, or x_i by 2^k_i, leaves every scaled number the same to the bit.
namespace downhill::optimize {

class HessianScale {
 public:
  /// hessian: n*n; x: n, gives a length to variables the Hessian says nothing about.
  HessianScale(std::span<const double> hessian, std::span<const double> x);
  HessianScale(const SparseMatrix& hessian, std::span<const double> x);

  [[nodiscard]] std::size_t size() const { return exponents_.size(); }

  /// 2^-e D H D
  [[nodiscard]] std::vector<double> scale_matrix(std::span<const double> hessian) const;
  [[nodiscard]] SparseMatrix scale_matrix(const SparseMatrix& hessian) const;
  /// 2^-e D g: the gradient with respect to x̂.
  [[nodiscard]] std::vector<double> scale_gradient(std::span<const double> gradient) const;
  /// D⁻¹ v: a step or a point in x̂.
  [[nodiscard]] std::vector<double> scale_step(std::span<const double> v) const;
  /// D v̂: back to x.
  [[nodiscard]] std::vector<double> unscale_step(std::span<const double> scaled) const;
  /// 2^-e f
  [[nodiscard]] double scale_value(double value) const;
  /// 2^e f̂
  [[nodiscard]] double unscale_value(double scaled) const;

 private:
  template <class Rows>
  void build(const Rows& rows, std::span<const double> x);

  std::vector<int> exponents_;  // of D
  int value_exponent_ = 0;      // e
};

/// A Hessian in its own scale.
class ScaledHessian : public HessianScale {
 public:
  ScaledHessian(std::span<const double> hessian, std::span<const double> x)
      : HessianScale(hessian, x), matrix_(scale_matrix(hessian)) {}

  /// n*n
  [[nodiscard]] const std::vector<double>& matrix() const { return matrix_; }

 private:
  std::vector<double> matrix_;
};

}  // namespace downhill::optimize
