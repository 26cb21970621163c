#include <algorithm>
#include <cmath>
#include <vector>

#include "optimize/norms.hpp"
#include "optimize/piece_model.hpp"

namespace downhill::optimize {

namespace {

using Kind = PieceSource::Part::Kind;

}  // namespace

double PieceModel::size_of_compared(std::span<const double> slopes) {
  if (!look(here_, x_)) return 0;
  std::vector<double> sizes(slopes.size(), 0.0);
  for (const PieceSource::Part& part : pieces_->parts()) {
    for (std::size_t k = 0; k < part.weights && part.kind != Kind::length; ++k) {
      double& size = sizes[part.first_group + (part.kind == Kind::pair ? k : part.group_of[k])];
      size = std::max(size, std::abs(changes_[part.first_weight + k]));
    }
  }
  double result = 0;
  for (std::size_t g = 0; g < sizes.size(); ++g) result += std::abs(slopes[g]) * sizes[g];
  return std::isfinite(result) ? result : 0;
}

bool PieceModel::has_open_comparison(std::span<const double> lengths) {
  constexpr double near = 1e-6;
  std::vector<double> margins(pieces_->comparisons()), changes(margins.size()), reach(margins.size(), 0.0);
  std::vector<double> direction(x_.size(), 0.0);
  for (std::size_t i = 0; i < x_.size() && !margins.empty(); ++i) {
    direction[i] = 1;
    walk_.objective().add({.value = 1});
    if (!pieces_->margins(x_, here_, direction, margins, changes)) return true;
    direction[i] = 0;
    for (std::size_t k = 0; k < reach.size(); ++k) reach[k] += near * std::abs(changes[k]) * lengths[i];
  }
  for (std::size_t k = 0; k < margins.size(); ++k) {
    if (!(std::abs(margins[k]) > reach[k])) return true;
  }
  return false;
}

bool PieceModel::has_tie(std::span<const double> lengths, double near) {
  std::vector<double> reach(here_.size(), 0.0), direction(x_.size(), 0.0);
  for (std::size_t i = 0; i < x_.size(); ++i) {
    direction[i] = near * lengths[i];
    if (!look(here_, direction) || !optimize::is_finite(changes_)) return true;
    direction[i] = 0;
    for (const PieceSource::Part& part : pieces_->parts()) {
      const std::size_t flags = part.first_weight + part.weights - part.groups;
      for (std::size_t k = part.first_weight; k < part.first_weight + part.weights; ++k) {
        const bool is_length = part.kind == Kind::length;
        if (!is_length || k >= flags) reach[k] += is_length ? std::abs(1 - changes_[k]) : std::abs(changes_[k]);
      }
    }
  }
  for (const PieceSource::Part& part : pieces_->parts()) {
    const std::size_t begin = part.first_weight, end = begin + part.weights;
    if (part.kind == Kind::pair) {
      for (std::size_t k = begin; k < end; ++k) {
        if (!(std::abs(numbers_[k]) > reach[k])) return true;
      }
    } else if (part.kind == Kind::length) {
      for (std::size_t k = end - part.groups; k < end; ++k) {
        if (!(numbers_[k] > 0 && reach[k] < 1)) return true;
      }
    } else {
      std::vector<std::size_t> taken(part.groups, begin);
      for (std::size_t k = begin; k < end; ++k) {
        if (here_[k] > 0.5) taken[part.group_of[k - begin]] = k;
      }
      for (std::size_t k = begin; k < end; ++k) {
        const std::size_t other = taken[part.group_of[k - begin]];
        if (k != other && !(std::abs(numbers_[k] - numbers_[other]) > reach[k] + reach[other])) return true;
      }
    }
  }
  return false;
}

}  // namespace downhill::optimize
