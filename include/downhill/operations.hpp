#pragma once
#include <downhill/array.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

/// The array functions: numpy's names, numpy's broadcasting. Plain numbers take the type of the array they meet; mixed
/// types give the first of f64, f32, i32, bool that occurs; functions of real numbers turn i32 and bool into f64.
/// Wrong shapes and types throw ShapeError naming the function, both types and the place of the call.
/// Derivatives where they do not exist follow the table in docs/derivatives.md.
namespace downhill {

// ---- arithmetic ----------------------------------------------------------------------------------------------------

[[nodiscard]] Array add(const Operand& x, const Operand& y);
[[nodiscard]] Array subtract(const Operand& x, const Operand& y);
[[nodiscard]] Array multiply(const Operand& x, const Operand& y);
/// Real division; integers are divided as f64.
[[nodiscard]] Array divide(const Operand& x, const Operand& y);
[[nodiscard]] Array negative(const Operand& x);
/// x ** y for reals as in IEEE 754 `pow`; a plain integer exponent of at most 8 in size becomes products.
[[nodiscard]] Array pow(const Operand& x, const Operand& y);
[[nodiscard]] Array square(const Operand& x);
[[nodiscard]] Array abs(const Operand& x);
/// -1, 0 or 1; NaN for NaN.
[[nodiscard]] Array sign(const Operand& x);
[[nodiscard]] Array floor(const Operand& x);
[[nodiscard]] Array ceil(const Operand& x);
/// To the nearest integer, halves to even.
[[nodiscard]] Array round(const Operand& x);
/// The larger; NaN if either is NaN; +0 above -0.
[[nodiscard]] Array maximum(const Operand& x, const Operand& y);
[[nodiscard]] Array minimum(const Operand& x, const Operand& y);
/// minimum(maximum(x, low), high)
[[nodiscard]] Array clip(const Operand& x, const Operand& low, const Operand& high);

[[nodiscard]] inline Array operator+(const Operand& x, const Operand& y) { return add(x, y); }
[[nodiscard]] inline Array operator-(const Operand& x, const Operand& y) { return subtract(x, y); }
[[nodiscard]] inline Array operator*(const Operand& x, const Operand& y) { return multiply(x, y); }
[[nodiscard]] inline Array operator/(const Operand& x, const Operand& y) { return divide(x, y); }
[[nodiscard]] inline Array operator-(const Operand& x) { return negative(x); }

// ---- comparisons and logic: results are bool -------------------------------------------------------------------------

[[nodiscard]] Array equal(const Operand& x, const Operand& y);
[[nodiscard]] Array not_equal(const Operand& x, const Operand& y);
[[nodiscard]] Array less(const Operand& x, const Operand& y);
[[nodiscard]] Array less_equal(const Operand& x, const Operand& y);
[[nodiscard]] Array greater(const Operand& x, const Operand& y);
[[nodiscard]] Array greater_equal(const Operand& x, const Operand& y);
[[nodiscard]] Array logical_and(const Operand& x, const Operand& y);
[[nodiscard]] Array logical_or(const Operand& x, const Operand& y);
[[nodiscard]] Array logical_not(const Operand& x);
/// x where `condition` holds, else y. The side not taken contributes exactly 0 to every derivative.
[[nodiscard]] Array where(const Operand& condition, const Operand& x, const Operand& y);

[[nodiscard]] inline Array operator<(const Operand& x, const Operand& y) { return less(x, y); }
[[nodiscard]] inline Array operator<=(const Operand& x, const Operand& y) { return less_equal(x, y); }
[[nodiscard]] inline Array operator>(const Operand& x, const Operand& y) { return greater(x, y); }
[[nodiscard]] inline Array operator>=(const Operand& x, const Operand& y) { return greater_equal(x, y); }

/// Converts elements: real to i32 truncates (NaN gives 0, out of range saturates), to bool is x != 0.
[[nodiscard]] Array astype(const Operand& x, DType dtype);
/// x, whose derivative counts as zero.
[[nodiscard]] Array stop_gradient(const Operand& x);

// ---- elementary functions: each within 2 units in the last place -----------------------------------------------------

[[nodiscard]] Array exp(const Operand& x);
[[nodiscard]] Array expm1(const Operand& x);
[[nodiscard]] Array exp2(const Operand& x);
[[nodiscard]] Array log(const Operand& x);
[[nodiscard]] Array log1p(const Operand& x);
[[nodiscard]] Array log2(const Operand& x);
[[nodiscard]] Array log10(const Operand& x);
[[nodiscard]] Array sqrt(const Operand& x);
[[nodiscard]] Array rsqrt(const Operand& x);
[[nodiscard]] Array cbrt(const Operand& x);
[[nodiscard]] Array sin(const Operand& x);
[[nodiscard]] Array cos(const Operand& x);
[[nodiscard]] Array tan(const Operand& x);
[[nodiscard]] Array asin(const Operand& x);
[[nodiscard]] Array acos(const Operand& x);
[[nodiscard]] Array atan(const Operand& x);
/// The angle of the point (x, y), in (-pi, pi].
[[nodiscard]] Array atan2(const Operand& y, const Operand& x);
[[nodiscard]] Array sinh(const Operand& x);
[[nodiscard]] Array cosh(const Operand& x);
[[nodiscard]] Array tanh(const Operand& x);
[[nodiscard]] Array asinh(const Operand& x);
[[nodiscard]] Array acosh(const Operand& x);
[[nodiscard]] Array atanh(const Operand& x);
[[nodiscard]] Array erf(const Operand& x);
[[nodiscard]] Array erfc(const Operand& x);
/// Distribution function and density of the standard normal distribution.
[[nodiscard]] Array normal_cdf(const Operand& x);
[[nodiscard]] Array normal_pdf(const Operand& x);
[[nodiscard]] Array lgamma(const Operand& x);
[[nodiscard]] Array digamma(const Operand& x);
/// The n-th derivative of digamma, 0 <= n <= 20.
[[nodiscard]] Array polygamma(int n, const Operand& x);
/// sin(x) / x, 1 at 0.
[[nodiscard]] Array sinc(const Operand& x);
/// x log y, 0 for x = 0 unless y is NaN.
[[nodiscard]] Array xlogy(const Operand& x, const Operand& y);
/// -x log x, 0 for x = 0, NaN for x < 0.
[[nodiscard]] Array entropy(const Operand& x);
/// sqrt(x² + y²) without overflow; gradient 0 at the origin.
[[nodiscard]] Array hypot(const Operand& x, const Operand& y);
/// log(exp x + exp y)
[[nodiscard]] Array logaddexp(const Operand& x, const Operand& y);

// ---- shape -----------------------------------------------------------------------------------------------------------

/// One length may be -1: what remains.
[[nodiscard]] Array reshape(const Operand& x, const Shape& shape);
/// Reverses the axes, or axis k of the result is axis axes[k] of x.
[[nodiscard]] Array transpose(const Operand& x, const std::vector<std::int64_t>& axes = {});
[[nodiscard]] Array broadcast_to(const Operand& x, const Shape& shape);
/// Inserts an axis of length 1 before `axis` (negative: from the end, -1 appends).
[[nodiscard]] Array expand_dims(const Operand& x, std::int64_t axis);

/// Part of one axis, as numpy's begin:end:step. Absent bounds mean the whole axis; negative ones count from the end.
struct Range {
  std::optional<std::int64_t> begin = std::nullopt;
  std::optional<std::int64_t> end = std::nullopt;
  std::int64_t step = 1;
};
/// x[ranges…]; axes beyond the ranges given stay whole.
[[nodiscard]] Array slice(const Operand& x, const std::vector<Range>& ranges);
/// x[i] along `axis`, which disappears. Negative counts from the end; out of range throws ShapeError.
[[nodiscard]] Array index(const Operand& x, std::int64_t i, std::int64_t axis = 0);

/// Zeros around x: `before[k]` and `after[k]` on axis k, and `between[k]` between neighbours.
[[nodiscard]] Array pad(const Operand& x, const std::vector<std::int64_t>& before,
                        const std::vector<std::int64_t>& after, const std::vector<std::int64_t>& between = {});
[[nodiscard]] Array concatenate(const std::vector<Array>& arrays, std::int64_t axis = 0,
                                std::source_location where = std::source_location::current());
/// Arrays of one shape side by side along a new first axis.
[[nodiscard]] Array stack(const std::vector<Array>& arrays,
                          std::source_location where = std::source_location::current());
/// x repeated `repeats` times along its first axis.
[[nodiscard]] Array tile(const Operand& x, std::int64_t repeats);

[[nodiscard]] Array zeros(const Shape& shape, DType dtype = DType::f64);
[[nodiscard]] Array ones(const Shape& shape, DType dtype = DType::f64);
[[nodiscard]] Array full(const Shape& shape, double value, DType dtype = DType::f64);
/// 0, 1, …, n - 1 as f64.
[[nodiscard]] Array arange(std::int64_t n);
/// begin, begin + step, … below end, as f64.
[[nodiscard]] Array arange(double begin, double end, double step = 1);
/// `count` numbers from `begin` to `end` inclusive, evenly spaced, as f64.
[[nodiscard]] Array linspace(double begin, double end, std::int64_t count);

// ---- selection by computed indices -----------------------------------------------------------------------------------

/// The slices of x along `axis` at `indices` (i32): the result has the axes of `indices` in place of `axis`.
/// An index outside [0, length) is an ExecutionError when it runs.
[[nodiscard]] Array gather(const Operand& x, const Operand& indices, std::int64_t axis = 0);
/// Zeros with `length` entries on `axis`, to which the slices of `updates` are added at `indices` (i32[n]) in ascending
/// order of their position.
[[nodiscard]] Array scatter_add(const Operand& updates, const Operand& indices, std::int64_t length,
                                std::int64_t axis = 0);
/// Running sums along `axis`.
[[nodiscard]] Array cumsum(const Operand& x, std::int64_t axis = -1);
/// Ascending along `axis`; stable; NaN last.
[[nodiscard]] Array sort(const Operand& x, std::int64_t axis = -1);
/// The positions (i32) that sort x along `axis`.
[[nodiscard]] Array argsort(const Operand& x, std::int64_t axis = -1);

// ---- reductions: over all axes, or over those given, which disappear --------------------------------------------------

using Axes = std::optional<std::vector<std::int64_t>>;
[[nodiscard]] Array sum(const Operand& x, const Axes& axes = std::nullopt);
[[nodiscard]] Array prod(const Operand& x, const Axes& axes = std::nullopt);
/// The largest element; ties share the derivative equally.
[[nodiscard]] Array max(const Operand& x, const Axes& axes = std::nullopt);
[[nodiscard]] Array min(const Operand& x, const Axes& axes = std::nullopt);
/// Position (i32) of the first largest element along `axis`; NaN counts as largest.
[[nodiscard]] Array argmax(const Operand& x, std::int64_t axis = -1);
[[nodiscard]] Array mean(const Operand& x, const Axes& axes = std::nullopt);
/// Mean squared deviation from the mean.
[[nodiscard]] Array var(const Operand& x, const Axes& axes = std::nullopt);
/// Euclidean norm without overflow; gradient 0 at 0.
[[nodiscard]] Array norm(const Operand& x, const Axes& axes = std::nullopt);
/// log(sum(exp x)) without overflow.
[[nodiscard]] Array logsumexp(const Operand& x, const Axes& axes = std::nullopt);
[[nodiscard]] Array softmax(const Operand& x, std::int64_t axis = -1);
[[nodiscard]] Array log_softmax(const Operand& x, std::int64_t axis = -1);

// ---- linear algebra ----------------------------------------------------------------------------------------------------

/// Sum of products of two vectors of one length.
[[nodiscard]] Array dot(const Operand& x, const Operand& y);
/// numpy's `@`: matrix products over the last two axes, leading axes broadcast; vectors as in numpy.
[[nodiscard]] Array matmul(const Operand& x, const Operand& y);
/// The lower triangular L with L Lᵀ = x for symmetric positive definite x (its lower half is read), batched.
/// A pivot that is not positive is an ExecutionError when it runs.
[[nodiscard]] Array cholesky(const Operand& x);

enum class Transposed : std::uint8_t { no, yes };
/// The x with L x = b (or Lᵀ x = b): L lower triangular [..., n, n], b [..., n, m] or a vector [n]; batched.
[[nodiscard]] Array triangular_solve(const Operand& lower, const Operand& b, Transposed transposed = Transposed::no);

// ---- functions that learning uses --------------------------------------------------------------------------------------

/// 1 / (1 + exp(-x))
[[nodiscard]] Array logistic(const Operand& x);
[[nodiscard]] Array log_sigmoid(const Operand& x);
/// log(1 + exp x)
[[nodiscard]] Array softplus(const Operand& x);
/// x where x > 0, else 0; slope 0 at 0.
[[nodiscard]] Array relu(const Operand& x);
/// x logistic(x)
[[nodiscard]] Array silu(const Operand& x);
/// x Φ(x), with the normal distribution function Φ.
[[nodiscard]] Array gelu(const Operand& x);

// ---- losses: scalars, means over the leading axis where there is one ----------------------------------------------------

/// mean((prediction - target)²) over all elements.
[[nodiscard]] Array squared_error(const Operand& prediction, const Operand& target);
/// Mean of -log softmax(logits)[label]: logits [n, classes], labels i32[n].
[[nodiscard]] Array cross_entropy(const Operand& logits, const Operand& labels);
/// Mean over samples of sum over wrong classes of max(0, score - score of the label + margin) (Weston & Watkins 1999).
[[nodiscard]] Array multiclass_hinge(const Operand& scores, const Operand& labels, double margin = 1.0);
/// Mean of r²/2 for |r| <= delta, delta (|r| - delta/2) beyond (Huber 1964), r = prediction - target.
[[nodiscard]] Array huber(const Operand& prediction, const Operand& target, double delta = 1.0);
/// Mean of log(1 + exp(-label·score)), labels -1 or 1.
[[nodiscard]] Array logistic_loss(const Operand& scores, const Operand& labels);

}  // namespace downhill
