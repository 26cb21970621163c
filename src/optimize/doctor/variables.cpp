#include "optimize/doctor/variables.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace downhill::optimize {

namespace {

constexpr double far_apart = 1e8;
constexpr std::size_t most_suggested = 4;
constexpr std::size_t most_tried_alone = 300;  // variables

// Whether f stays as it is when all of these move at once.
bool are_without_effect(Surroundings& around, const Point& point, std::span<const std::size_t> variables) {
  std::vector<double> x(point.x);
  for (const double part : {1e-6, 1e-2, 1.0, 100.0}) {
    for (const double side : {1.0, -1.0}) {
      for (const std::size_t i : variables) x[i] = point.x[i] + side * part * around.lengths()[i];
      if (!around.contains(x)) continue;
      const double value = around.value(x);
      if (std::isfinite(value) && value != point.value) return false;
    }
  }
  return true;
}

}  // namespace

std::vector<Finding> without_effect(Surroundings& around, const Point& start, const Point& here,
                                    const Curvature& curvature) {
  const std::size_t n = here.x.size();
  std::vector<std::size_t> idle;
  for (std::size_t i = 0; i < n; ++i) {
    const auto slopes = [&](const Point& p) { return !p.gradient.empty() && p.gradient[i] != 0; };
    if (slopes(start) || slopes(here)) continue;
    if (curvature.is_known && !curvature.is_partial && curvature.doubtful == 0) continue;
    idle.push_back(i);
  }
  if (idle.size() <= most_tried_alone) {
    std::erase_if(idle, [&](const std::size_t i) { return !are_without_effect(around, here, std::span(&i, 1)); });
  } else if (!are_without_effect(around, here, idle)) {
    return {};  // some have an effect, and to try each costs too much
  }
  if (idle.empty()) return {};
  if (idle.size() == n && start.value == here.value) {
    return {{.kind = Finding::Kind::constant,
             .coordinates = {},
             .evidence = {{"value", here.value}},
             .what = fmt::format("f is constant here: it is {:.6g} wherever it was evaluated", here.value),
             .advice = "check that the loss uses its variables, and not through floor, round or a comparison"}};
  }
  const std::string names = around.labels(idle);
  return {
      {.kind = Finding::Kind::unused_variable,
       .coordinates = idle,
       .evidence = {},
       .what = fmt::format("f does not change with {}", names),
       .advice = fmt::format("fix {}, or check why the loss does not use {}", names, idle.size() > 1 ? "them" : "it")}};
}

std::vector<Finding> scales_apart(const Surroundings& around, const Curvature& curvature) {
  const std::vector<double>& unit = curvature.unit;
  if (!curvature.is_known || unit.size() < 2) return {};
  const auto [least, most] = std::ranges::minmax_element(unit);
  if (!(*most / *least >= far_apart) || !(*least > 0) || !std::isfinite(*most)) return {};
  const auto shortest = static_cast<std::size_t>(least - unit.begin());
  const auto longest = static_cast<std::size_t>(most - unit.begin());
  std::vector<std::size_t> order(unit.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const double middle = std::sqrt(*least) * std::sqrt(*most);
  const auto oddity = [&](std::size_t i) { return -std::abs(std::log(unit[i] / middle)); };
  std::ranges::sort(order, {}, oddity);
  std::vector<std::string> factors;
  for (const std::size_t i : order) {
    if (factors.size() == most_suggested) break;
    factors.push_back(fmt::format("{} / {:.0e}", around.label(i), unit[i]));
  }
  return {{.kind = Finding::Kind::scale,
           .coordinates = {shortest, longest},
           .evidence = {{"shortest", *least}, {"longest", *most}},
           .what = fmt::format(
               "the variables differ in scale by {:.0e}: f changes as much over {:.1g} of {} as over {:.1g} of {}",
               *most / *least, *least, around.label(shortest), *most, around.label(longest)),
           .advice = fmt::format("work with variables of one size, such as {}", fmt::join(factors, ", "))}};
}

}  // namespace downhill::optimize
