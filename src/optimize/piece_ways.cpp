#include "optimize/piece_ways.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "optimize/cut_program.hpp"
#include "optimize/norms.hpp"

namespace downhill::optimize {

namespace {

constexpr double least_share = 1e-9;   // of a piece: below it, it may have none
constexpr double dependent = 1e-9;     // relative
constexpr double least_scale = 1e-12;  // of the steepest variable's
constexpr std::size_t most_components = 300;
constexpr int most_turns = 30;

// The largest entry: no square of it overflows or vanishes.
double size_of(const Eigen::VectorXd& v) { return v.size() == 0 ? 0 : v.cwiseAbs().maxCoeff(); }

}  // namespace

PieceWays::PieceWays(Walk& walk, PieceModel& model, PieceStep& found, Eigen::VectorXd slopes, double tolerance,
                     double height)
    : walk_(walk),
      model_(model),
      found_(found),
      n_(static_cast<Eigen::Index>(walk.size())),
      slopes_(std::move(slopes)),
      tolerance_(tolerance),
      height_(height) {
  Eigen::VectorXd scale = slopes_;
  const double size = size_of_f(walk_, scale);
  scale = scale.cwiseMax(std::sqrt(size) * found_.hessian.diagonal().cwiseAbs().cwiseSqrt()).eval();
  const double most = scale.maxCoeff();
  unit_ = most > 0 && std::isfinite(most) ? scale.cwiseMax(least_scale * most).cwiseInverse().eval()
                                          : Eigen::VectorXd::Ones(n_);
  ways_ = along_kinks();
  for (int turn = 0; turn < most_turns && ways_.cols() > 0 && adds_pieces(); ++turn) ways_ = along_kinks();
}

double PieceWays::length() const {
  const std::vector<double> lengths = walk_.lengths();
  double result = std::numeric_limits<double>::min();
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    result = std::max(result, lengths[i] / unit_[static_cast<Eigen::Index>(i)]);
  }
  return result;
}

Eigen::MatrixXd PieceWays::in_units(const Eigen::MatrixXd& hessian) const {
  return unit_.asDiagonal() * hessian * unit_.asDiagonal();
}

Eigen::MatrixXd PieceWays::curvature() const { return ways_.transpose() * in_units(found_.hessian) * ways_; }

std::vector<double> PieceWays::chosen_along(Eigen::Index way, double length) {
  const Eigen::VectorXd step = length * ways_.col(way).cwiseProduct(unit_);
  return model_.chosen({step.data(), walk_.size()});
}

// How the gradient of the combination changes with the weights that have room to both sides: f rises along every way that sees such a
// change.
std::vector<Eigen::VectorXd> PieceWays::across_kinks() {
  std::vector<Eigen::VectorXd> result;
  const std::vector<double> mean = mean_weights(model_.pieces(), found_.cuts, found_.share);
  const auto whole = model_.cut(mean);
  if (!whole || !(size_of(whole->gradient - found_.gradient) <= dependent * size_of(slopes_))) return result;
  const auto add = [&](std::size_t up, std::size_t down) {
    std::vector<double> moved = mean;
    moved[up] += 0.5;
    if (down < moved.size()) moved[down] -= 0.5;
    if (result.size() == most_components) return;
    if (const auto cut = model_.cut(std::move(moved))) result.emplace_back(cut->gradient - whole->gradient);
  };
  const std::size_t none = mean.size();
  for (const PieceSource::Part& part : model_.pieces().parts()) {
    const auto weight = [&](std::size_t k) { return mean[part.first_weight + k]; };
    if (part.kind == PieceSource::Part::Kind::pair) {
      for (std::size_t k = 0; k < part.weights; ++k) {
        if (std::min(weight(k), 1 - weight(k)) > least_share) add(part.first_weight + k, none);
      }
    } else if (part.kind == PieceSource::Part::Kind::extreme) {
      std::vector<std::size_t> first(part.groups, none);
      for (std::size_t k = 0; k < part.weights; ++k) {
        if (!(weight(k) > least_share)) continue;
        std::size_t& other = first[part.group_of[k]];
        other == none ? void(other = part.first_weight + k) : add(part.first_weight + k, other);
      }
    } else {
      const std::size_t vectors = part.weights - part.groups;
      double square = 0;
      bool is_zero = true;
      for (std::size_t k = 0; k < vectors; ++k) square += weight(k) * weight(k);
      for (std::size_t g = 0; g < part.groups; ++g) is_zero = is_zero && weight(vectors + g) < 0.5;
      if (!is_zero || square > 1 - least_share) continue;
      for (std::size_t k = 0; k < vectors; ++k) add(part.first_weight + k, none);
    }
  }
  return result;
}

