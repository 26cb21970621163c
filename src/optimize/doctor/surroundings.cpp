#include "optimize/doctor/surroundings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <downhill/bounds.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "optimize/norms.hpp"

namespace downhill::optimize {

namespace {

constexpr std::size_t most_named = 6;

}  // namespace

Surroundings::Surroundings(Walk& walk, Label label) : walk_(walk), label_(std::move(label)), lengths_(walk.lengths()) {
  if (!label_) label_ = [](std::size_t i) { return fmt::format("x[{}]", i); };
  const double usual = largest(lengths_);
  for (double& length : lengths_) {
    if (!(length > 0) || !std::isfinite(length)) length = usual > 0 && std::isfinite(usual) ? usual : 1.0;
  }
}

double Surroundings::length_at(std::span<const double> x, std::size_t i) const {
  const double length = std::max(std::abs(x[i]), 0x1p-10 * std::abs(walk_.start().x[i]));
  return length > 0 && length < lengths_[i] ? length : lengths_[i];
}

std::string Surroundings::label(std::size_t i) const { return label_(i); }

std::string Surroundings::labels(std::span<const std::size_t> coordinates) const {
  std::vector<std::string> names;
  for (const std::size_t i : coordinates.first(std::min(coordinates.size(), most_named))) names.push_back(label_(i));
  if (coordinates.size() > most_named) {
    return fmt::format("{} and {} more", fmt::join(names, ", "), coordinates.size() - most_named);
  }
  if (names.size() < 2) return names.empty() ? std::string() : names.front();
  const std::string last = names.back();
  names.pop_back();
  return fmt::format("{} and {}", fmt::join(names, ", "), last);
}

bool Surroundings::contains(std::span<const double> x) const {
  if (!is_finite(x)) return false;
  const Bounds* bounds = walk_.objective().bounds();
  if (bounds == nullptr) return true;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (x[i] < bounds->lower[i] || x[i] > bounds->upper[i]) return false;
  }
  return true;
}

double Surroundings::value(std::span<const double> x) {
  return contains(x) ? walk_.objective().value(x) : std::numeric_limits<double>::quiet_NaN();
}

bool Surroundings::gradient(std::span<const double> x, std::span<double> gradient) {
  if (!contains(x)) return false;
  return std::isfinite(walk_.objective().value_and_gradient(x, gradient)) && is_finite(gradient);
}

}  // namespace downhill::optimize
