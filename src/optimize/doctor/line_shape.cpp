#include "optimize/doctor/line_shape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "optimize/norms.hpp"

namespace downhill::optimize {

namespace {

constexpr std::size_t most_axes = 20;
constexpr int levels_needed = 4;  // in a row, each a quarter of the step before

struct Break {
  enum class Kind : std::uint8_t { none, kink, jump } kind = Kind::none;
  double left = 0, right = 0;  // slopes to both sides of a kink; values to both sides of a jump
};

// With the step h, a smooth f has f(h) - f(-h) of order h and a second difference of order h²; at a kink within reach the second
// difference is of order h, at a jump either is of order 1.
Break break_along(const std::function<double(double)>& f, double noise) {
  const double center = f(0);
  Break kink, jump;
  int kinked = 0, jumping = 0;
  double bend_before = 0, leap_before = 0;
  for (int k = 2; k <= 40; k += 2) {
    const double h = std::ldexp(1.0, -k);
    const double ahead = f(h), behind = f(-h);
    if (!std::isfinite(ahead) || !std::isfinite(behind)) {
      kinked = jumping = 0;
      continue;
    }
    const double size = std::max({std::abs(ahead), std::abs(behind), std::abs(center)});
    const double blur = 16 * std::max(noise, 4 * std::numeric_limits<double>::epsilon() * size);
    const double bend = (ahead - center) + (behind - center);
    const double leap = std::max(std::abs(ahead - center), std::abs(behind - center));
    const double slopes = std::abs(ahead - center) + std::abs(behind - center);
    const bool is_kinked = bend_before != 0 && std::abs(bend) > blur && std::abs(bend) >= 0.05 * slopes &&
                           bend / bend_before > 0.2 && bend / bend_before < 0.3;
    const bool is_jumping = leap_before != 0 && leap > blur && leap / leap_before > 0.9 && leap / leap_before < 1.1;
    kinked = is_kinked ? kinked + 1 : 0;
    jumping = is_jumping ? jumping + 1 : 0;
    if (jumping >= levels_needed) jump = {Break::Kind::jump, behind, ahead};
    if (kinked >= levels_needed) kink = {Break::Kind::kink, (center - behind) / h, (ahead - center) / h};
    bend_before = bend;
    leap_before = leap;
  }
  return jump.kind != Break::Kind::none ? jump : kink;
}

}  // namespace

std::optional<Finding> break_nearby(Surroundings& around, std::span<const double> x, std::span<const double> last_step,
                                    std::span<const double> gradient, double noise) {
  const std::size_t n = x.size();
  std::vector<double> point(n);
  const auto look = [&](std::span<const double> direction) {
    return break_along(
        [&](double t) {
          for (std::size_t i = 0; i < n; ++i) point[i] = x[i] + t * direction[i];
          return around.value(point);
        },
        noise);
  };
  const std::vector<double>& lengths = around.lengths();
  Break found;
  std::vector<std::size_t> coordinates;
  std::string where;
  std::vector<double> direction(n, 0.0);
  for (std::size_t i = 0; i < n && n <= most_axes; ++i) {
    direction[i] = lengths[i];
    const Break here = look(direction);
    direction[i] = 0;
    if (here.kind == Break::Kind::none || (found.kind == Break::Kind::jump && here.kind == Break::Kind::kink)) continue;
    if (here.kind != found.kind) coordinates.clear();
    if (coordinates.empty()) {
      found = here;
      if (here.kind == Break::Kind::kink) {
        found.left /= lengths[i];
        found.right /= lengths[i];
      }
    }
    coordinates.push_back(i);
  }
  where = "along " + around.labels(coordinates);
  // Along other lines: as long as the variables are, or the last step brought into their range.
  const auto try_line = [&](std::span<const double> line, const char* name) {
    if (found.kind != Break::Kind::none || line.empty() || !is_finite(line) || largest(line) == 0) return;
    double reach = 0;
    for (std::size_t i = 0; i < n; ++i) reach = std::max(reach, std::abs(line[i]) / lengths[i]);
    for (std::size_t i = 0; i < n; ++i) direction[i] = line[i] / reach;
    found = look(direction);
    where = name;
  };
  try_line(last_step, "along the last step");
  try_line(gradient, "along the gradient");
  if (found.kind == Break::Kind::none) return std::nullopt;
  Finding finding{.kind = found.kind == Break::Kind::kink ? Finding::Kind::kink : Finding::Kind::jump,
                  .coordinates = std::move(coordinates),
                  .what = {},
                  .advice = {}};
  if (found.kind == Break::Kind::kink) {
    finding.evidence = {{"slope_before", found.left}, {"slope_after", found.right}};
    finding.what =
        fmt::format("f has a kink here {}: its slope jumps from {:.4g} to {:.4g}", where, found.left, found.right);
    finding.advice = fmt::format(
        "methods that trust the gradient end at kinks: try {}",
        around.objective().source()->pieces() != nullptr ? "piecewise_newton" : "bfgs, nelder_mead or cma_es");
  } else {
    finding.evidence = {{"value_before", found.left}, {"value_after", found.right}};
    finding.what = fmt::format("f jumps here {}: from {:.6g} to {:.6g}", where, found.left, found.right);
    finding.advice = "the gradient knows nothing of jumps: try a method of values alone, such as nelder_mead or cma_es";
  }
  return finding;
}

}  // namespace downhill::optimize
