#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>

#include "optimize/curvature.hpp"
#include "optimize/eigen_decomposition.hpp"
#include "optimize/lanczos_basis.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/norms.hpp"
#include "optimize/shifted_hessian.hpp"
#include "optimize/sparse_matrix.hpp"

namespace downhill::optimize {

namespace {

// The numbers that may be kept: 128 MB.
constexpr std::size_t most_numbers = std::size_t{1} << 24U;
constexpr std::size_t most_vectors = 240;
constexpr double settled = 1e-4;   // residual of an eigenpair, relative to its eigenvalue
constexpr double nothing = 1e-10;  // relative to the largest

// No curvature of a strictly convex loss is negative or zero but at single points: its smallest decides nothing. That of a convex one
// decides whether the minimum is strict, not whether it is one.
constexpr std::size_t enough_if_strictly_convex = 30;
constexpr std::size_t enough_if_convex = 60;
// Factors tell the smallest curvature.
constexpr std::size_t enough_if_factorised = 60;

bool is_convex(const Objective& objective) { return objective.capabilities().convexity != Convexity::unknown; }
bool is_strictly_convex(const Objective& objective) {
  return objective.capabilities().convexity == Convexity::strictly_convex;
}

struct Ends {
  std::vector<Extreme> pairs;  // the smallest and the largest; empty where the Hessian is not finite
  bool has_flattest = false;   // no curvature is far smaller than the smallest of these
};

// As well as so many products tell.
Ends extremes(Objective& objective, std::span<const double> x) {
  const std::size_t n = x.size();
  const bool is_sparse = has_cheap_factors(objective);
  const std::size_t wanted = is_strictly_convex(objective) ? enough_if_strictly_convex
                             : is_convex(objective)        ? enough_if_convex
                             : is_sparse                   ? enough_if_factorised
                                                           : most_vectors;
  const std::size_t most = std::min({n, wanted, std::max<std::size_t>(20, most_numbers / n)});
  LanczosBasis basis(
      n, [&](std::span<const double> v, std::span<double> image) { objective.hessian_vector(x, v, image); });
  Ends result;
  for (std::size_t enough = 30; basis.size() < most; enough *= 2) {
    while (basis.size() < std::min(enough, most)) {
      if (!basis.extend()) return {};
    }
    result = {basis.ends(), basis.size() == n || basis.has_seen_the_flattest()};
    const double size = std::max(std::abs(result.pairs[0].value), std::abs(result.pairs[1].value));
    const auto is_settled = [size](const Extreme& end) {
      return end.error <= std::max(settled * std::abs(end.value), nothing * size);
    };
    const bool is_all = result.has_flattest || result.pairs[0].value <= 0;
    if (is_all && std::ranges::all_of(result.pairs, is_settled)) break;
  }
  for (Extreme& end : result.pairs) {
    orient(end.vector);
    end.image.resize(n);
    objective.hessian_vector(x, end.vector, end.image);
    end.value = dot(end.vector, end.image);
  }
  return result;
}

// The smallest curvature, from a Hessian of few entries: factors of it less a shift exist for shifts below it alone. From a shift far below
// curvatures look alike, so the shift comes nearer until the smallest stands out. `hessian` is left with the factors of the last shift.
std::optional<Extreme> smallest_by_factors(ShiftedHessian& hessian, const Extreme& seen, double size,
                                           double least_shift, std::size_t n) {
  constexpr double precise = 1e-2;
  constexpr int most_shifts = 24;
  double shift = least_shift, above = std::numeric_limits<double>::infinity();  // a shift that is not below it
  if (!hessian.factorise(shift)) {
    above = shift;
    double below = std::max({seen.error, 1e-3 * std::abs(seen.value), least_shift});
    shift = seen.value - below;
    for (; shift > -4 * size && !hessian.factorise(shift); shift = seen.value - below) {
      above = shift;
      below *= 4;
    }
    if (!(shift > -4 * size)) return std::nullopt;
  }
  Extreme smallest = hessian.flattest(n, shift);
  for (int k = 0; k < most_shifts; ++k) {
    const double error = smallest.value - shift;  // the smallest lies between the two
    const bool is_sign_known = shift >= least_shift || smallest.value < -least_shift || error <= least_shift;
    if (is_sign_known && smallest.error <= std::max(precise * std::abs(smallest.value), least_shift)) break;
    const double next = std::min(smallest.value - 0.125 * error, 0.5 * (shift + above));
    if (hessian.factorise(next)) {
      shift = next;
      smallest = hessian.flattest(n, shift);
    } else {
      above = next;
    }
  }
  return hessian.factorise(shift) ? std::optional(std::move(smallest)) : std::nullopt;
}

// Conjugate gradients for H p = -g (Hestenes & Stiefel, J. Res. Nat. Bur. Standards 49 (1952) 409-436), stopped at negative curvature,
// when the residual is small, or when what the last iterations gained is little of the whole. A residual alone says nothing of the
// directions in which the Hessian is a billion times flatter than in the steepest.
std::vector<double> newton_step(Objective& objective, std::span<const double> x, std::span<const double> gradient) {
  const int most_products = is_convex(objective) ? 60 : 200;
  constexpr int idle = 8;  // iterations that have to gain little
  const std::size_t n = x.size();
  std::vector<double> step(n, 0.0), residual(n), direction(n), product(n);
  for (std::size_t i = 0; i < n; ++i) direction[i] = residual[i] = -gradient[i];
  const double first = norm(residual);
  double size = first, gained = 0;
  int since_gain = 0;
  for (int iteration = 0; iteration < most_products && since_gain < idle && size > 1e-14 * first; ++iteration) {
    objective.hessian_vector(x, direction, product);
    const double curvature = dot(direction, product);
    if (!(curvature > 0)) break;
    const double along_direction = size * (size / curvature);
    for (std::size_t i = 0; i < n; ++i) {
      step[i] += along_direction * direction[i];
      residual[i] -= along_direction * product[i];
    }
    const double gain = along_direction * (size / first) * (size / first);
    gained += gain;
    since_gain = gain > 1e-4 * gained ? 0 : since_gain + 1;
    const double next = norm(residual);
    const double ratio = (next / size) * (next / size);
    for (std::size_t i = 0; i < n; ++i) direction[i] = residual[i] + ratio * direction[i];
    size = next;
  }
  return step;
}

}  // namespace

Curvature lanczos_curvature(Objective& objective, std::span<const double> x, std::span<const double> gradient,
                            std::span<const double> gradient_noise) {
  const std::size_t n = x.size();
  Curvature result;
  result.size = n;
  result.is_partial = true;
  result.unit.assign(n, 1.0);
  auto [ends, has_flattest] = extremes(objective, x);
  if (ends.empty()) return result;
  result.is_known = true;
  const double relative = relative_error(objective.capabilities(), n);
  const double least_shift = relative * std::abs(ends[1].value);
  const bool is_sparse = has_cheap_factors(objective);
  const bool may_be_definite = !has_flattest && !is_strictly_convex(objective) && ends[0].value > -least_shift;
  std::unique_ptr<ShiftedHessian> factors;  // of a definite Hessian
  if (is_sparse || may_be_definite) factors = ShiftedHessian::at(objective, x);
  if (factors && is_sparse) {
    const double size = std::max(std::abs(ends[0].value), std::abs(ends[1].value));
    if (auto smallest = smallest_by_factors(*factors, ends[0], size, least_shift, n)) {
      has_flattest = true;
      if (!(smallest->value > least_shift)) factors.reset();
      ends[0] = *std::move(smallest);
    } else {
      factors.reset();
    }
  } else if (factors && factors->factorise(least_shift)) {
    ends[0] = factors->flattest(n, least_shift);
    has_flattest = true;
  } else {
    factors.reset();
  }
  result.smallest = std::min(ends[0].value, ends[1].value);
  result.largest = std::max(ends[0].value, ends[1].value);
  const double size = std::max(std::abs(result.smallest), std::abs(result.largest));
  result.rounding = relative * size;

  std::vector<double> significant(gradient.begin(), gradient.end());
  for (std::size_t i = 0; i < n; ++i) {
    if (std::abs(significant[i]) <= 4 * gradient_noise[i]) significant[i] = 0;
  }
  if (factors) {
    for (double& slope : significant) slope = -slope;
    result.newton_step.resize(n);
    factors->solve(significant, result.newton_step);
  } else {
    result.newton_step = newton_step(objective, x, significant);
  }
  std::vector<double> ahead = along(x, 1, result.newton_step);
  Box(objective.bounds()).project(ahead);

  for (const Extreme& end : ends) {
    // How much this curvature changes over the next Newton step.
    std::vector<double> there(n);
    objective.hessian_vector(ahead, end.vector, there);
    for (std::size_t i = 0; i < n; ++i) there[i] -= end.image[i];
    const double change = norm(there);
    // A negative curvature is what it is; that no curvature is lower than a positive one, Lanczos knows only to its own error.
    const double error = result.rounding + (end.value > 0 ? end.error : 0);
    if (!(std::abs(end.value) > error && change < 0.25 * std::abs(end.value))) {
      ++result.doubtful;
      if (std::abs(end.value) <= error) ++result.flat;
      result.flat_directions.push_back(end.vector);
    } else if (end.value > 0) {
      ++result.positive;
    } else if (++result.negative == 1) {
      result.downward = end.vector;
      result.downward_curvature = end.value;
      for (std::size_t i = 0; i < n; ++i) result.downward_noise += std::abs(end.vector[i]) * gradient_noise[i];
    }
  }
  // But where one is zero within rounding a strictly convex loss may fall for ever.
  const bool is_level = std::ranges::any_of(ends, [&](const Extreme& end) { return end.value <= result.rounding; });
  if (is_strictly_convex(objective) && result.negative == 0 && !is_level) {
    result.positive = n;
    result.doubtful = result.flat = 0;
    result.flat_directions.clear();
  } else if (result.negative == 0 && result.doubtful == 0 && !has_flattest) {
    // Whether a direction is flat, or curves down a little, is all that is open; where it lies is not known.
    result.doubtful = 1;
    --result.positive;
  }
  // All other curvatures lie between the two.
  if (result.doubtful == 0 && result.negative == 0) result.positive = n;
  if (result.negative == 2) result.negative = n;
  return result;
}

}  // namespace downhill::optimize
