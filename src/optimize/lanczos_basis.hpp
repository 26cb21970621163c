#pragma once
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "optimize/draws.hpp"

namespace downhill::optimize {

/// An eigenpair, about.
struct Extreme {
  double value = 0;                 ///< vᵀH v
  double error = 0;                 ///< |H v - value v|: there is an eigenvalue no farther from it
  std::vector<double> vector = {};  ///< of length 1
  std::vector<double> image = {};   ///< H v
};

/// An orthonormal basis in which a symmetric matrix H is tridiagonal, each vector made orthogonal to all before it twice (Lanczos, J. Res. Nat. Bur. Standards
/// 45 (1950) 255-282). Where the space is complete it goes on from a new drawn vector: a Hessian with few different eigenvalues hides the
/// others otherwise.
class LanczosBasis {
 public:
  using Product = std::function<void(std::span<const double> v, std::span<double> image)>;

  LanczosBasis(std::size_t n, Product product);

  [[nodiscard]] std::size_t size() const { return vectors_.size(); }
  /// False where the product is not finite.
  bool extend();
  /// The ends of the spectrum in this basis: the smallest and the largest.
  [[nodiscard]] std::vector<Extreme> ends() const;
  /// Whether all eigenvalues are positive and none is hidden that is far smaller than the smallest seen. The residual of H p = q, q the first
  /// vector, is a polynomial in H that is 1 at 0, applied to q: where it is small, q has no share in directions of curvature 0.
  [[nodiscard]] bool has_seen_the_flattest() const;

 private:
  void make_orthogonal(std::vector<double>& v) const;
  void draw();

  std::size_t n_;
  Product product_;
  Draws draws_;
  std::vector<std::vector<double>> vectors_;
  std::vector<double> diagonal_, beside_, next_;
  double size_ = 0;  // the largest |H q|
};

}  // namespace downhill::optimize
