#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "optimize/quadratic_model.hpp"
#include "optimize/shifted_step.hpp"

/// The space that g, H g, H² g, ... span, where a model of any size becomes a small one.
namespace downhill::optimize {

/// Orthonormal vectors q_1 = g / |g|, q_2, ... such that QᵀH Q is tridiagonal, found one at a time (Lanczos).
///
/// Up to 1000 variables each new vector is made orthogonal to all before it.
/// Reference: Gould, Lucidi, Roma & Toint, SIAM J. Optim. 9 (1999) 504-525, algorithm 5.1.
class KrylovSpace {
 public:
  /// `most`: vectors at most; no more than 256 MB of them are kept.
  KrylovSpace(const QuadraticModel& model, std::size_t most);

  /// Adds a vector, for one product. Returns whether there was one to add.
  enum class Growth { grown, complete };
  Growth extend();

  [[nodiscard]] std::size_t size() const { return matrix_.diagonal.size(); }
  /// QᵀH Q
  [[nodiscard]] const Tridiagonal& matrix() const { return matrix_; }
  /// Qᵀg = |g| e_1
  [[nodiscard]] std::vector<double> gradient() const;
  [[nodiscard]] double steepness() const { return steepness_; }
  /// How much of H q for the last q lies outside the space: with p = Q h, |(H + shift I) p + g| = beyond |h_k|.
  [[nodiscard]] double beyond() const { return beyond_; }
  /// Q h
  [[nodiscard]] std::vector<double> combine(std::span<const double> h) const;

 private:
  const QuadraticModel& model_;
  std::size_t most_;
  double steepness_ = 0;
  double beyond_ = 0;
  std::vector<std::vector<double>> vectors_;
  std::vector<double> next_;
  Tridiagonal matrix_;
};

}  // namespace downhill::optimize
