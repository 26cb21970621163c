#include "optimize/piece_step.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "optimize/cut_program.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/norms.hpp"

namespace downhill::optimize {

namespace {

using Cut = PieceModel::Cut;

constexpr double settled = 1e-3;        // of the foretold fall: what the model may lie above its cuts
constexpr double least_damping = 1e-9;  // of the largest curvature
constexpr double least_of_size = 1e-10;
constexpr double most_raised = 1e12;
constexpr double next_to_nothing = 1e-12;  // of the size of f
constexpr int most_trials = 40;
constexpr double far_steeper = 16;
constexpr int most_rescaled = 100;
constexpr double poor = 0.1, good = 0.7;  // of the foretold fall

// Lengths of 1 / (largest slope), later also such that no curvature is above 1 / (size of f): what is left in variables measured in these does not depend on their units.
Eigen::VectorXd scale_of(const Walk& walk, const std::vector<Cut>& cuts) {
  Eigen::VectorXd scale = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(walk.size()));
  for (const Cut& cut : cuts) scale = scale.cwiseMax(cut.gradient.cwiseAbs());
  const std::vector<double>& seen = walk.largest_gradient();
  for (std::size_t i = 0; i < seen.size(); ++i) {
    double& entry = scale[static_cast<Eigen::Index>(i)];
    if (std::isfinite(seen[i])) entry = std::max(entry, seen[i]);
  }
  const double most = scale.maxCoeff();
  if (!(most > 0)) return Eigen::VectorXd::Ones(scale.size());
  return scale.cwiseMax(1e-12 * most);
}

// Stops early where a cut is far steeper along some variable than its scale says: the cuts so far then give another.
std::optional<PieceStep> minimum_of(PieceModel& model, const Walk& walk, const Eigen::VectorXd& scale,
                                    const Eigen::LLT<Eigen::MatrixXd>& factor, std::vector<Cut> cuts) {
  const std::size_t n = walk.size();
  std::vector<double> low(n), high(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double x = walk.here().x[i], s = scale[static_cast<Eigen::Index>(i)];
    low[i] = std::min(0.0, (walk.box().lower(i) - x) * s);
    high[i] = std::max(0.0, (walk.box().upper(i) - x) * s);
  }
  CutProgram program(factor, std::move(low), std::move(high));
  for (const Cut& cut : cuts) program.add(cut.gradient.cwiseQuotient(scale), cut.gap);
  std::vector<double> step(n);
  const std::size_t most_cuts = cuts.size() + 100 + 20 * n;
  for (;;) {
    program.solve();
    if (!program.step().allFinite()) return std::nullopt;
    for (std::size_t i = 0; i < n; ++i) {
      step[i] = program.step()[static_cast<Eigen::Index>(i)] / scale[static_cast<Eigen::Index>(i)];
    }
    if (cuts.size() >= most_cuts) break;
    std::vector<double> weights = model.chosen(step);
    if (!is_finite(weights)) return std::nullopt;
    const bool is_known = std::ranges::any_of(cuts, [&](const Cut& cut) { return cut.weights == weights; });
    if (is_known) break;
    auto next = model.cut(std::move(weights));
    if (!next) return std::nullopt;
    const double above =
        next->gradient.dot(Eigen::Map<const Eigen::VectorXd>(step.data(), static_cast<Eigen::Index>(n))) - next->gap -
        program.height();
    const double fall = -(program.height() + program.curvature());
    if (!(above > settled * std::max(fall, 0.0) + 1e-16 * std::abs(walk.here().value))) break;
    if (std::ranges::any_of(cuts, [&](const Cut& cut) { return cut.weights == next->weights; })) break;
    const bool is_steep = next->gradient.cwiseQuotient(scale).cwiseAbs().maxCoeff() > far_steeper;
    program.add(next->gradient.cwiseQuotient(scale), next->gap);
    cuts.push_back(*std::move(next));
    if (is_steep) {
      PieceStep result;
      result.cuts = std::move(cuts);
      result.share.assign(result.cuts.size(), 0.0);
      return result;
    }
  }
  PieceStep result;
  result.step = std::move(step);
  result.fall = -(program.height() + program.curvature());
  result.gradient = Eigen::VectorXd::Zero(scale.size());
  result.multipliers = program.multipliers().cwiseProduct(scale);
  for (std::size_t j = 0; j < cuts.size(); ++j) {
    const double share = program.weights()[j];
    if (!(share > 0)) continue;
    result.gradient += share * cuts[j].gradient;
    result.gap += share * cuts[j].gap;
    result.share.push_back(share);
    result.cuts.push_back(std::move(cuts[j]));
  }
  return result;
}

// The factor of hessian + damping, made positive definite where the kinks leave f free if that is enough, else everywhere.
Eigen::LLT<Eigen::MatrixXd> positive(Eigen::MatrixXd hessian, double damping, const std::vector<Cut>& cuts,
                                     const std::vector<double>& share, const Eigen::VectorXd& scale) {
  const auto n = hessian.rows();
  const auto damped = [&](const Eigen::MatrixXd& matrix) {
    Eigen::MatrixXd sum = matrix;
    sum.diagonal().array() += damping;
    return Eigen::LLT<Eigen::MatrixXd>(sum);
  };
  if (auto factor = damped(hessian); factor.info() == Eigen::Success) return factor;
  if (cuts.size() > 1 && cuts.size() == share.size()) {
    Eigen::VectorXd mean = Eigen::VectorXd::Zero(n);
    for (std::size_t j = 0; j < cuts.size(); ++j) mean += share[j] * cuts[j].gradient.cwiseQuotient(scale);
    Eigen::MatrixXd across = Eigen::MatrixXd::Zero(n, n);
    for (std::size_t j = 0; j < cuts.size(); ++j) {
      const Eigen::VectorXd apart = cuts[j].gradient.cwiseQuotient(scale) - mean;
      across += share[j] * apart * apart.transpose();
    }
    const double most = across.cwiseAbs().maxCoeff();
    const double unit = most > 0 ? hessian.cwiseAbs().maxCoeff() / most : 0;
    for (const double times : {1.0, 10.0, 100.0, 1000.0}) {
      if (auto factor = damped(hessian + times * unit * across); unit > 0 && factor.info() == Eigen::Success)
        return factor;
    }
  }
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(hessian);
  hessian = eigen.eigenvectors() * eigen.eigenvalues().cwiseAbs().asDiagonal() * eigen.eigenvectors().transpose();
  return damped(hessian);
}

// Off the kinks, where what is left to gain is lost in the rounding of f: the end of the step, if the gradient is half as long there.
std::optional<Point> closer(Walk& walk, PieceModel& model, const PieceStep& found) {
  constexpr double near = 1e-6;  // of a length
  const Point& here = walk.here();
  if (found.cuts.size() > 1 || found.gap > 0 || model.has_tie(walk.lengths(), near)) return std::nullopt;
  Point end = end_of_step(walk, found.step);
  const bool is_level = end.value <= here.value + rounding_of(here.value) && is_finite(end.gradient);
  if (!is_level || walk.box().is_bounded()) return std::nullopt;
  return norm(end.gradient) < 0.5 * norm(here.gradient) ? std::optional(std::move(end)) : std::nullopt;
}

}  // namespace