Eigen::MatrixXd PieceWays::along_kinks() {
  std::vector<Eigen::VectorXd> across;
  // Slopes that count as zero make no kink: f may be of second order there.
  const std::vector<double>& seen = walk_.largest_gradient();
  const auto of_note = [&](Eigen::VectorXd row) {
    for (Eigen::Index i = 0; i < n_ && !seen.empty(); ++i) {
      if (std::abs(row[i]) <= tolerance_ * seen[static_cast<std::size_t>(i)]) row[i] = 0;
    }
    return row;
  };
  std::vector<Eigen::VectorXd> kinks = across_kinks();
  for (Eigen::VectorXd& row : kinks) row = of_note(std::move(row));
  Eigen::VectorXd scale = slopes_;
  for (const Eigen::VectorXd& row : kinks) scale = scale.cwiseMax(row.cwiseAbs());
  const double most = scale.maxCoeff();
  if (most > 0) scale = scale.cwiseMax(least_scale * most).eval();
  if (!(most > 0)) scale.setOnes();
  for (std::size_t j = 0; j < found_.cuts.size(); ++j) {
    if (found_.share[j] > least_share) {
      across.emplace_back(of_note(found_.cuts[j].gradient - found_.gradient).cwiseQuotient(scale));
    }
  }
  for (Eigen::Index i = 0; i < n_; ++i) {
    if (std::abs(found_.multipliers[i]) > dependent * slopes_[i]) across.push_back(Eigen::VectorXd::Unit(n_, i));
  }
  for (const Eigen::VectorXd& row : kinks) across.emplace_back(row.cwiseQuotient(scale));
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(n_, n_);
  for (const Eigen::VectorXd& row : across) matrix += row * row.transpose();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(matrix);
  std::vector<Eigen::VectorXd> ways;
  for (Eigen::Index k = 0; k < n_; ++k) {
    if (std::sqrt(std::max(0.0, eigen.eigenvalues()[k])) > 1e-7) continue;
    ways.emplace_back(eigen.eigenvectors().col(k).cwiseQuotient(scale).cwiseQuotient(unit_));
  }
  Eigen::MatrixXd result(n_, static_cast<Eigen::Index>(ways.size()));
  for (std::size_t k = 0; k < ways.size(); ++k) result.col(static_cast<Eigen::Index>(k)) = ways[k].normalized();
  if (ways.empty()) return result;
  return Eigen::HouseholderQR<Eigen::MatrixXd>(result).householderQ() * Eigen::MatrixXd::Identity(n_, result.cols());
}

// Pieces that make f rise along these ways, if all that are known can have a share in a combination that is zero; adds them.
bool PieceWays::adds_pieces() {
  constexpr double reach = 1e-7, share = 1e-3;
  const double reach_in_units = reach * length();
  std::vector<PieceModel::Cut> more;
  for (Eigen::Index k = 0; k < 2 * ways_.cols(); ++k) {
    const double side = k % 2 == 0 ? reach_in_units : -reach_in_units;
    auto cut = model_.cut(chosen_along(k / 2, side));
    if (!cut || !(cut->gap <= height_)) continue;
    const Eigen::VectorXd gradient = cut->gradient.cwiseProduct(unit_), way = side * ways_.col(k / 2);
    const bool rises = gradient.dot(way) > dependent * size_of(gradient) * size_of(way);
    const auto is_cut = [&](const PieceModel::Cut& known) { return known.weights == cut->weights; };
    if (!rises || std::ranges::any_of(found_.cuts, is_cut) || std::ranges::any_of(more, is_cut)) continue;
    more.push_back(*std::move(cut));
  }
  if (more.empty()) return false;
  const Eigen::VectorXd scale = slopes_.cwiseMax(least_scale * slopes_.maxCoeff());
  Eigen::VectorXd shift = found_.multipliers;
  for (const auto& cut : more) shift += share * cut.gradient;
  std::vector<PieceModel::Cut> all = found_.cuts;
  all.insert(all.end(), more.begin(), more.end());
  const std::vector<double> none(walk_.size(), std::numeric_limits<double>::infinity());
  std::vector<double> low(none);
  for (double& entry : low) entry = -entry;
  CutProgram program(Eigen::LLT<Eigen::MatrixXd>(Eigen::MatrixXd::Identity(n_, n_)), low, none);
  for (const auto& cut : all) program.add((cut.gradient + shift).cwiseQuotient(scale), 0);
  program.solve();
  if (!(program.step().norm() <= dependent)) return false;
  found_.cuts = std::move(all);
  found_.share.resize(found_.cuts.size(), share);
  return true;
}

double PieceWays::curvature_of_pieces() {
  double result = in_units(found_.hessian).cwiseAbs().maxCoeff();
  for (const auto& cut : found_.cuts) {
    const Eigen::MatrixXd hessian = model_.hessian(cut.weights);
    if (hessian.size() > 0) result = std::max(result, in_units(hessian).cwiseAbs().maxCoeff());
  }
  return result;
}

std::size_t PieceWays::level_aside(double rounding) {
  constexpr double reach = 1e-6;
  const std::vector<double> mean = mean_weights(model_.pieces(), found_.cuts, found_.share);
  const double reach_in_units = reach * length();
  for (Eigen::Index k = 0; k < 2 * ways_.cols(); ++k) {
    const std::vector<double> chosen = chosen_along(k / 2, k % 2 == 0 ? reach_in_units : -reach_in_units);
    std::vector<double> weights = mean;
    for (const PieceSource::Part& part : model_.pieces().parts()) {
      if (part.kind != PieceSource::Part::Kind::pair) continue;
      for (std::size_t w = part.first_weight; w < part.first_weight + part.weights; ++w) {
        if (std::min(mean[w], 1 - mean[w]) <= least_share) weights[w] = chosen[w];
      }
    }
    if (weights == mean) continue;
    const Eigen::MatrixXd hessian = model_.hessian(weights);
    if (hessian.size() == 0) continue;
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(ways_.transpose() * in_units(hessian) * ways_);
    const auto level = (eigen.eigenvalues().array() <= rounding).count();
    if (level > 0) return static_cast<std::size_t>(level);
  }
  return 0;
}

}  // namespace downhill::optimize
