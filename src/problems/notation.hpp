#pragma once
#include <downhill/operations.hpp>
#include <downhill/problems.hpp>

#include <initializer_list>
#include <optional>
#include <utility>
#include <vector>

/// Short words in which the test functions read as in their papers.
namespace downhill::problems {

using Numbers = std::vector<double>;
using KnownPoints = std::vector<KnownPoint>;
using Kind = KnownPoint::Kind;

inline constexpr double infinity = std::numeric_limits<double>::infinity();

/// x[begin:end:step] of a vector, as in Python.
[[nodiscard]] inline Array part(const Array& x, std::int64_t begin, std::optional<std::int64_t> end = std::nullopt,
                                std::int64_t step = 1) {
  return slice(x, {Range{begin, end, step}});
}

/// x[k] of a vector; negative counts from the end.
[[nodiscard]] inline Array at(const Array& x, std::int64_t k) { return index(x, k); }

/// The number of elements, for formulas.
[[nodiscard]] inline double count(const Array& x) { return static_cast<double>(x.size()); }

/// 1, 2, …, n
[[nodiscard]] inline Array integers(std::int64_t n) { return arange(1.0, static_cast<double>(n) + 1); }

/// Vectors and numbers one after the other.
[[nodiscard]] Array together(const std::vector<Array>& parts);

/// x with `before` and `after` zeros around it.
[[nodiscard]] inline Array bordered(const Array& x, std::int64_t before, std::int64_t after) {
  return pad(x, {before}, {after});
}

/// Σ_(j = 0 … k-1) x_(i+j), for every i where all of them exist.
[[nodiscard]] Array window_sums(const Array& x, std::int64_t k);
/// x_(1 + (k i - back) mod n), i = 1 … n: strides of k around the vector.
[[nodiscard]] Array strided(const Array& x, std::int64_t k, std::int64_t back = 1);

[[nodiscard]] inline Array cube(const Array& x) { return pow(x, 3); }
[[nodiscard]] inline Array fourth(const Array& x) { return square(square(x)); }

// ---- starts: n numbers -------------------------------------------------------------------------------------------

using Start = std::function<Numbers(std::int64_t n)>;

/// (v, v, …)
[[nodiscard]] Start everywhere(double v);
/// The pattern, as often as it fits.
[[nodiscard]] Start repeated(const Numbers& pattern);
/// These numbers, for a problem of one size.
[[nodiscard]] Start given(const Numbers& x);
/// x_i = f(i, n), i = 1 … n
[[nodiscard]] Start each(const std::function<double(double i, double n)>& f);
/// `first`, then v, v, …
[[nodiscard]] Start beginning(const Numbers& first, double v);

// ---- known points --------------------------------------------------------------------------------------------------

using Known = std::function<KnownPoints(std::int64_t n)>;

/// One global minimum at (v, v, …).
[[nodiscard]] Known minimum_everywhere(double v, double value = 0);
/// One global minimum at the repeated pattern.
[[nodiscard]] Known minimum_repeated(const Numbers& pattern, double value = 0);
/// One global minimum of known value, whose place is not carried, at any n.
[[nodiscard]] Known minimum_value(double value);
/// The same points at any n: for problems of one size.
[[nodiscard]] Known points(const KnownPoints& list);
/// The lowest value anybody has reported, by n.
[[nodiscard]] Known best_known(const std::vector<std::pair<std::int64_t, double>>& values);
/// f falls without bound.
[[nodiscard]] Known unbounded_below();

// ---- dimensions --------------------------------------------------------------------------------------------------

[[nodiscard]] constexpr Dimensions fixed(std::int64_t n) { return {n, n, n}; }
/// Any n from `least`.
[[nodiscard]] constexpr Dimensions any(std::int64_t usual, std::int64_t least = 2,
                                       std::int64_t most = Dimensions::unlimited) {
  return {usual, least, most};
}
/// least, least + step, …
[[nodiscard]] constexpr Dimensions multiples(std::int64_t usual, std::int64_t step, std::int64_t least) {
  return {usual, least, Dimensions::unlimited, step};
}
/// p², p >= 2
[[nodiscard]] constexpr Dimensions squares(std::int64_t usual) {
  return {usual, 4, Dimensions::unlimited, 1, Dimensions::Progression::squares};
}

}  // namespace downhill::problems
