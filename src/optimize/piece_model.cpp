#include "optimize/piece_model.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "optimize/norms.hpp"

namespace downhill::optimize {

namespace {

using Kind = PieceSource::Part::Kind;

constexpr int most_passes = 8;      // of kinks inside kinks
constexpr double no_slope = 1e-12;  // of the largest: rounding
constexpr double infinity = std::numeric_limits<double>::infinity();

// A loss that is one piece.
class Whole final : public PieceSource {
 public:
  explicit Whole(std::shared_ptr<LossSource> loss) : loss_(std::move(loss)) { are_complete_ = false; }
  bool alternatives(std::span<const double>, std::span<const double>, std::span<const double>, std::span<double>,
                    std::span<double>) override {
    return true;
  }
  bool cut(std::span<const double> x, std::span<const double>, std::span<double> gradient, std::span<double>,
           std::span<double>) override {
    return std::isfinite(loss_->value_and_gradient(x, gradient));
  }
  bool hessian(std::span<const double> x, std::span<const double>, std::span<double> hessian) override {
    loss_->hessian(x, hessian);
    return true;
  }
  bool margins(std::span<const double>, std::span<const double>, std::span<const double>, std::span<double>,
               std::span<double>) override {
    return true;
  }

 private:
  std::shared_ptr<LossSource> loss_;
};

Point evaluate_on_pieces(Walk& walk, std::vector<double> x) {
  Point point = walk.evaluate(std::move(x));
  if (!std::isfinite(point.value) || optimize::is_finite(point.gradient)) return point;
  PieceModel model(walk, point.x);
  const std::vector<double> still(point.x.size(), 0.0);
  if (!model.is_finite()) return point;
  if (const auto cut = model.cut(model.chosen(still))) {
    point.gradient.assign(cut->gradient.data(), cut->gradient.data() + cut->gradient.size());
  }
  return point;
}

}  // namespace

PieceModel::PieceModel(Walk& walk, std::span<const double> x)
    : walk_(walk),
      whole_(walk.objective().source()->pieces() == nullptr ? std::make_unique<Whole>(walk.objective().source())
                                                            : nullptr),
      pieces_(whole_ ? whole_.get() : walk.objective().source()->pieces()),
      x_(x.begin(), x.end()),
      here_(pieces_->weights(), 0.0),
      numbers_(pieces_->weights()),
      changes_(pieces_->weights()),
      is_frozen_(pieces_->groups(), false),
      frozen_slope_(pieces_->groups(), 0.0),
      is_smooth_(pieces_->groups(), true) {
  const std::vector<double> still(x_.size(), 0.0);
  here_ = chosen(still);
  static_cast<void>(has_met_lengths(still));
  is_finite_ = optimize::is_finite(here_) && optimize::is_finite(numbers_);
}

bool PieceModel::look(std::span<const double> weights, std::span<const double> direction) {
  walk_.objective().add({.value = 1});
  return pieces_->alternatives(x_, weights, direction, numbers_, changes_);
}

// What is largest, or smallest, of the numbers after their changes.
void PieceModel::choose(std::vector<double>& weights) const {
  const auto number = [&](std::size_t k) {
    return numbers_[k] + changes_[k] + (correction_.empty() ? 0.0 : correction_[k]);
  };
  for (const PieceSource::Part& part : pieces_->parts()) {
    const double sign = part.is_largest ? 1 : -1;
    const std::size_t begin = part.first_weight, end = begin + part.weights;
    switch (part.kind) {
      case Kind::pair:
        for (std::size_t k = begin; k < end; ++k) {
          const double above = sign * number(k);
          weights[k] = above > 0 || (above == 0 && weights[k] > 0.5) ? 1 : 0;
        }
        break;
      case Kind::extreme: {
        std::vector<std::size_t> best(part.groups, end);
        for (std::size_t k = begin; k < end; ++k) {
          std::size_t& now = best[part.group_of[k - begin]];
          if (now == end || sign * number(k) > sign * number(now)) now = k;
          weights[k] = 0;
        }
        for (const std::size_t k : best) weights[k] = 1;
        break;
      }
      case Kind::length: {
        const std::size_t flags = end - part.groups;
        const bool is_smooth =
            std::all_of(is_smooth_.begin() + static_cast<std::ptrdiff_t>(part.first_group),
                        is_smooth_.begin() + static_cast<std::ptrdiff_t>(part.first_group + part.groups),
                        [](bool is) { return is; });
        for (std::size_t k = begin; k < flags; ++k) weights[k] = is_smooth ? 0 : changes_[k];
        for (std::size_t g = 0; g < part.groups; ++g) weights[flags + g] = is_smooth_[part.first_group + g] ? 1 : 0;
        break;
      }
    }
  }
  keep_chosen(weights);
}

void PieceModel::keep_chosen(std::vector<double>& weights) const {
  for (const PieceSource::Part& part : pieces_->parts()) {
    for (std::size_t k = 0; k < part.weights; ++k) {
      const std::size_t group = part.kind == Kind::pair ? k : part.kind == Kind::extreme ? part.group_of[k] : 0;
      const bool is_kept =
          part.kind == Kind::length
              ? std::any_of(is_frozen_.begin() + static_cast<std::ptrdiff_t>(part.first_group),
                            is_frozen_.begin() + static_cast<std::ptrdiff_t>(part.first_group + part.groups),
                            [](bool is) { return is; })
              : is_frozen_[part.first_group + group];
      if (is_kept) weights[part.first_weight + k] = here_[part.first_weight + k];
    }
  }
}

std::vector<double> PieceModel::chosen(std::span<const double> direction) {
  std::vector<double> weights = here_;
  for (int pass = 0; pass < most_passes; ++pass) {
    if (!look(weights, direction)) break;
    const std::vector<double> before = weights;
    choose(weights);
    if (weights == before) break;
  }
  return weights;
}

bool PieceModel::has_met_lengths(std::span<const double> step) {
  constexpr double little = 1.0 / 3;
  if (!look(here_, step)) return false;
  bool is_new = false;
  for (const PieceSource::Part& part : pieces_->parts()) {
    if (part.kind != Kind::length) continue;
    for (std::size_t g = 0; g < part.groups; ++g) {
      const std::size_t flag = part.first_weight + part.weights - part.groups + g;
      const bool is_met = !(numbers_[flag] > 0) || changes_[flag] < little;
      if (!is_met || !is_smooth_[part.first_group + g]) continue;
      is_smooth_[part.first_group + g] = false;
      is_new = true;
    }
  }
  if (is_new) {
    const std::vector<double> still(x_.size(), 0.0);
    here_ = chosen(still);
  }
  return is_new;
}

// Kinks of the cut that fold downwards; whether there are new ones.
bool PieceModel::freeze(const Cut& cut) {
  const double least = no_slope * largest(cut.slopes);
  bool is_new = false;
  for (const PieceSource::Part& part : pieces_->parts()) {
    for (std::size_t g = part.first_group; g < part.first_group + part.groups; ++g) {
      const double upwards = part.is_largest ? cut.slopes[g] : -cut.slopes[g];
      if (upwards >= -least) continue;
      frozen_slope_[g] = std::max(frozen_slope_[g], -upwards);
      is_new = is_new || !is_frozen_[g];
      is_frozen_[g] = true;
    }
  }
  return is_new;
}

std::optional<PieceModel::Cut> PieceModel::cut(std::vector<double> weights) {
  Cut result;
  result.weights = std::move(weights);
  result.gradient.resize(static_cast<Eigen::Index>(x_.size()));
  result.slopes.resize(pieces_->groups());
  result.gaps.resize(pieces_->groups());
  do {
    keep_chosen(result.weights);
    walk_.objective().add({.gradient = 1});
    const std::span<double> gradient(result.gradient.data(), x_.size());
    if (!pieces_->cut(x_, result.weights, gradient, result.slopes, result.gaps)) return std::nullopt;
    if (!optimize::is_finite(gradient) || !optimize::is_finite(result.slopes)) return std::nullopt;
  } while (freeze(result));
  result.gap = 0;
  for (const PieceSource::Part& part : pieces_->parts()) {
    for (std::size_t g = 0; g < part.groups; ++g) {
      const std::size_t group = part.first_group + g;
      if (result.slopes[group] == 0 || is_frozen_[group]) continue;
      const double gap =
          correction_.empty() || part.kind == Kind::length ? result.gaps[group] : corrected_gap(part, g, result);
      result.gap += std::max(0.0, result.slopes[group] * gap);
    }
  }
  if (!std::isfinite(result.gap)) return std::nullopt;
  return result;
}

double PieceModel::corrected_gap(const PieceSource::Part& part, std::size_t group, const Cut& cut) const {
  const double sign = part.is_largest ? 1 : -1;
  const auto number = [&](std::size_t k) { return numbers_[k] + correction_[k]; };
  if (part.kind == Kind::pair) {  // of absolute values the number is that difference too
    const std::size_t k = part.first_weight + group;
    const double above = sign * number(k);
    return sign * (cut.weights[k] > 0.5 ? std::max(0.0, -above) : std::max(0.0, above));
  }
  double best = -infinity, taken = 0;
  for (std::size_t k = 0; k < part.weights; ++k) {
    if (part.group_of[k] != group) continue;
    best = std::max(best, sign * number(part.first_weight + k));
    if (cut.weights[part.first_weight + k] > 0.5) taken = sign * number(part.first_weight + k);
  }
  return sign * (best - taken);
}

Eigen::MatrixXd PieceModel::hessian(const std::vector<double>& weights) {
  const auto n = static_cast<Eigen::Index>(x_.size());
  Eigen::MatrixXd result(n, n);
  walk_.objective().add({.hessian = 1});
  if (!pieces_->hessian(x_, weights, {result.data(), x_.size() * x_.size()}) || !result.allFinite()) return {};
  return 0.5 * (result + result.transpose());
}

void PieceModel::correct_by(std::span<const double> other) {
  std::vector<double> way(x_.size()), still(x_.size(), 0.0);
  for (std::size_t i = 0; i < way.size(); ++i) way[i] = other[i] - x_[i];
  const std::vector<double> along = chosen(way);
  const std::vector<double> changes = changes_;
  PieceModel there(walk_, other);
  if (!there.is_finite() || !look(here_, still)) return;
  correction_.assign(numbers_.size(), 0.0);
  for (const PieceSource::Part& part : pieces_->parts()) {
    if (part.kind == Kind::length) continue;
    for (std::size_t k = part.first_weight; k < part.first_weight + part.weights; ++k) {
      correction_[k] = there.numbers_[k] - numbers_[k] - changes[k];
    }
  }
  if (!optimize::is_finite(correction_)) correction_.clear();
}

bool PieceModel::has_tie_downwards(double tolerance) {
  const std::vector<double> still(x_.size(), 0.0);
  if (!look(here_, still)) return true;
  for (const PieceSource::Part& part : pieces_->parts()) {
    for (std::size_t g = 0; g < part.groups; ++g) {
      const std::size_t group = part.first_group + g;
      if (!is_frozen_[group]) continue;
      double apart = infinity;
      if (part.kind == Kind::pair) {
        apart = std::abs(numbers_[part.first_weight + g]);
      } else if (part.kind == Kind::length) {
        apart = numbers_[part.first_weight + part.weights - part.groups + g];
      } else {
        double taken = 0;
        for (std::size_t k = 0; k < part.weights; ++k) {
          if (part.group_of[k] == g && here_[part.first_weight + k] > 0.5) taken = numbers_[part.first_weight + k];
        }
        for (std::size_t k = 0; k < part.weights; ++k) {
          if (part.group_of[k] != g || here_[part.first_weight + k] > 0.5) continue;
          apart = std::min(apart, std::abs(numbers_[part.first_weight + k] - taken));
        }
      }
      if (apart * frozen_slope_[group] <= tolerance) return true;
    }
  }
  return false;
}

std::vector<double> PieceModel::tied_weights(std::span<const double> slopes, double tolerance) {
  std::vector<double> result = here_;
  const std::vector<double> still(x_.size(), 0.0);
  if (!look(here_, still)) return {};
  for (const PieceSource::Part& part : pieces_->parts()) {
    const std::size_t begin = part.first_weight, first = part.first_group;
    if (part.kind == Kind::pair) {
      for (std::size_t k = 0; k < part.weights; ++k) {
        const double slope = std::abs(slopes[first + k]);
        if (slope > 0 && std::abs(numbers_[begin + k]) * slope <= tolerance) result[begin + k] = 0.5;
      }
    }
    if (part.kind != Kind::extreme) continue;
    std::vector<double> taken(part.groups, 0.0), ties(part.groups, 0.0);
    const auto group = [&](std::size_t k) { return part.group_of[k]; };
    const auto is_tied = [&](std::size_t k) {
      const double apart = std::abs(numbers_[begin + k] - taken[group(k)]);
      return here_[begin + k] > 0.5 || apart * std::abs(slopes[first + group(k)]) <= tolerance;
    };
    for (std::size_t k = 0; k < part.weights; ++k) {
      if (here_[begin + k] > 0.5) taken[group(k)] = numbers_[begin + k];
    }
    for (std::size_t k = 0; k < part.weights; ++k) ties[group(k)] += is_tied(k) ? 1 : 0;
    for (std::size_t k = 0; k < part.weights; ++k) result[begin + k] = is_tied(k) ? 1 / ties[group(k)] : 0.0;
  }
  keep_chosen(result);
  return result == here_ ? std::vector<double>() : result;
}

Point end_of_step(Walk& walk, std::span<const double> step) {
  constexpr double next_to_nothing = 1e-9;  // of the step
  std::vector<double> x = walk.box().along(walk.here().x, 1, step);
  Point end = evaluate_on_pieces(walk, x);
  bool is_other = false;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const bool is_close = x[i] != 0 && std::abs(x[i]) <= next_to_nothing * std::abs(step[i]);
    if (!is_close || walk.box().nearest(i, 0) != 0) continue;
    x[i] = 0;
    is_other = true;
  }
  if (!is_other) return end;
  Point other = evaluate_on_pieces(walk, std::move(x));
  return other.value <= end.value ? other : end;
}

std::vector<double> mean_weights(const PieceSource& pieces, std::span<const PieceModel::Cut> cuts,
                                 std::span<const double> share) {
  std::vector<double> result(pieces.weights(), 0.0);
  std::vector<double> through(pieces.groups(), 0.0);
  for (std::size_t j = 0; j < cuts.size(); ++j) {
    for (std::size_t g = 0; g < through.size(); ++g) through[g] += share[j] * std::abs(cuts[j].slopes[g]);
  }
  for (const PieceSource::Part& part : pieces.parts()) {
    for (std::size_t k = 0; k < part.weights; ++k) {
      const std::size_t w = part.first_weight + k;
      const bool is_of_one = part.kind != Kind::length || part.groups == 1;
      const std::size_t g = part.first_group + (part.kind == Kind::pair      ? k
                                                : part.kind == Kind::extreme ? part.group_of[k]
                                                                             : 0);
      for (std::size_t j = 0; j < cuts.size(); ++j) {
        const bool is_weighed = is_of_one && through[g] > 0;
        result[w] += cuts[j].weights[w] * share[j] * (is_weighed ? std::abs(cuts[j].slopes[g]) / through[g] : 1.0);
      }
    }
  }
  return result;
}

}  // namespace downhill::optimize