double size_of_f(const Walk& walk, const Eigen::VectorXd& slopes) {
  const double value = walk.here().value;
  const double size = std::max(std::abs(value), std::abs(walk.start().value - value));
  if (size > 0) return size;
  double slope = 0;
  const std::vector<double> lengths = walk.lengths();
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    slope += slopes[static_cast<Eigen::Index>(i)] * (lengths[i] > 0 ? lengths[i] : 1.0);
  }
  return slope;
}

std::vector<Cut> PieceNewton::warm_cuts(PieceModel& model) const {
  std::vector<Cut> cuts;
  if (share_.empty()) return cuts;
  const std::size_t count = active_.size() / share_.size();
  for (std::size_t j = 0; j < share_.size(); ++j) {
    const std::span<const double> weights = std::span(active_).subspan(j * count, count);
    if (auto cut = model.cut({weights.begin(), weights.end()})) cuts.push_back(*std::move(cut));
  }
  return cuts;
}

void PieceNewton::remember(const PieceStep& found) {
  share_ = found.share;
  active_.clear();
  for (const Cut& cut : found.cuts) active_.insert(active_.end(), cut.weights.begin(), cut.weights.end());
}

std::optional<PieceStep> PieceNewton::look(Walk& walk, PieceModel& model, Damping damping) {
  if (!model.is_finite()) return std::nullopt;
  std::vector<Cut> cuts = warm_cuts(model);
  std::vector<double> share = cuts.size() == share_.size() ? share_ : std::vector<double>(cuts.size(), 1.0);
  const std::vector<double> still(walk.size(), 0.0);
  auto here = model.cut(model.chosen(still));
  if (!here) return std::nullopt;
  std::vector<double> weights = cuts.empty() ? here->weights : mean_weights(model.pieces(), cuts, share);
  if (std::ranges::none_of(cuts, [&](const Cut& cut) { return cut.weights == here->weights; })) {
    cuts.push_back(*std::move(here));
    share.push_back(0);
  }
  Eigen::VectorXd scale = scale_of(walk, cuts);
  const double size = size_of_f(walk, scale);
  if (damping_ == 0) damping_ = size > 0 ? 1e-2 / size : 1;
  std::optional<PieceStep> found;
  // The shares decide the curvature, and it the shares: a second look where the first changed them.
  double raised = 1;
  for (int turn = 0, rescaled = 0; turn < 2; ++turn) {
    const Eigen::MatrixXd hessian = model.hessian(weights);
    Eigen::MatrixXd scaled = Eigen::MatrixXd::Zero(scale.size(), scale.size());
    if (hessian.size() > 0) {
      scale = scale.cwiseMax(std::sqrt(size) * hessian.diagonal().cwiseAbs().cwiseSqrt());
      scaled = scale.cwiseInverse().asDiagonal() * hessian * scale.cwiseInverse().asDiagonal();
    }
    const double floor =
        raised * std::max(least_damping * scaled.cwiseAbs().maxCoeff(), size > 0 ? least_of_size / size : 0.0);
    if (damping == Damping::adapted) damping_ = std::max(damping_, floor);
    found = minimum_of(model, walk, scale,
                       positive(scaled, damping == Damping::adapted ? damping_ : floor, cuts, share, scale), cuts);
    if (!found) return found;
    if (found->step.empty()) {
      if (++rescaled > most_rescaled) return std::nullopt;
      cuts = std::move(found->cuts);
      share.resize(cuts.size(), 0.0);
      scale = scale_of(walk, cuts);
      --turn;
      continue;
    }
    if (model.has_met_lengths(found->step)) {  // the cuts so far took them as smooth
      cuts.clear();
      share.clear();
      if (auto again = model.cut(model.chosen(still))) cuts.push_back(*std::move(again));
      if (cuts.empty()) return std::nullopt;
      weights = cuts.front().weights;
      share.push_back(1);
      scale = scale_of(walk, cuts);
      --turn;
      continue;
    }
    // A minimum of the model is as low as its cuts are high: where it is not, they are so nearly dependent that rounding hid it.
    const bool is_lost = found->gap > 2 * std::max(0.0, found->fall) + next_to_nothing * size;
    if (damping == Damping::least && is_lost && raised < most_raised) {
      raised *= 100;
      --turn;
      continue;
    }
    found->hessian = hessian;
    weights = mean_weights(model.pieces(), found->cuts, found->share);
    if (turn == 0) {
      const bool is_same = found->cuts.size() == share_.size() && cuts.size() >= found->cuts.size();
      cuts = found->cuts;
      share = found->share;
      if (is_same && damping == Damping::adapted) break;
    }
  }
  remember(*found);
  return found;
}

