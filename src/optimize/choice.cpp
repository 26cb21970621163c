#include <downhill/choice.hpp>

#include <fmt/format.h>
#include <downhill/methods.hpp>

namespace downhill {

namespace {

// Up to here an iteration of Newton's method, O(n³), takes milliseconds.
constexpr std::size_t most_newton_variables = 300;
// Up to here a matrix of that size is no burden.
constexpr std::size_t most_dense_variables = 1000;
// Up to here so does one of Levenberg-Marquardt, O(m n²) for m residuals.
constexpr double most_jacobian_work = 1e9;
// A simplex of more corners shrinks slowly.
constexpr std::size_t most_simplex_variables = 20;
// A distribution over more variables learns its shape slowly.
constexpr std::size_t most_distribution_variables = 200;

Choice by_values(std::size_t n) {
  if (n <= most_simplex_variables) return {NelderMead{}, fmt::format("the loss gives values only, of {} variables", n)};
  if (n <= most_distribution_variables) return {CmaEs{}, fmt::format("the loss gives values only, of {} variables", n)};
  return {PatternSearch{}, fmt::format("the loss gives values only, of as many as {} variables", n)};
}

}  // namespace

Choice choose_method(const Objective& objective) {
  const Capabilities& has = objective.capabilities();
  const std::size_t n = objective.size();
  const std::string_view plural = n == 1 ? "" : "s";
  if (has.gradient == Derivatives::none) return by_values(n);
  const double jacobian_work = static_cast<double>(has.residuals) * static_cast<double>(n) * static_cast<double>(n);
  if (has.residuals > 0 && jacobian_work <= most_jacobian_work) {
    return {LevenbergMarquardt{}, "the loss is a sum of squares"};
  }
  if (has.smooth == false) {
    constexpr std::string_view why = "the loss has kinks, where second derivatives mislead";
    return n <= most_dense_variables ? Choice{Bfgs{}, std::string(why)} : Choice{Lbfgs{}, std::string(why)};
  }
  if (has.hessian == Derivatives::none) return {Lbfgs{}, "the loss gives no second derivatives"};
  if (n <= most_newton_variables) {
    return {Newton{}, fmt::format("second derivatives of {} variable{} are cheap", n, plural)};
  }
  return {Lbfgs{}, fmt::format("a Hessian of {} variables is large", n)};
}

}  // namespace downhill
