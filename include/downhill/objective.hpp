#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// What a method sees of a loss: numbers at a flat x, each evaluation counted.
namespace downhill {

struct Bounds;  // <downhill/bounds.hpp>
namespace optimize {
class PieceSource;
class SparseSource;
}  // namespace optimize

/// How often each kind of number was computed. A value that comes with its gradient counts as one of each, residuals with their
/// Jacobian too; the value that comes with residuals, and the gradient 2 Jᵀr, count as no others.
struct EvaluationCounts {
  std::uint64_t value = 0;
  std::uint64_t gradient = 0;
  std::uint64_t hessian_vector = 0;
  std::uint64_t hessian = 0;
  std::uint64_t residuals = 0;
  std::uint64_t jacobian = 0;

  friend bool operator==(const EvaluationCounts&, const EvaluationCounts&) = default;
};

/// Where derivatives come from.
enum class Derivatives : std::uint8_t {
  none,         ///< values alone
  differences,  ///< finite differences, asked for with `with_differences`
  exact,        ///< derived from the loss or supplied by the caller
};

/// What is proved about the shape of a loss.
enum class Convexity : std::uint8_t {
  unknown,
  convex,           ///< every stationary point is a global minimum
  strictly_convex,  ///< and there is at most one
};

/// One term weight |x[variable] - center| of a loss.
struct L1Term {
  std::size_t variable = 0;
  double weight = 0;  ///< not negative
  double center = 0;

  friend bool operator==(const L1Term&, const L1Term&) = default;
};

/// A loss and what is left of it without its L1 terms.
struct SplitValue {
  double value = 0;
  double smooth_part = 0;
};

/// What an objective can compute besides its value.
struct Capabilities {
  Derivatives gradient = Derivatives::none;
  Derivatives hessian = Derivatives::none;  ///< also Hessian-vector products
  std::size_t residuals =
      0;  ///< number m of residuals when the value is their sum of squares or of a robust loss; else 0
  /// Whether the loss is a polynomial of degree at most two in x: proved, disproved, or not known.
  std::optional<bool> quadratic = {};
  Convexity convexity = Convexity::unknown;
  /// f is proved never to be below it, and not to level off towards a value that it never takes; -∞: nothing is known.
  double lower_bound = -std::numeric_limits<double>::infinity();
  /// Whether f has a gradient that changes without jumps wherever it is defined: known to, known to have kinks, or not known.
  std::optional<bool> smooth = {};
  /// The same of the loss without its L1 terms.
  std::optional<bool> smooth_part = {};
  /// Whether the exact derivatives were written by the caller, who may be wrong: `minimize` then checks them against differences.
  bool is_supplied = false;
};

/// Supplies the numbers of one loss. n is size(), m is capabilities().residuals; matrices are row-major and dense.
/// A function that capabilities() does not announce is never called.
class LossSource {
 public:
  virtual ~LossSource() = default;
  [[nodiscard]] virtual std::size_t size() const = 0;
  [[nodiscard]] virtual Capabilities capabilities() const = 0;
  [[nodiscard]] virtual double value(std::span<const double> x) = 0;
  /// gradient: n
  virtual double value_and_gradient(std::span<const double> x, std::span<double> gradient);
  /// direction, product: n
  virtual void hessian_vector(std::span<const double> x, std::span<const double> direction, std::span<double> product);
  /// hessian: n*n. Computed column by column from hessian_vector unless overridden.
  virtual void hessian(std::span<const double> x, std::span<double> hessian);
  /// residuals: m. Returns the value, the same bits as value().
  virtual double residuals(std::span<const double> x, std::span<double> residuals);
  /// residuals: m; jacobian: m*n. Returns the value; its gradient is 2 Jᵀr.
  virtual double residuals_and_jacobian(std::span<const double> x, std::span<double> residuals,
                                        std::span<double> jacobian);
  /// points: k*n; values: k. One batch; one by one unless overridden.
  virtual void values(std::span<const double> points, std::span<double> values);
  /// The bounds outside of which no function of this source is to be called, or null.
  [[nodiscard]] virtual const Bounds* bounds() const { return nullptr; }
  /// The terms w |x_i - c| that the loss is known to have. What is left without them is its smooth part; the terms are straight, so
  /// that hessian_vector and hessian are those of the smooth part.
  [[nodiscard]] virtual std::span<const L1Term> l1() const { return {}; }
  /// gradient: n, of the smooth part
  virtual SplitValue split_value_and_gradient(std::span<const double> x, std::span<double> gradient);
  /// The smooth pieces of a loss with kinks, where they are understood; else null.
  [[nodiscard]] virtual optimize::PieceSource* pieces() { return nullptr; }
  /// The Hessian by its entries, where it is known to have few; else null.
  [[nodiscard]] virtual optimize::SparseSource* sparse() { return nullptr; }
  /// Seconds spent so far on tracing and on compiling the loss; 0 for callbacks.
  [[nodiscard]] virtual double trace_seconds() const { return 0; }
  [[nodiscard]] virtual double compile_seconds() const { return 0; }
  /// Why a number could last not be computed, where the loss can tell: `cholesky: matrix is not positive definite: …`.
  [[nodiscard]] virtual std::string failure() const { return {}; }
  /// The operation that first gives NaN or infinity at x, where the loss can tell: `log(-1) is nan`.
  [[nodiscard]] virtual std::string first_not_finite(std::span<const double> x);
};

/// A loss as a method sees it. Copies share the source and count for themselves. Not safe to call from two threads at once.
///
/// Calls allocate nothing of their own.
class Objective {
 public:
  explicit Objective(std::shared_ptr<LossSource> source);

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] const Capabilities& capabilities() const { return capabilities_; }
  [[nodiscard]] const EvaluationCounts& counts() const { return counts_; }
  [[nodiscard]] const std::shared_ptr<LossSource>& source() const { return source_; }
  /// Bounds on the variables, or null where there are none; see with_bounds in <downhill/bounds.hpp>.
  [[nodiscard]] const Bounds* bounds() const { return source_->bounds(); }