std::optional<Point> PieceNewton::step(Walk& walk) {
  PieceModel model(walk, walk.here().x);
  const double value = walk.here().value;
  bool is_corrected = false;
  for (int trial = 0; trial < most_trials && !walk.is_over(); ++trial) {
    auto found = look(walk, model, Damping::adapted);
    if (!found) return std::nullopt;
    if (!(found->fall > 0.25 * rounding_of(value))) {
      if (!(found->gap > 16 * rounding_of(value)) || found->fall > 0) return closer(walk, model, *found);
      damping_ *= 100;  // the cuts are so nearly dependent that their model was not minimised
      continue;
    }
    const auto try_at = [&](const PieceStep& step, Point& point) {
      point = end_of_step(walk, step.step);
      if (!std::isfinite(point.value) || !is_finite(point.gradient)) return -1.0;
      return (value - point.value) / found->fall;
    };
    Point point;
    double success = try_at(*found, point);
    if (success < poor && !is_corrected && std::isfinite(point.value) && found->cuts.size() > 1) {
      // Kinks along curves: the pieces' second order, seen where the step ends, moves it back onto them.
      is_corrected = true;
      PieceModel corrected(walk, walk.here().x);
      corrected.correct_by(point.x);
      PieceNewton aside(*this);
      if (auto again = aside.look(walk, corrected, Damping::adapted)) {
        Point other;
        if (const double then = try_at(*again, other); then > success) {
          success = then;
          point = std::move(other);
        }
      }
    }
    if (success > good) damping_ *= 0.1;
    if (success < poor) damping_ *= std::isfinite(point.value) ? 4 : 100;
    if (success > 1e-2 && point.value < value) return point;
  }
  return std::nullopt;
}

}  // namespace downhill::optimize
