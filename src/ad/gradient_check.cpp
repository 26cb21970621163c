#include <downhill/gradient_check.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace downhill {
namespace {

double allowed(double a, double b, double error, double tolerance) {
  return tolerance * std::max(std::abs(a), std::abs(b)) + 10 * error;
}

bool is_close(double a, double b, double error, double tolerance) {
  return std::abs(a - b) <= allowed(a, b, error, tolerance);
}

/// The factor by which all of the gradient is off, if there is one that explains every coordinate.
std::optional<double> common_factor(const std::vector<CoordinateCheck>& all, double tolerance) {
  const auto largest = std::ranges::max_element(
      all, {}, [](const CoordinateCheck& c) { return std::isfinite(c.differences) ? std::abs(c.differences) : -1.0; });
  if (largest->differences == 0 || !std::isfinite(largest->differences)) {
    return std::nullopt;
  }
  const double factor = largest->gradient / largest->differences;
  const bool explains = std::ranges::all_of(all, [&](const CoordinateCheck& c) {
    return is_close(c.gradient, factor * c.differences, std::abs(factor) * c.error, 100 * tolerance);
  });
  return explains ? std::optional(factor) : std::nullopt;
}

/// True if the gradient is the right one with entry k found at to(k).
template <class To>
bool is_moved(const std::vector<CoordinateCheck>& all, double tolerance, const To& to) {
  for (std::size_t k = 0; k < all.size(); ++k) {
    const CoordinateCheck& right = all[to(k)];
    if (!is_close(all[k].gradient, right.differences, right.error, 100 * tolerance)) {
      return false;
    }
  }
  return true;
}

std::string cause(const std::vector<CoordinateCheck>& all, double tolerance) {
  if (std::ranges::all_of(all, [](const CoordinateCheck& c) { return c.gradient == 0; })) {
    return "the gradient is zero everywhere";
  }
  if (const std::optional<double> factor = common_factor(all, tolerance)) {
    if (is_close(*factor, -1, 0, 1e-3)) {
      return "every sign is reversed";
    }
    return fmt::format("every coordinate is off by the factor {:.6g}", *factor);
  }
  const std::size_t n = all.size();
  if (n > 1 && is_moved(all, tolerance, [n](std::size_t k) { return (k + 1) % n; })) {
    return "entries are shifted down by one";
  }
  if (n > 1 && is_moved(all, tolerance, [n](std::size_t k) { return (k + n - 1) % n; })) {
    return "entries are shifted up by one";
  }
  std::vector<std::size_t> wrong;
  for (const CoordinateCheck& c : all) {
    if (!c.agrees) {
      wrong.push_back(c.index);
    }
  }
  if (wrong.size() == 2 && is_moved(all, tolerance, [&](std::size_t k) {
        return k == wrong[0] ? wrong[1] : k == wrong[1] ? wrong[0] : k;
      })) {
    return fmt::format("coordinates {} and {} are exchanged", wrong[0], wrong[1]);
  }
  return {};
}

}  // namespace

GradientCheck check_gradient(const ScalarFunction& f, const GradientFunction& gradient, std::span<const double> x,
                             double tolerance) {
  std::vector<double> given(x.size());
  gradient(x, given);
  const DifferenceGradient found = difference_gradient(f, x);
  GradientCheck check;
  double worst = 0;
  std::size_t wrong = 0;
  for (std::size_t k = 0; k < x.size(); ++k) {
    CoordinateCheck c{k, given[k], found.gradient[k], found.error[k], true};
    const bool is_comparable = std::isfinite(c.differences);
    c.agrees = !is_comparable || is_close(c.gradient, c.differences, c.error, tolerance);
    const double excess =
        std::isnan(c.gradient)
            ? HUGE_VAL
            : std::abs(c.gradient - c.differences) / (allowed(c.gradient, c.differences, c.error, tolerance) + 1e-300);
    if (!c.agrees) {
      ++wrong;
      if (excess > worst) {
        worst = excess;
        check.worst = k;
      }
    }
    check.coordinates.push_back(c);
  }
  check.agrees = wrong == 0;
  if (check.agrees) {
    check.message = fmt::format("gradient agrees with finite differences in all {} coordinates", x.size());
    return check;
  }
  const CoordinateCheck& c = check.coordinates[check.worst];
  check.message = fmt::format(
      "gradient disagrees with finite differences in {} of {} coordinates, most in coordinate {}: {:.10g} given, "
      "{:.10g} by differences (± {:.1e})",
      wrong, x.size(), c.index, c.gradient, c.differences, c.error);
  if (const std::string why = cause(check.coordinates, tolerance); !why.empty()) {
    check.message += ": " + why;
  }
  return check;
}

}  // namespace downhill
