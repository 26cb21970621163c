#include "optimize/kinks.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

namespace downhill::optimize {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

Kinks::Kinks(std::size_t n, std::span<const L1Term> terms) {
  std::vector<L1Term> sorted(terms.begin(), terms.end());
  std::ranges::stable_sort(sorted, {}, [](const L1Term& term) { return std::tuple(term.variable, term.center); });
  for (const L1Term& term : sorted) {
    if (term.weight == 0) continue;
    const bool is_same =
        !terms_.empty() && terms_.back().variable == term.variable && terms_.back().center == term.center;
    if (is_same) {
      terms_.back().weight += term.weight;
    } else {
      terms_.push_back(term);
    }
  }
  std::size_t next = 0;
  for (std::size_t i = 0; i < n; ++i) {
    begin_.push_back(next);
    double above = 0;
    for (; next < terms_.size() && terms_[next].variable == i; ++next) above += terms_[next].weight;
    double below = 0;
    for (std::size_t k = begin_.back(); k < next; ++k) {
      slopes_.push_back(below - above);
      centers_.push_back(terms_[k].center);
      below += terms_[k].weight;
      above = k + 1 == next ? 0 : above - terms_[k].weight;
    }
    slopes_.push_back(below);
  }
  begin_.push_back(next);
}

double Kinks::value(std::span<const double> x) const {
  double sum = 0;
  for (const L1Term& term : terms_) sum += term.weight * std::abs(x[term.variable] - term.center);
  return sum;
}

Kinks::Slopes Kinks::slopes(std::size_t i, double x) const {
  const auto kinks = centers(i);
  const auto found = std::ranges::lower_bound(kinks, x);
  const auto before = static_cast<std::size_t>(found - kinks.begin());
  const bool is_kink = found != kinks.end() && *found == x;
  return {slopes(i)[before], slopes(i)[is_kink ? before + 1 : before]};
}

bool Kinks::is_on_kink(std::size_t i, double x) const { return std::ranges::binary_search(centers(i), x); }

double Kinks::nearest(std::size_t i, double x) const {
  const auto kinks = centers(i);
  const auto found = std::ranges::lower_bound(kinks, x);
  if (found == kinks.end()) return kinks.back();
  if (found == kinks.begin()) return kinks.front();
  return *found - x < x - *(found - 1) ? *found : *(found - 1);
}

Kinks::Piece Kinks::piece(std::size_t i, double x, double way) const {
  const auto kinks = centers(i);
  Piece result{-infinity, infinity};
  // The first kink beyond x, or for a way to the left the first not before it.
  const auto above = way > 0 ? std::ranges::upper_bound(kinks, x) : std::ranges::lower_bound(kinks, x);
  if (above != kinks.end()) result.high = *above;
  if (above != kinks.begin()) result.low = *(above - 1);
  return result;
}

double Kinks::prox(std::size_t i, double v, double t) const {
  const auto kinks = centers(i);
  const auto slope = slopes(i);
  // z + t h'(z) rises through v at a kink or between two.
  for (std::size_t k = 0; k < kinks.size(); ++k) {
    const double straight = v - t * slope[k];
    if (straight < kinks[k]) return straight;
    if (v - t * slope[k + 1] <= kinks[k]) return kinks[k];
  }
  return v - t * slope.back();
}

void Kinks::shorten(std::span<const double> x, std::span<double> gradient) const {
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!has_kinks(i) || std::isnan(gradient[i])) continue;
    const Slopes h = slopes(i, x[i]);
    const double low = gradient[i] + h.below, high = gradient[i] + h.above;
    gradient[i] = low > 0 ? low : high < 0 ? high : 0;
  }
}

double value_and_subgradient(Objective& objective, std::span<const double> x, std::span<double> gradient) {
  if (objective.l1().empty()) return objective.value_and_gradient(x, gradient);
  const double value = objective.split_value_and_gradient(x, gradient).value;
  Kinks(x.size(), objective.l1()).shorten(x, gradient);
  return value;
}

}  // namespace downhill::optimize
