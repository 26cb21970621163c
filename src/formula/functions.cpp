#include "formula/functions.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/random.hpp>

#include <algorithm>
#include <array>

namespace downhill::formula {
namespace {

using Unary = Array (*)(const Operand&);
using Binary = Array (*)(const Operand&, const Operand&);
using Reduction = Array (*)(const Operand&, const Axes&);
using AlongAxis = Array (*)(const Operand&, std::int64_t);

template <Unary f>
Value unary(const Call& c) {
  return {f(c.array(0))};
}

template <Binary f>
Value binary(const Call& c) {
  return {f(c.array(0), c.array(1))};
}

// `x` reduced to `y` over `axes`, with the axes put back at length 1.
Array with_axes_kept(const Array& x, const Array& y, const Axes& axes) {
  Shape shape = x.shape();
  for (std::size_t k = 0; k < shape.rank(); ++k) {
    const auto axis = static_cast<std::int64_t>(k);
    const auto from_end = axis - static_cast<std::int64_t>(shape.rank());
    if (!axes || std::count(axes->begin(), axes->end(), axis) + std::count(axes->begin(), axes->end(), from_end) > 0)
      shape[k] = 1;
  }
  return reshape(y, shape);
}

template <Reduction f>
Value reduction(const Call& c) {
  const Array x = c.array(0);
  const Array y = f(x, c.axes(1));
  return {c.number(2, 0) != 0 ? with_axes_kept(x, y, c.axes(1)) : y};
}

// Where a second array stands in the place of the axis.
template <Reduction f>
Value extreme(const Call& c, std::string_view meant) {
  try {
    return reduction<f>(c);
  } catch (const ShapeError& error) {
    if (!c.has(1)) throw;
    throw ShapeError(fmt::format("{}\n  hint: {}", error.what(), meant));
  }
}

Value max_of(const Call& c) { return extreme<max>(c, "the larger of two is maximum(x, y)"); }

Value min_of(const Call& c) { return extreme<min>(c, "the smaller of two is minimum(x, y)"); }

template <AlongAxis f>
Value along_last(const Call& c) {
  return {f(c.array(0), c.integer(1, -1))};
}

Array std_of(const Operand& x, const Axes& axes) { return sqrt(var(x, axes)); }

Value argmin_of(const Call& c) { return {argmax(negative(c.array(0)), c.integer(1, -1))}; }

// numpy's dot: of two vectors their sum of products, otherwise the matrix product.
Value dot_of(const Call& c) {
  const Array x = c.array(0);
  const Array y = c.array(1);
  return {x.rank() == 1 && y.rank() == 1 ? dot(x, y) : matmul(x, y)};
}

Value outer_of(const Call& c) { return {multiply(expand_dims(c.array(0), -1), c.array(1))}; }

Value clip_of(const Call& c) {
  Array x = c.array(0);
  if (c.has(1)) x = maximum(x, c.array(1));
  if (c.has(2)) x = minimum(x, c.array(2));
  return {x};
}

// The bounds of a plain arange are numbers; its length is bounded here because it becomes an array at once.
Value arange_of(const Call& c) {
  const double start = c.has(1) ? c.number(0) : 0;
  const double stop = c.has(1) ? c.number(1) : c.number(0);
  const double step = c.number(2, 1);
  if (!(step != 0) || !((stop - start) / step < 2147483648.0)) {
    throw ShapeError(fmt::format("arange: no such range: from {} to {} in steps of {}", start, stop, step));
  }
  return {arange(start, stop, step)};
}

Value eye_of(const Call& c) {
  const Array i = arange(c.length(0));
  return {astype(equal(expand_dims(i, -1), i), DType::f64)};
}

Value diff_of(const Call& c) {
  const Array x = c.array(0);
  return {subtract(slice(x, {Range{1, {}, 1}}), slice(x, {Range{{}, -1, 1}}))};
}

Value flip_of(const Call& c) {
  const Array x = c.array(0);
  const std::vector<std::int64_t> axes = c.has(1) ? c.integers(1) : std::vector<std::int64_t>{};
  std::vector<Range> ranges(x.rank());
  const auto rank = static_cast<std::int64_t>(x.rank());
  for (std::int64_t k = 0; k < rank; ++k) {
    const bool is_named = std::count(axes.begin(), axes.end(), k) + std::count(axes.begin(), axes.end(), k - rank) > 0;
    if (axes.empty() || is_named) ranges[static_cast<std::size_t>(k)].step = -1;
  }
  return {slice(x, ranges)};
}

Value squeeze_of(const Call& c) {
  const Array x = c.array(0);
  std::vector<std::int64_t> lengths;
  for (const std::int64_t length : x.shape()) {
    if (length != 1) lengths.push_back(length);
  }
  return {reshape(x, Shape(lengths))};
}

// reshape(x, -1) and reshape(x, (2, -1)): what remains.
Value reshape_of(const Call& c) { return {reshape(c.array(0), c.shape(1, -1))}; }

// Indices may be written as plain numbers.
Array indices_of(const Call& c, std::size_t i) { return astype(c.array(i), DType::i32); }

Value concatenate_of(const Call& c) {
  const std::vector<Array> arrays = c.arrays(0);
  return {concatenate(arrays, c.integer(1, 0))};
}

Value tile_of(const Call& c) { return {tile(c.array(0), c.length(1))}; }

Value transpose_of(const Call& c) {
  return {transpose(c.array(0), c.has(1) ? c.integers(1) : std::vector<std::int64_t>{})};
}

Value size_of_array(const Call& c) { return {static_cast<double>(c.array(0).size())}; }

Value length_of(const Call& c) {
  const Array x = c.array(0);
  if (x.rank() == 0) throw ShapeError(fmt::format("len: needs an axis: {}", to_string(x.type())));
  return {static_cast<double>(x.shape()[0])};
}

std::uint64_t seed_of(const Call& c) { return static_cast<std::uint64_t>(c.integer(0)); }

// Sorted by name.
const std::array table = std::to_array<Function>({
    {"abs", "x", unary<abs>, "absolute value"},
    {"acos", "x", unary<acos>, "inverse cosine"},
    {"acosh", "x", unary<acosh>, "inverse hyperbolic cosine"},
    {"add", "x, y", binary<add>, "x + y"},
    {"arange", "start, stop=None, step=1", arange_of, "start, start + step, ... below stop; arange(n) is 0 ... n-1"},
    {"argmax", "x, axis=-1", along_last<argmax>, "position of the largest element"},
    {"argmin", "x, axis=-1", argmin_of, "position of the smallest element"},
    {"argsort", "x, axis=-1", along_last<argsort>, "positions that sort x"},
    {"asin", "x", unary<asin>, "inverse sine"},
    {"asinh", "x", unary<asinh>, "inverse hyperbolic sine"},
    {"astype", "x, dtype", [](const Call& c) { return Value{astype(c.array(0), c.dtype(1, DType::f64))}; }, "x converted to float64, float32, int32 or bool"},
    {"atan", "x", unary<atan>, "inverse tangent"},
    {"atan2", "y, x", binary<atan2>, "angle of the point (x, y)"},
    {"atanh", "x", unary<atanh>, "inverse hyperbolic tangent"},
    {"broadcast_to", "x, shape", [](const Call& c) { return Value{broadcast_to(c.array(0), c.shape(1))}; }, "x repeated to a shape"},
    {"cbrt", "x", unary<cbrt>, "cube root"},
    {"ceil", "x", unary<ceil>, "rounded up"},
    {"cholesky", "x", unary<cholesky>, "lower triangular L with L @ L.T = x"},
    {"clip", "x, min=None, max=None", clip_of, "x held between min and max"},
    {"concatenate", "arrays, axis=0", concatenate_of, "arrays one after the other"},
    {"cos", "x", unary<cos>, "cosine"},
    {"cosh", "x", unary<cosh>, "hyperbolic cosine"},
    {"cross_entropy", "logits, labels", [](const Call& c) { return Value{cross_entropy(c.array(0), indices_of(c, 1))}; }, "mean of -log softmax(logits)[label]"},
    {"cumsum", "x, axis=-1", along_last<cumsum>, "running sums"},
    {"diff", "x", diff_of, "x[1:] - x[:-1]"},
    {"digamma", "x", unary<digamma>, "derivative of lgamma"},
    {"divide", "x, y", binary<divide>, "x / y"},
    {"dot", "x, y", dot_of, "sum of products of two vectors; otherwise x @ y"},
    {"entropy", "x", unary<entropy>, "-x log x"},
    {"equal", "x, y", binary<equal>, "x == y"},
    {"erf", "x", unary<erf>, "error function"},
    {"erfc", "x", unary<erfc>, "1 - erf(x)"},
    {"exp", "x", unary<exp>, "exponential"},
    {"exp2", "x", unary<exp2>, "2 ** x"},
    {"expand_dims", "x, axis=0", [](const Call& c) { return Value{expand_dims(c.array(0), c.integer(1, 0))}; }, "a new axis of length 1"},
    {"expm1", "x", unary<expm1>, "exp(x) - 1"},
    {"eye", "n", eye_of, "identity matrix"},
    {"flip", "x, axis=None", flip_of, "x in reverse order"},
    {"floor", "x", unary<floor>, "rounded down"},
    {"full", "shape, value, dtype=float64", [](const Call& c) { return Value{full(c.shape(0), c.number(1), c.dtype(2, DType::f64))}; }, "an array of one number"},
    {"gather", "x, indices, axis=0", [](const Call& c) { return Value{gather(c.array(0), indices_of(c, 1), c.integer(2, 0))}; }, "elements of x at indices"},
    {"gelu", "x", unary<gelu>, "x times the normal distribution function of x"},
    {"greater", "x, y", binary<greater>, "x > y"},
    {"greater_equal", "x, y", binary<greater_equal>, "x >= y"},
    {"huber", "prediction, target, delta=1", [](const Call& c) { return Value{huber(c.array(0), c.array(1), c.number(2, 1))}; }, "mean of Huber's loss"},
    {"hypot", "x, y", binary<hypot>, "sqrt(x**2 + y**2)"},
    {"len", "x", length_of, "length of the first axis"},
    {"less", "x, y", binary<less>, "x < y"},
    {"less_equal", "x, y", binary<less_equal>, "x <= y"},
    {"lgamma", "x", unary<lgamma>, "log of the absolute gamma function"},
    {"linspace", "start, stop, num", [](const Call& c) { return Value{linspace(c.number(0), c.number(1), c.length(2))}; }, "num numbers from start to stop, evenly spaced"},
    {"log", "x", unary<log>, "natural logarithm"},
    {"log10", "x", unary<log10>, "logarithm to base 10"},
    {"log1p", "x", unary<log1p>, "log(1 + x)"},
    {"log2", "x", unary<log2>, "logarithm to base 2"},
    {"log_sigmoid", "x", unary<log_sigmoid>, "log(logistic(x))"},
    {"log_softmax", "x, axis=-1", along_last<log_softmax>, "log(softmax(x))"},
    {"logaddexp", "x, y", binary<logaddexp>, "log(exp(x) + exp(y))"},
    {"logical_and", "x, y", binary<logical_and>, "x and y"},
    {"logical_not", "x", unary<logical_not>, "not x"},
    {"logical_or", "x, y", binary<logical_or>, "x or y"},
    {"logistic", "x", unary<logistic>, "1 / (1 + exp(-x))"},
    {"logistic_loss", "scores, labels", binary<logistic_loss>, "mean of log(1 + exp(-label*score)), labels -1 or 1"},
    {"logsumexp", "x, axis=None, keepdims=False", reduction<logsumexp>, "log(sum(exp(x)))"},
    {"matmul", "x, y", binary<matmul>, "x @ y"},
    {"max", "x, axis=None, keepdims=False", max_of, "largest element"},
    {"maximum", "x, y", binary<maximum>, "the larger of x and y"},
    {"mean", "x, axis=None, keepdims=False", reduction<mean>, "mean"},
    {"min", "x, axis=None, keepdims=False", min_of, "smallest element"},
    {"minimum", "x, y", binary<minimum>, "the smaller of x and y"},
    {"multiclass_hinge", "scores, labels, margin=1", [](const Call& c) { return Value{multiclass_hinge(c.array(0), indices_of(c, 1), c.number(2, 1))}; }, "mean over samples of the hinge loss of several classes"},
    {"multiply", "x, y", binary<multiply>, "x * y"},
    {"negative", "x", unary<negative>, "-x"},
    {"norm", "x, axis=None, keepdims=False", reduction<norm>, "Euclidean norm"},
    {"not_equal", "x, y", binary<not_equal>, "x != y"},
    {"ones", "shape, dtype=float64", [](const Call& c) { return Value{ones(c.shape(0), c.dtype(1, DType::f64))}; }, "an array of ones"},
    {"outer", "x, y", outer_of, "x[:, None] * y"},
    {"polygamma", "n, x", [](const Call& c) {
       const std::int64_t n = c.integer(0);
       if (n < 0 || n > 20) throw ShapeError(fmt::format("polygamma: n = {} is outside [0, 20]", n));
       return Value{polygamma(static_cast<int>(n), c.array(1))};
     }, "n-th derivative of digamma"},
    {"pow", "x, y", binary<pow>, "x ** y"},
    {"prod", "x, axis=None, keepdims=False", reduction<prod>, "product of the elements"},
    {"random_normal", "seed, shape", [](const Call& c) { return Value{random_normal(random_key(seed_of(c)), c.shape(1))}; }, "standard normal numbers"},
    {"random_uniform", "seed, shape", [](const Call& c) { return Value{random_uniform(random_key(seed_of(c)), c.shape(1))}; }, "numbers in [0, 1)"},
    {"relu", "x", unary<relu>, "x where x > 0, else 0"},
    {"reshape", "x, shape", reshape_of, "the same elements in another shape; one length may be -1"},
    {"round", "x", unary<round>, "to the nearest integer, halves to even"},
    {"rsqrt", "x", unary<rsqrt>, "1 / sqrt(x)"},
    {"scatter_add", "updates, indices, length, axis=0", [](const Call& c) { return Value{scatter_add(c.array(0), indices_of(c, 1), c.length(2), c.integer(3, 0))}; }, "zeros to which updates are added at indices"},
    {"sigmoid", "x", unary<logistic>, "logistic(x)"},
    {"sign", "x", unary<sign>, "-1, 0 or 1"},
    {"silu", "x", unary<silu>, "x * logistic(x)"},
    {"sin", "x", unary<sin>, "sine"},
    {"sinc", "x", unary<sinc>, "sin(x) / x"},
    {"sinh", "x", unary<sinh>, "hyperbolic sine"},
    {"size", "x", size_of_array, "number of elements"},
    {"softmax", "x, axis=-1", along_last<softmax>, "exp(x) / sum(exp(x))"},
    {"softplus", "x", unary<softplus>, "log(1 + exp(x))"},
    {"sort", "x, axis=-1", along_last<sort>, "ascending"},
    {"sqrt", "x", unary<sqrt>, "square root"},
    {"square", "x", unary<square>, "x ** 2"},
    {"squared_error", "prediction, target", binary<squared_error>, "mean((prediction - target)**2)"},
    {"squeeze", "x", squeeze_of, "x without its axes of length 1"},
    {"stack", "arrays", [](const Call& c) { return Value{stack(c.arrays(0))}; }, "arrays side by side along a new first axis"},
    {"std", "x, axis=None, keepdims=False", reduction<std_of>, "standard deviation: sqrt(var(x))"},
    {"stop_gradient", "x", unary<stop_gradient>, "x, whose derivative counts as zero"},
    {"subtract", "x, y", binary<subtract>, "x - y"},
    {"sum", "x, axis=None, keepdims=False", reduction<sum>, "sum of the elements"},
    {"tan", "x", unary<tan>, "tangent"},
    {"tanh", "x", unary<tanh>, "hyperbolic tangent"},
    {"tile", "x, repeats", tile_of, "x repeated along its first axis"},
    {"transpose", "x, axes=None", transpose_of, "axes in reverse, or in the order given"},
    {"triangular_solve", "lower, b", [](const Call& c) { return Value{triangular_solve(c.array(0), c.array(1))}; }, "the x with lower @ x = b"},
    {"var", "x, axis=None, keepdims=False", reduction<var>, "mean squared deviation from the mean"},
    {"where", "condition, x, y", [](const Call& c) { return Value{where(c.array(0), c.array(1), c.array(2))}; }, "x where the condition holds, else y"},
    {"xlogy", "x, y", binary<xlogy>, "x * log(y), 0 for x = 0"},
    {"zeros", "shape, dtype=float64", [](const Call& c) { return Value{zeros(c.shape(0), c.dtype(1, DType::f64))}; }, "an array of zeros"},
});

}  // namespace

std::span<const Function> functions() { return table; }

const Function* find_function(std::string_view name) {
  const auto found = std::lower_bound(table.begin(), table.end(), name,
                                      [](const Function& f, std::string_view n) { return f.name < n; });
  return found != table.end() && found->name == name ? &*found : nullptr;
}

}  // namespace downhill::formula
