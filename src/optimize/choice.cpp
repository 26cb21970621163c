#include <downhill/choice.hpp>

#include <fmt/format.h>
#include <downhill/bounds.hpp>
#include <downhill/methods.hpp>

#include <cmath>

#include "optimize/sparse_source.hpp"

namespace downhill {

namespace {

// Up to here a Hessian costs no more than a product with it. Above, Newton's equations solved only as far as needed take fewer evaluations,
// a Hessian counted as n; measured on the library's problems.
constexpr std::size_t most_newton_variables = 1;
// Up to here an iteration with a Hessian, O(n³), takes milliseconds. Above it lbfgs needs fewer evaluations than products do.
constexpr std::size_t most_dense_newton_variables = 300;
// Up to here a matrix of that size is no burden.
constexpr std::size_t most_dense_variables = 1000;
// Up to here a Jacobian, which counts as n evaluations of the residuals, costs less than what stands for it; measured likewise.
constexpr std::size_t most_residual_variables = 20;
// Up to here so does one of Levenberg-Marquardt, O(m n²) for m residuals.
constexpr double most_jacobian_work = 1e9;
// Up to here a step among the pieces of a loss with kinks, O(n³) for each piece that is looked at, takes milliseconds.
constexpr std::size_t most_piece_variables = 100;
// A simplex of more corners shrinks slowly.
constexpr std::size_t most_simplex_variables = 20;
// A distribution over more variables learns its shape slowly.
constexpr std::size_t most_distribution_variables = 200;

Choice by_values(std::size_t n) {
  if (n <= most_simplex_variables) return {NelderMead{}, fmt::format("the loss gives values only, of {} variables", n)};
  if (n <= most_distribution_variables) return {CmaEs{}, fmt::format("the loss gives values only, of {} variables", n)};
  return {PatternSearch{}, fmt::format("the loss gives values only, of as many as {} variables", n)};
}

// The variables that may vary, and how many of these have a bound.
struct Freedom {
  std::size_t varying = 0;
  std::size_t bounded = 0;
};

Freedom freedom_of(const Objective& objective) {
  const Bounds* bounds = objective.bounds();
  Freedom result{objective.size(), 0};
  for (std::size_t i = 0; bounds != nullptr && i < objective.size(); ++i) {
    if (bounds->lower[i] == bounds->upper[i]) {
      --result.varying;
    } else if (std::isfinite(bounds->lower[i]) || std::isfinite(bounds->upper[i])) {
      ++result.bounded;
    }
  }
  return result;
}

// Whether the loss has kinks, and what it is made of is known.
bool has_known_pieces(const Objective& objective, std::size_t n) {
  const Capabilities& has = objective.capabilities();
  return has.smooth == false && has.hessian == Derivatives::exact && n <= most_piece_variables &&
         objective.source()->pieces() != nullptr;
}

Choice within_bounds(const Objective& objective, std::size_t n, std::size_t bounded) {
  const Capabilities& has = objective.capabilities();
  const std::string bounds =
      fmt::format("{} of {} variable{} {} bounds", bounded, n, n == 1 ? "" : "s", bounded == 1 ? "has" : "have");
  const bool is_hessian_cheap = has.hessian != Derivatives::none && n <= most_dense_newton_variables;
  if (has_known_pieces(objective, n)) return {PiecewiseNewton{}, bounds + " and the loss has kinks"};
  if (has.smooth == false) return {Lbfgsb{}, bounds + " and the loss has kinks, where second derivatives mislead"};
  if (is_hessian_cheap) return {ProjectedNewton{}, bounds + " and second derivatives are cheap"};
  if (has.hessian == Derivatives::none) return {Lbfgsb{}, bounds + " and the loss gives no second derivatives"};
  return {Lbfgsb{}, bounds + " and a Hessian is large"};
}

}  // namespace

Choice choose_method(const Objective& objective) {
  const Capabilities& has = objective.capabilities();
  const auto [n, bounded] = freedom_of(objective);
  const std::string_view plural = n == 1 ? "" : "s";
  if (has.gradient == Derivatives::none) return by_values(n);
  const double jacobian_work = static_cast<double>(has.residuals) * static_cast<double>(n) * static_cast<double>(n);
  if (has.residuals > 0 && jacobian_work <= most_jacobian_work) {
    constexpr std::string_view why = "the loss is a sum of squares";
    if (bounded > 0) return {LevenbergMarquardt{}, std::string(why)};
    const bool has_products = has.hessian == Derivatives::exact && !has.is_supplied && has.smooth != false;
    if (n <= most_residual_variables || !has_products) return {Dogleg{}, std::string(why)};
  }
  if (bounded > 0) return within_bounds(objective, n, bounded);
  if (!objective.l1().empty() && has.smooth_part != false) {
    return {OwlQn{}, "the loss is smooth but for terms w|x - c|, at whose kinks variables come to rest exactly"};
  }
  if (has_known_pieces(objective, n)) {
    return {PiecewiseNewton{}, "the loss has kinks, and second derivatives are those of its smooth pieces"};
  }
  if (has.smooth == false) {
    constexpr std::string_view why = "the loss has kinks, where second derivatives mislead";
    return n <= most_dense_variables ? Choice{Bfgs{}, std::string(why)} : Choice{Lbfgs{}, std::string(why)};
  }
  if (has.hessian == Derivatives::none) return {Lbfgs{}, "the loss gives no second derivatives"};
  // Products with a Hessian that the caller supplies, perhaps as a matrix, may cost as much as the matrix.
  if (n <= (has.is_supplied ? most_dense_newton_variables : most_newton_variables)) {
    return {Newton{}, fmt::format("second derivatives of {} variable{} are cheap", n, plural)};
  }
  if (const optimize::SparseSource* sparse = objective.source()->sparse()) {
    return {NewtonCg{},
            fmt::format("{} product{} with the Hessian of {} variables give{} all of it: most of it is zero",
                        sparse->products(), sparse->products() == 1 ? "" : "s", n, sparse->products() == 1 ? "s" : "")};
  }
  if (has.quadratic == true && !has.is_supplied) {
    return {NewtonCg{}, fmt::format("conjugate gradients solve a quadratic loss of {} variables", n)};
  }
  if (n <= most_dense_newton_variables || (has.residuals > 0 && !has.is_supplied)) {
    return {NewtonCg{}, fmt::format("products with the Hessian of {} variables are cheaper than the Hessian", n)};
  }
  return {Lbfgs{}, fmt::format("a Hessian of {} variables is large", n)};
}

}  // namespace downhill
