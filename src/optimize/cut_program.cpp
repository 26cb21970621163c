#include "optimize/cut_program.hpp"

#include <algorithm>
#include <cmath>

namespace downhill::optimize {

namespace {

constexpr double ridge = 1e-14;      // of the largest diagonal entry: dependent columns are told apart by their heights
constexpr int refinements = 3;       // which take its error away
constexpr double tolerance = 1e-12;  // relative, by which a cut or bound must be broken to be taken up

}  // namespace

CutProgram::CutProgram(Eigen::LLT<Eigen::MatrixXd> factor, std::vector<double> low, std::vector<double> high)
    : factor_(std::move(factor)),
      low_(std::move(low)),
      high_(std::move(high)),
      multipliers_(Eigen::VectorXd::Zero(factor_.rows())),
      step_(Eigen::VectorXd::Zero(factor_.rows())) {}

void CutProgram::add(const Eigen::VectorXd& gradient, double a) {
  gradients_.push_back(gradient);
  images_.push_back(factor_.matrixL().solve(gradient));
  heights_.push_back(a);
  cut_weights_.push_back(0);
  if (passive_.empty()) {
    passive_.push_back({Kind::cut, 0, images_.back(), a});
    y_.push_back(1);
  }
}

CutProgram::Column CutProgram::bound(Kind kind, std::size_t variable) const {
  Eigen::VectorXd unit = Eigen::VectorXd::Zero(step_.size());
  unit[static_cast<Eigen::Index>(variable)] = kind == Kind::upper ? 1 : -1;
  const double a = kind == Kind::upper ? high_[variable] : -low_[variable];
  return {kind, variable, factor_.matrixL().solve(unit), a};
}

// [[Q, e], [eᵀ, 0]] of the passive columns, e being 1 for cuts, in units of the largest entry of Q.
Eigen::MatrixXd CutProgram::conditions() const {
  const auto size = static_cast<Eigen::Index>(passive_.size());
  Eigen::MatrixXd kkt = Eigen::MatrixXd::Zero(size + 1, size + 1);
  double most = 0;
  for (Eigen::Index i = 0; i < size; ++i) {
    const Column& column = passive_[static_cast<std::size_t>(i)];
    for (Eigen::Index j = 0; j <= i; ++j) {
      kkt(i, j) = kkt(j, i) = column.z.dot(passive_[static_cast<std::size_t>(j)].z);
    }
    most = std::max(most, kkt(i, i));
    kkt(i, size) = kkt(size, i) = column.kind == Kind::cut ? 1 : 0;
  }
  const double scale = most > 0 ? most : 1;
  kkt.row(size) *= scale;
  kkt.col(size) *= scale;
  return kkt;
}

// The best weights of the passive columns, each of which stays above zero; others are dropped on the way.
void CutProgram::settle_passive() {
  for (;;) {
    const auto size = static_cast<Eigen::Index>(passive_.size());
    const Eigen::MatrixXd kkt = conditions();
    Eigen::VectorXd right = Eigen::VectorXd::Zero(size + 1);
    for (Eigen::Index i = 0; i < size; ++i) right[i] = -passive_[static_cast<std::size_t>(i)].a;
    const double scale = kkt.cwiseAbs().maxCoeff();
    right[size] = scale;
    Eigen::MatrixXd ridged = kkt;
    for (Eigen::Index i = 0; i < size; ++i) ridged(i, i) += ridge * scale;
    solver_.compute(ridged);
    Eigen::VectorXd best = solver_.solve(right);
    for (int k = 0; k < refinements; ++k) best += solver_.solve(right - kkt * best);
    double reach = 1;
    Eigen::Index first = -1;
    for (Eigen::Index i = 0; i < size; ++i) {
      const double now = y_[static_cast<std::size_t>(i)];
      if (best[i] > 0 || !(now - best[i] > 0)) continue;
      const double t = now / (now - best[i]);
      if (first < 0 || t < reach) {
        reach = t;
        first = i;
      }
    }
    if (!best.allFinite()) return;
    for (Eigen::Index i = 0; i < size; ++i) {
      double& now = y_[static_cast<std::size_t>(i)];
      now = std::max(0.0, now + reach * (best[i] - now));
    }
    if (first < 0) return;
    passive_.erase(passive_.begin() + first);
    y_.erase(y_.begin() + first);
  }
}

void CutProgram::take_step() {
  Eigen::VectorXd combined = Eigen::VectorXd::Zero(step_.size());
  for (std::size_t k = 0; k < passive_.size(); ++k) combined += y_[k] * passive_[k].z;
  curvature_ = 0.5 * combined.squaredNorm();
  step_ = factor_.matrixU().solve(-combined);
  std::ranges::fill(cut_weights_, 0.0);
  multipliers_.setZero();
  for (std::size_t k = 0; k < passive_.size(); ++k) {
    const Column& column = passive_[k];
    const auto i = static_cast<Eigen::Index>(column.index);
    switch (column.kind) {
      case Kind::cut: cut_weights_[column.index] += y_[k]; break;
      case Kind::upper: multipliers_[i] += y_[k]; break;
      case Kind::lower: multipliers_[i] -= y_[k]; break;
    }
  }
}

// Small steps are what is left of large columns: what the conditions leave over, seen at the step itself, is taken away.
void CutProgram::refine_step() {
  const auto size = static_cast<Eigen::Index>(passive_.size());
  if (size < 2 || solver_.rows() != size + 1) return;
  const auto unit = [&](const Column& column) {
    Eigen::VectorXd c = Eigen::VectorXd::Zero(step_.size());
    if (column.kind == Kind::cut) return gradients_[column.index];
    c[static_cast<Eigen::Index>(column.index)] = column.kind == Kind::upper ? 1 : -1;
    return c;
  };
  for (int turn = 0; turn < refinements; ++turn) {
    Eigen::VectorXd left = Eigen::VectorXd::Zero(size + 1);
    double height = 0, cuts = 0;
    for (Eigen::Index k = 0; k < size; ++k) {
      const Column& column = passive_[static_cast<std::size_t>(k)];
      left[k] = unit(column).dot(step_) - column.a;
      if (column.kind != Kind::cut) continue;
      height += left[k];
      ++cuts;
    }
    for (Eigen::Index k = 0; k < size; ++k) {
      if (passive_[static_cast<std::size_t>(k)].kind == Kind::cut) left[k] -= height / cuts;
    }
    const Eigen::VectorXd change = solver_.solve(left);
    if (!change.allFinite()) return;
    Eigen::VectorXd combined = Eigen::VectorXd::Zero(step_.size());
    for (Eigen::Index k = 0; k < size; ++k) combined += change[k] * passive_[static_cast<std::size_t>(k)].z;
    step_ -= factor_.matrixU().solve(combined);
  }
  for (const Column& column : passive_) {  // a bound that holds is met exactly
    const auto i = static_cast<Eigen::Index>(column.index);
    if (column.kind == Kind::upper) step_[i] = high_[column.index];
    if (column.kind == Kind::lower) step_[i] = low_[column.index];
  }
}

bool CutProgram::add_violated() {
  const auto is_passive = [&](Kind kind, std::size_t index) {
    return std::ranges::any_of(passive_, [&](const Column& c) { return c.kind == kind && c.index == index; });
  };
  height_ = -std::numeric_limits<double>::infinity();
  double size = 0, top = height_;
  std::size_t steepest = 0;
  for (std::size_t k = 0; k < gradients_.size(); ++k) {
    const double slope = gradients_[k].dot(step_), height = slope - heights_[k];
    if (height > top) {
      top = height;
      steepest = k;
    }
    if (!is_passive(Kind::cut, k)) continue;
    height_ = std::max(height_, height);
    size = std::max({size, gradients_[k].cwiseProduct(step_).cwiseAbs().sum(), std::abs(heights_[k])});
  }
  Kind kind = Kind::cut;
  std::size_t index = steepest;
  double worst = top - height_ - tolerance * size;
  const double unit = size > 0 ? size : 1;
  const double length = step_.cwiseAbs().maxCoeff();
  for (std::size_t i = 0; i < low_.size(); ++i) {
    const double at = step_[static_cast<Eigen::Index>(i)];
    const double over = std::max(at - high_[i], low_[i] - at);
    const double excess = length > 0 ? (over / length - tolerance) * unit : 0;
    if (excess > worst && !is_passive(at > high_[i] ? Kind::upper : Kind::lower, i)) {
      worst = excess;
      kind = at > high_[i] ? Kind::upper : Kind::lower;
      index = i;
    }
  }
  if (!(worst > 0) || is_passive(kind, index)) return false;
  passive_.push_back(kind == Kind::cut ? Column{kind, index, images_[index], heights_[index]} : bound(kind, index));
  y_.push_back(0);
  return true;
}

void CutProgram::solve() {
  const std::size_t most = 50 + 10 * (gradients_.size() + low_.size());
  for (std::size_t turn = 0; turn < most; ++turn) {
    settle_passive();
    take_step();
    if (!add_violated()) break;
  }
  refine_step();
  curvature_ = 0.5 * (factor_.matrixU() * step_).squaredNorm();
  height_ = -std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < gradients_.size(); ++k) {
    height_ = std::max(height_, gradients_[k].dot(step_) - heights_[k]);
  }
}

}  // namespace downhill::optimize