  /// Counts evaluations made on this objective's behalf elsewhere.
  void add(const EvaluationCounts& more);

  double value(std::span<const double> x) {
    ++counts_.value;
    return source_->value(x);
  }
  double value_and_gradient(std::span<const double> x, std::span<double> gradient) {
    ++counts_.value;
    ++counts_.gradient;
    return source_->value_and_gradient(x, gradient);
  }
  [[nodiscard]] std::span<const L1Term> l1() const { return source_->l1(); }
  /// The value with the gradient of the smooth part: that of the loss without the terms of l1().
  SplitValue split_value_and_gradient(std::span<const double> x, std::span<double> gradient) {
    ++counts_.value;
    ++counts_.gradient;
    return source_->split_value_and_gradient(x, gradient);
  }
  void hessian_vector(std::span<const double> x, std::span<const double> direction, std::span<double> product) {
    ++counts_.hessian_vector;
    source_->hessian_vector(x, direction, product);
  }
  void hessian(std::span<const double> x, std::span<double> hessian) {
    ++counts_.hessian;
    source_->hessian(x, hessian);
  }
  double residuals(std::span<const double> x, std::span<double> residuals) {
    ++counts_.residuals;
    return source_->residuals(x, residuals);
  }
  double residuals_and_jacobian(std::span<const double> x, std::span<double> residuals, std::span<double> jacobian) {
    ++counts_.residuals;
    ++counts_.jacobian;
    return source_->residuals_and_jacobian(x, residuals, jacobian);
  }
  void values(std::span<const double> points, std::span<double> values) {
    counts_.value += values.size();
    source_->values(points, values);
  }

 private:
  std::shared_ptr<LossSource> source_;
  std::size_t size_ = 0;
  Capabilities capabilities_;
  EvaluationCounts counts_;
};

/// A loss given as functions of a flat x of n numbers. Leave empty what there is not.
struct Callbacks {
  using Vector = std::span<const double>;

  std::function<double(Vector x)> value = {};
  std::function<double(Vector x, std::span<double> gradient)> value_and_gradient = {};
  std::function<void(Vector x, Vector direction, std::span<double> product)> hessian_vector = {};
  std::function<void(Vector x, std::span<double> hessian)> hessian = {};  ///< n*n

  /// For least squares: the value is the sum of their squares, and needs no function of its own.
  std::size_t residual_count = 0;
  std::function<void(Vector x, std::span<double> residuals)> residuals = {};
  std::function<void(Vector x, std::span<double> residuals, std::span<double> jacobian)> residuals_and_jacobian = {};

  std::optional<bool> quadratic = {};  ///< what is known about the loss being quadratic
  std::vector<L1Term> l1 = {};         ///< added to what the functions above give, their derivatives included
};

/// The objective of `callbacks` over n variables.
/// Throws ShapeError for n = 0, OptionError if there is neither a value nor residuals, or for an L1 term of a variable that there is
/// not or with a weight below 0.
///
///   Objective f(2, {.value_and_gradient = rosenbrock});
[[nodiscard]] Objective objective(std::size_t n, Callbacks callbacks);

/// The same loss with the derivatives it lacks taken by central differences: of values for the gradient (2n values, relative
/// error about 1e-10 at best), of gradients for the Hessian (2n gradients), of residuals for the Jacobian.
[[nodiscard]] Objective with_differences(const Objective& objective);

}  // namespace downhill
