#include <downhill/gradient_check.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
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

/// True if the gradient is the right one with entry k found at to(k), for all k but those where to(k) is no entry.
template <class To>
bool is_moved(const std::vector<CoordinateCheck>& all, double tolerance, const To& to) {
  for (std::size_t k = 0; k < all.size(); ++k) {
    if (to(k) >= all.size()) continue;
    const CoordinateCheck& right = all[to(k)];
    if (!is_close(all[k].gradient, right.differences, right.error, 100 * tolerance)) {
      return false;
    }
  }
  return true;
}

/// What is wrong with one coordinate; empty if there is nothing to say.
std::string cause_of_one(const CoordinateCheck& c, const CoordinateLabel& label) {
  if (c.gradient == 0) return fmt::format("{} is zero", label(c.index));
  if (!std::isfinite(c.gradient) || c.differences == 0) return {};
  const double factor = c.gradient / c.differences;
  if (is_close(factor, -1, 0, 1e-3)) return fmt::format("the sign of {} is reversed", label(c.index));
  return fmt::format("{} is off by the factor {:.6g}", label(c.index), factor);
}

std::string cause(const std::vector<CoordinateCheck>& all, double tolerance, const CoordinateLabel& label) {
  const std::size_t n = all.size();
  if (n > 1 && std::ranges::all_of(all, [](const CoordinateCheck& c) { return c.gradient == 0; })) {
    return "the gradient is zero everywhere";
  }
  if (const std::optional<double> factor = n > 1 ? common_factor(all, tolerance) : std::nullopt) {
    if (is_close(*factor, -1, 0, 1e-3)) {
      return "every sign is reversed";
    }
    const std::string missing = is_close(*factor, 0.5, 0, 1e-3) ? " (a factor 2 is missing)" : "";
    return fmt::format("every coordinate is off by the factor {:.6g}{}", *factor, missing);
  }
  if (n > 1 && (is_moved(all, tolerance, [n](std::size_t k) { return (k + 1) % n; }) ||
                (n > 2 && is_moved(all, tolerance, [](std::size_t k) { return k + 1; })))) {
    return "entries are shifted down by one";
  }
  if (n > 1 && (is_moved(all, tolerance, [n](std::size_t k) { return (k + n - 1) % n; }) ||
                (n > 2 && is_moved(all, tolerance, [](std::size_t k) { return k - 1; })))) {
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
    return fmt::format("{} and {} are exchanged", label(wrong[0]), label(wrong[1]));
  }
  return wrong.size() == 1 ? cause_of_one(all[wrong.front()], label) : std::string();
}

/// How f goes on to both sides of x along coordinate k, on lengths far below those of the differences.
class Sides {
 public:
  Sides(const ScalarFunction& f, std::span<const double> x, std::size_t k) {
    std::vector<double> point(x.begin(), x.end());
    const double here = f(point);
    double h = 1e-5 * (x[k] != 0 ? std::abs(x[k]) : 1);
    for (Scale& scale : scales_) {
      point[k] = x[k] + h;
      const double up = point[k] - x[k];
      const double above = f(point);
      point[k] = x[k] - h;
      const double down = x[k] - point[k];
      const double below = f(point);
      const double rounding =
          8 * std::numeric_limits<double>::epsilon() * (std::abs(above) + std::abs(below) + std::abs(here));
      scale = {above - below, (above - here) / up, (here - below) / down, rounding, rounding / std::min(up, down)};
      h /= 16;
    }
  }
  /// The difference across x does not fall with the length.
  [[nodiscard]] bool jump() const {
    const double first = scales_[0].across;
    return std::ranges::all_of(scales_, [&](const Scale& s) {
      return s.across * first > 0 && std::abs(s.across) > 0.5 * std::abs(first) &&
             std::abs(s.across) < 2 * std::abs(first) && std::abs(s.across) > 100 * s.rounding;
    });
  }
  /// The slopes of both sides settle, on different values, and `slope` is from one to the other.
  [[nodiscard]] bool kink_with(double slope) const {
    const Scale& near = scales_[1];
    const double gap = std::abs(near.right - near.left);
    const auto settles = [&](double a, double b) { return std::abs(a - b) < 0.1 * gap; };
    const double slack = 0.01 * gap;
    return gap > 10 * near.slope_rounding && settles(scales_[0].right, near.right) &&
           settles(scales_[0].left, near.left) && slope >= std::min(near.left, near.right) - slack &&
           slope <= std::max(near.left, near.right) + slack;
  }

 private:
  struct Scale {
    double across, right, left, rounding, slope_rounding;
  };
  std::array<Scale, 3> scales_{};
};

std::string counted(std::size_t part, std::size_t all) {
  return all == 1 ? std::string("the one coordinate") : fmt::format("{} of {} coordinates", part, all);
}

}  // namespace

GradientCheck check_gradient(const ScalarFunction& f, const GradientFunction& gradient, std::span<const double> x,
                             double tolerance, const CoordinateLabel& label) {
  const CoordinateLabel name = label ? label : [](std::size_t k) { return fmt::format("coordinate {}", k); };
  std::vector<double> given(x.size());
  gradient(x, given);
  const DifferenceGradient found = difference_gradient(f, x);
  GradientCheck check;
  double worst = 0;
  std::size_t wrong = 0;
  for (std::size_t k = 0; k < x.size(); ++k) {
    CoordinateCheck c{k, given[k], found.gradient[k], found.error[k], true};
    if (!std::isfinite(c.differences)) {
      c.unjudged = "f is not finite near it";
    } else {
      c.agrees = is_close(c.gradient, c.differences, c.error, tolerance);
      constexpr double vague = 0.01;
      if (!c.agrees || c.error > vague * std::max(std::abs(c.gradient), std::abs(c.differences))) {
        const Sides sides(f, x, k);
        if (sides.jump()) {
          c.unjudged = "f jumps there";
          c.agrees = true;
        }
        c.agrees = c.agrees || sides.kink_with(c.gradient);
      }
    }
    if (!c.unjudged.empty()) ++check.unjudged;
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
    if (check.unjudged == 0) {
      check.message = fmt::format("gradient agrees with finite differences in {}",
                                  x.size() == 1 ? "the one coordinate" : fmt::format("all {} coordinates", x.size()));
      return check;
    }
    const auto first = std::ranges::find_if(check.coordinates, [](const auto& c) { return !c.unjudged.empty(); });
    check.message = fmt::format("gradient cannot be judged in {}: {}: {}", counted(check.unjudged, x.size()),
                                name(first->index), first->unjudged);
    return check;
  }
  const CoordinateCheck& c = check.coordinates[check.worst];
  check.message = fmt::format(
      "gradient disagrees with finite differences in {}, most in {}: {:.10g} given, "
      "{:.10g} by differences (± {:.1e})",
      counted(wrong, x.size()), name(c.index), c.gradient, c.differences, c.error);
  check.cause = cause(check.coordinates, tolerance, name);
  if (!check.cause.empty()) check.message += ": " + check.cause;
  return check;
}

}  // namespace downhill
