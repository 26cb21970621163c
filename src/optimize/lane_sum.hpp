#pragma once
#include <array>
#include <cstddef>

namespace downhill::optimize {

/// The sum of term(i), i < n, in one order on every CPU: 8 partial sums, of which sum j takes the terms j, j + 8, j + 16, … of the whole
/// groups of 8; ((0 + 4) + (2 + 6)) + ((1 + 5) + (3 + 7)); and to that the terms behind the last whole group in index order.
/// A term that is a few operations on numbers side by side makes a loop of SIMD instructions.
template <class Term>
double lane_sum(std::size_t n, const Term& term) {
  constexpr std::size_t lanes = 8;
  const std::size_t whole = n - n % lanes;
  double sum = 0;
  if (whole > 0) {
    std::array<double, lanes> part{};
    for (std::size_t i = 0; i < whole; i += lanes) {
      for (std::size_t j = 0; j < lanes; ++j) part[j] += term(i + j);
    }
    sum = ((part[0] + part[4]) + (part[2] + part[6])) + ((part[1] + part[5]) + (part[3] + part[7]));
  }
  for (std::size_t i = whole; i < n; ++i) sum += term(i);
  return sum;
}

}  // namespace downhill::optimize
