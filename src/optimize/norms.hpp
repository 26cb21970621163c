#pragma once
#include <span>

/// Norms that neither overflow nor underflow, and whose bits do not change when all entries are multiplied by a power of two.
/// Sums are taken in the order of lane_sum.
namespace downhill::optimize {

/// The largest |v_i|; NaN if any entry is NaN; 0 for an empty vector.
[[nodiscard]] double largest(std::span<const double> v);
/// The exponent of 2 of a size; 0 for 0 and for what is not finite.
[[nodiscard]] int exponent_of_size(double size);
/// The Euclidean norm.
[[nodiscard]] double norm(std::span<const double> v);
/// The sum of a_i b_i, which may overflow.
[[nodiscard]] double dot(std::span<const double> a, std::span<const double> b);
[[nodiscard]] bool is_finite(std::span<const double> v);
/// v_i becomes v_i 2^exponent, rounded once where that is subnormal.
void scale(std::span<double> v, int exponent);

}  // namespace downhill::optimize
