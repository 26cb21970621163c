#include "optimize/doctor/supplied_gradient.hpp"

#include <fmt/format.h>
#include <downhill/gradient_check.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "optimize/doctor/noise.hpp"
#include "optimize/doctor/slopes.hpp"
#include "optimize/draws.hpp"
#include "optimize/norms.hpp"

namespace downhill::optimize {

namespace {

constexpr std::size_t most_checked_one_by_one = 100;
constexpr std::size_t most_named = 8;  // by bisection
constexpr double tolerance = 1e-6;
constexpr std::uint64_t check_stream = 5;

// A step in each of `coordinates`, so long that each adds about as much to the slope, and none is longer than its natural length.
std::vector<double> balanced_direction(const Surroundings& around, std::span<const double> gradient,
                                       std::span<const std::size_t> coordinates, std::uint64_t draw) {
  const std::vector<double>& lengths = around.lengths();
  double least = 0, most = 0;
  for (const std::size_t i : coordinates) {
    const double slope = std::abs(gradient[i]) * lengths[i];
    if (!(slope > 0) || !std::isfinite(slope)) continue;
    most = std::max(most, slope);
    least = least == 0 ? slope : std::min(least, slope);
  }
  const double level = std::max(least, 1e-6 * most);
  Draws draws(draw, check_stream);
  std::vector<double> direction(gradient.size(), 0.0);
  for (const std::size_t i : coordinates) {
    const double slope = std::abs(gradient[i]) * lengths[i];
    const double share = slope > level ? level / slope : 1;
    const double weight = 0.5 + 0.5 * draws.uniform();
    direction[i] = (draws.uniform() < 0.5 ? -weight : weight) * share * lengths[i];
  }
  return direction;
}

bool agrees(Surroundings& around, std::span<const double> x, std::span<const double> gradient,
            std::span<const std::size_t> coordinates, std::uint64_t draw) {
  if (!is_finite(gradient)) return true;  // another finding
  const std::vector<double> direction = balanced_direction(around, gradient, coordinates, draw);
  double given = 0, scale = 0;
  for (std::size_t i = 0; i < direction.size(); ++i) {
    given += gradient[i] * direction[i];
    scale += std::abs(gradient[i] * direction[i]);
  }
  std::vector<double> point(x.size());
  const auto at = [&](double t, std::span<double> value) {
    for (std::size_t i = 0; i < point.size(); ++i) point[i] = x[i] + t * direction[i];
    value[0] = around.value(point);
    return std::isfinite(value[0]);
  };
  const LineSlopes found = slopes_along(at, 1, 0x1p-7, std::array{1e-8 * scale});
  if (!std::isfinite(found.error[0])) return true;
  return std::abs(found.slope[0] - given) <=
         tolerance * std::max(scale, std::abs(found.slope[0])) + 10 * found.error[0];
}

// The coordinates to look at one by one: all of a few, else those in which directions within ever smaller blocks disagree.
std::vector<std::size_t> suspects(Surroundings& around, std::span<const double> x, std::span<const double> gradient) {
  std::vector<std::size_t> all(x.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  if (x.size() <= most_checked_one_by_one) return all;
  std::vector<std::size_t> found;
  std::vector<std::span<const std::size_t>> blocks{all};
  while (!blocks.empty() && found.size() < most_named) {
    const std::span<const std::size_t> block = blocks.back();
    blocks.pop_back();
    if (agrees(around, x, gradient, block, block.size())) continue;
    if (block.size() == 1) {
      found.push_back(block.front());
      continue;
    }
    blocks.push_back(block.subspan(block.size() / 2));
    blocks.push_back(block.first(block.size() / 2));
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace

bool agrees_along(Surroundings& around, std::span<const double> x, std::span<const double> gradient,
                  std::uint64_t draw) {
  std::vector<std::size_t> all(x.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return agrees(around, x, gradient, all, draw);
}

std::optional<Finding> wrong_gradient(Surroundings& around, std::span<const double> x) {
  std::vector<double> gradient(x.size());
  if (!around.gradient(x, gradient)) return std::nullopt;
  const std::vector<std::size_t> looked_at = suspects(around, x, gradient);
  if (looked_at.empty()) return std::nullopt;
  std::vector<double> point(x.begin(), x.end()), start;
  for (const std::size_t i : looked_at) start.push_back(x[i]);
  const auto place = [&](std::span<const double> part) {
    for (std::size_t k = 0; k < part.size(); ++k) point[looked_at[k]] = part[k];
  };
  const GradientCheck check = check_gradient(
      [&](std::span<const double> part) {
        place(part);
        return around.value(point);
      },
      [&](std::span<const double>, std::span<double> given) {
        for (std::size_t k = 0; k < given.size(); ++k) given[k] = gradient[looked_at[k]];
      },
      start, tolerance, [&](std::size_t k) { return around.label(looked_at[k]); });
  if (check.agrees) return std::nullopt;
  place(start);
  const double noise = measured_noise(around, x);
  Finding finding{.kind = Finding::Kind::wrong_gradient, .what = {}, .advice = {}};
  for (const CoordinateCheck& c : check.coordinates) {
    if (c.agrees) continue;
    const std::size_t i = looked_at[c.index];
    const auto along_axis = [&](double t) {
      point[i] = x[i] + t;
      const double value = around.value(point);
      point[i] = x[i];
      return value;
    };
    // A ripple has a slope of its own on its own scale, and another over longer steps: it may be either.
    const auto is_outside = [&](double assumed) {
      return !slope_range(along_axis, around.lengths()[i], assumed).contains(c.gradient);
    };
    if (is_outside(0) && (noise == 0 || is_outside(noise))) finding.coordinates.push_back(i);
  }
  if (finding.coordinates.empty()) return std::nullopt;
  // What holds for two of many coordinates need not hold for all.
  const bool is_part = looked_at.size() < x.size() && looked_at.size() > 1 && looked_at.size() < most_named;
  const std::string cause = is_part ? std::string() : check.cause;
  const CoordinateCheck& worst = check.coordinates[check.worst];
  finding.evidence = {{"given", worst.gradient}, {"differences", worst.differences}, {"error", worst.error}};
  finding.what = fmt::format(
      "the supplied gradient is wrong in {}{} of {} variable{}: {} is {:.10g} where the values of f give {:.10g} (± "
      "{:.1e}){}{}",
      looked_at.size() < x.size() ? "at least " : "", finding.coordinates.size(), x.size(), x.size() == 1 ? "" : "s",
      around.label(looked_at[check.worst]), worst.gradient, worst.differences, worst.error, cause.empty() ? "" : ": ",
      cause);
  finding.advice = "correct the gradient, or leave it out and let differences or a traced loss supply it";
  return finding;
}

}  // namespace downhill::optimize
