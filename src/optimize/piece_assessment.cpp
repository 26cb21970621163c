#include "optimize/piece_assessment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "optimize/active_bounds.hpp"
#include "optimize/falls.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/norms.hpp"
#include "optimize/piece_balance.hpp"
#include "optimize/piece_descent.hpp"
#include "optimize/piece_step.hpp"
#include "optimize/piece_ways.hpp"
#include "optimize/probing.hpp"

namespace downhill::optimize {

namespace {

using Kind = Verdict::Kind;
using Stationary = Assessment::Stationary;

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr double next_to_nothing = 1e-20;  // of what f has fallen
constexpr double close = 1e-6;             // of a length

// The largest entry: no square of it overflows or vanishes.
double size_of(const Eigen::VectorXd& v) { return v.size() == 0 ? 0 : v.cwiseAbs().maxCoeff(); }

class PieceAssessment {
 public:
  PieceAssessment(Walk& walk, const Question& question)
      : walk_(walk), question_(question), model_(walk, walk.here().x), n_(static_cast<Eigen::Index>(walk.size())) {}

  PieceFinding find() {
    PieceFinding result;
    PieceNewton newton;
    auto found = newton.look(walk_, model_, PieceNewton::Damping::least);
    if (!found || found->hessian.size() == 0) return result;
    found_ = *std::move(found);
    rest_ = found_.gradient + found_.multipliers;
    // Where no choice is close, f is the smooth function that everybody sees.
    const bool is_one = is_one_piece() || !PieceModel(walk_, walk_.here().x).has_tie(walk_.lengths(), close);
    if (is_one && question_.method != Question::Method::is_done) return result;
    measure_rounding();
    balance(walk_, model_, height_, found_);
    rest_ = found_.gradient + found_.multipliers;
    const bool is_convex = walk_.objective().capabilities().convexity != Convexity::unknown;
    const bool is_proof = is_convex || (model_.pieces().are_complete() && !model_.has_tie_downwards(nearby()) &&
                                        !model_.has_open_comparison(walk_.lengths()));
    const bool is_done = question_.method == Question::Method::is_done;
    const bool is_even = !is_one && is_balanced();
    if (!is_even && is_proof && is_done && is_minimum_of_mean()) {
      result.kind = PieceFinding::Kind::stationary;
      judge_by_mean(result.assessment);
      return result;
    }
    if (is_one) return result;
    if (!is_even && is_convex && is_done && is_all_but_lowest()) {
      result.kind = PieceFinding::Kind::stationary;
      judge_by_bound(result.assessment);
      return result;
    }
    if (!is_even || !is_proof) {
      result.kind = PieceFinding::Kind::not_stationary;
      if (question_.method == Question::Method::is_done && !walk_.here().gradient.empty()) {
        Curvature unknown;
        unknown.unit = walk_.lengths();
        const std::vector<double> none(walk_.size(), 0.0);  // a kink's gradient foretells nothing
        result.assessment.lower = lower_point_nearby(walk_, unknown, none, walk_.lengths());
      }
      return result;
    }
    result.kind = PieceFinding::Kind::stationary;
    judge(result.assessment);
    return result;
  }

 private:
  // With the gradient that everybody sees.
  [[nodiscard]] bool is_one_piece() {
    if (found_.cuts.size() != 1) return false;
    const std::vector<double>& weights = found_.cuts.front().weights;
    for (const PieceSource::Part& part : model_.pieces().parts()) {  // a length that is 0 is a kink by itself
      if (part.kind != PieceSource::Part::Kind::length) continue;
      for (std::size_t g = 0; g < part.groups; ++g) {
        if (weights[part.first_weight + part.weights - 1 - g] < 0.5) return false;
      }
    }
    std::vector<double> gradient = walk_.here().gradient;
    if (gradient.empty()) gradient = walk_.evaluate(walk_.here().x).gradient;  // a method of values alone
    if (!is_finite(gradient)) return false;
    const Eigen::Map<const Eigen::VectorXd> own(gradient.data(), n_);
    return size_of(own - found_.gradient) <= 1e-9 * size_of(found_.gradient) && found_.gap == 0;
  }

  void measure_rounding() {
    const std::vector<double>& x = walk_.here().x;
    const Eigen::Map<const Eigen::VectorXd> at(x.data(), n_);
    Eigen::VectorXd slopes = Eigen::VectorXd::Zero(n_);
    for (const auto& cut : found_.cuts) slopes = slopes.cwiseMax(cut.gradient.cwiseAbs());
    noise_ = 4 * epsilon * (found_.hessian.cwiseAbs() * at.cwiseAbs() + slopes);
    height_ = 16 * epsilon * (std::abs(walk_.here().value) + slopes.dot(at.cwiseAbs())) +
              4 * epsilon * model_.size_of_compared(found_.cuts.front().slopes);
    slopes_ = slopes;
  }

  // What f changes by over a billionth of the lengths of x: a kink that folds downwards so close by may be where the method has come to rest.
  [[nodiscard]] double nearby() const {
    const std::vector<double> lengths = walk_.lengths();
    return std::max(height_, 1e-9 * slopes_.dot(Eigen::Map<const Eigen::VectorXd>(lengths.data(), n_)));
  }

  [[nodiscard]] bool is_balanced() {
    const double fallen = std::abs(walk_.start().value - walk_.here().value);
    double allowed = std::max(height_, next_to_nothing * fallen);
    if (question_.method !=
        Question::Method::can_go_on) {  // constants of the length of x may have cancelled on the way to f
      const std::vector<double> lengths = walk_.lengths();
      allowed = std::max(allowed, 2 * epsilon * slopes_.dot(Eigen::Map<const Eigen::VectorXd>(lengths.data(), n_)));
    }
    if (!(found_.gap <= allowed)) return false;
    const std::vector<double>& seen = walk_.largest_gradient();
    double measure = 0, excess = 0;
    for (Eigen::Index i = 0; i < n_; ++i) {
      const double largest = seen.empty() ? slopes_[i] : std::max(seen[static_cast<std::size_t>(i)], slopes_[i]);
      const double size = std::abs(rest_[i]);
      if (size == 0) continue;
      measure = std::max(measure, size / largest);
      if (size > question_.gradient_tolerance * largest) excess = std::max(excess, size / noise_[i]);
    }
    if (excess > 8) return false;
    if (found_.fall > 64 * allowed + 1e-12 * fallen) return false;
    stationary_ = excess > 0 ? Stationary::by_rounding : Stationary::by_tolerance;
    measure_ = excess > 0 ? excess : measure;
    return true;
  }

  // Pieces that tie within rounding may each be least on a surface of its own, through x, so that no combination of their gradients is
  // zero. Near x f is above any mean of them but for rounding. Whether that with equal weights curves up in every direction, and its bottom
  // is close and lost in rounding.
  [[nodiscard]] bool is_minimum_of_mean() {
    const std::vector<double> weights = model_.tied_weights(found_.cuts.front().slopes, height_);
    if (weights.empty()) return false;
    const auto cut = model_.cut(weights);
    const Eigen::MatrixXd hessian = model_.hessian(weights);
    if (!cut || hessian.size() == 0 || !(cut->gap <= height_)) return false;
    const Eigen::VectorXd scale = hessian.diagonal().cwiseSqrt();
    if (!(scale.minCoeff() > 0) || !scale.allFinite()) return false;
    const Eigen::MatrixXd scaled = scale.cwiseInverse().asDiagonal() * hessian * scale.cwiseInverse().asDiagonal();
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(scaled);
    if (!(eigen.eigenvalues()[0] > 64 * static_cast<double>(n_) * epsilon * eigen.eigenvalues()[n_ - 1])) return false;
    const Eigen::VectorXd along = eigen.eigenvectors().transpose() * cut->gradient.cwiseQuotient(scale);
    const Eigen::VectorXd step = eigen.eigenvectors() * along.cwiseQuotient(eigen.eigenvalues());
    left_ = 0.5 * along.dot(along.cwiseQuotient(eigen.eigenvalues())) + cut->gap;
    const std::vector<double> lengths = walk_.lengths();
    for (Eigen::Index i = 0; i < n_; ++i) {
      if (!(std::abs(step[i] / scale[i]) <= 1e-3 * lengths[static_cast<std::size_t>(i)])) return false;
    }
    rest_ = cut->gradient;
    found_.hessian = hessian;
    return left_ <= height_;
  }

  // Whether convexity proves that nothing within many lengths of x is lower by more than a share of f, or of what f has fallen, that nobody
  // will miss: where gradients are nearly dependent their combination may be no shorter.
  [[nodiscard]] bool is_all_but_lowest() {
    constexpr double many = 16, of_value = 1e-9, of_fall = 1e-13;
    const std::vector<double> lengths = walk_.lengths();
    left_ = found_.gap;
    for (Eigen::Index i = 0; i < n_; ++i) left_ += many * std::abs(rest_[i]) * lengths[static_cast<std::size_t>(i)];
    const double value = walk_.here().value;
    return left_ <= std::max(of_value * std::abs(value), of_fall * std::abs(walk_.start().value - value));
  }

  void note_rest(Assessment& result) {
    result.stationary = Stationary::by_rounding;
    result.gradient_measure = left_ / std::max(height_, left_);
    result.gradient.assign(rest_.data(), rest_.data() + n_);
    result.curvature.unit.assign(walk_.size(), 1.0);
    result.curvature.newton_step.assign(walk_.size(), 0.0);
    result.verdict.gradient_norm = rest_.stableNorm();
    result.verdict.gradient_rounding = noise_.stableNorm();
    note_bounds(result.verdict);
    walk_.set_gradient(result.gradient);
  }

  void judge_by_mean(Assessment& result) {
    note_rest(result);
    Verdict& verdict = result.verdict;
    const Eigen::VectorXd values = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(found_.hessian).eigenvalues();
    verdict.kind = Kind::strict_minimum;
    verdict.smallest_eigenvalue = values.minCoeff();
    verdict.largest_eigenvalue = values.maxCoeff();
    verdict.eigenvalue_rounding = 64 * static_cast<double>(n_) * epsilon * verdict.largest_eigenvalue;
    verdict.negative_directions = 0;
    verdict.explanation = fmt::format(
        "several pieces of f tie here within rounding; their mean, which f is not below, curves up in every direction "
        "(curvatures from {:.3g} to {:.3g}), and what it leaves to gain ({:.2g}) is lost in rounding",
        verdict.smallest_eigenvalue, verdict.largest_eigenvalue, left_);
  }

  void judge_by_bound(Assessment& result) {
    note_rest(result);
    result.verdict.kind = Kind::undecided;
    result.verdict.explanation = fmt::format(
        "the loss is convex, and the gradients of {} pieces that meet here all but cancel: no point around is lower by "
        "more than {:.2g}",
        found_.cuts.size(), left_);
  }

  void judge(Assessment& result) {
    const std::size_t n = walk_.size();
    Verdict& verdict = result.verdict;
    Curvature& curvature = result.curvature;
    result.stationary = stationary_;
    result.gradient_measure = measure_;
    result.gradient.assign(rest_.data(), rest_.data() + n_);
    PieceWays along(walk_, model_, found_, slopes_, question_.gradient_tolerance, height_);
    const Eigen::MatrixXd& ways = along.ways();
    curvature.unit.assign(along.unit().data(), along.unit().data() + n_);
    curvature.newton_step.assign(n, 0.0);
    curvature.is_known = true;
    const auto held = static_cast<std::size_t>(n_ - ways.cols());
    curvature.positive = held;
    curvature.size = static_cast<std::size_t>(ways.cols());
    verdict.kind = Kind::strict_minimum;
    const bool is_convex = walk_.objective().capabilities().convexity != Convexity::unknown;
    if (ways.cols() > 0) {
      const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(along.curvature());
      const Eigen::VectorXd& values = eigen.eigenvalues();
      const double rounding = 64 * static_cast<double>(n) * epsilon * along.curvature_of_pieces();
      note_extremes(verdict, curvature, along);
      const Eigen::VectorXd rest = rest_.cwiseProduct(along.unit());
      const double length = along.length();
      // What is left of the slopes makes curvatures of its own, as in (x y)² where x y is not quite zero.
      const double left = 4 * rest.norm();
      for (Eigen::Index k = 0; k < values.size(); ++k) {
        const Eigen::VectorXd way = ways * eigen.eigenvectors().col(k);
        const Eigen::VectorXd direction = way.cwiseProduct(along.unit());
        // Where f levels off, the next Newton step is as long as ever.
        const double step = std::abs(way.dot(rest)) / std::abs(values[k]) * way.cwiseAbs().maxCoeff();
        if (values[k] > rounding && step <= 1e-3 * length && values[k] * length > left) {
          ++curvature.positive;
        } else if (values[k] < -rounding && !is_convex && -values[k] * length > left) {
          if (curvature.negative++ == 0) curvature.downward.assign(direction.data(), direction.data() + n_);
        } else {
          ++curvature.doubtful;
          ++curvature.flat;
          curvature.flat_directions.emplace_back(direction.data(), direction.data() + n_);
        }
      }
      if (curvature.doubtful == 0 && curvature.negative == 0) curvature.doubtful = along.level_aside(rounding);
      if (curvature.doubtful > 0) verdict.kind = Kind::undecided;
      if (curvature.negative > 0) verdict.kind = Kind::saddle;
    }
    verdict.negative_directions = curvature.negative;
    if (verdict.kind == Kind::saddle) take_unit_direction(verdict, curvature.downward);
    note_bounds(verdict);
    verdict.gradient_norm = rest_.stableNorm();
    verdict.gradient_rounding = noise_.stableNorm();
    for (std::size_t i = 0; i < n;
         ++i) {  // what is left along a variable that f hardly ever depended on is no part of a large gradient
      const auto k = static_cast<Eigen::Index>(i);
      if (std::abs(rest_[k]) <= std::max(8 * noise_[k], question_.gradient_tolerance * slopes_[k]))
        result.gradient[i] = 0;
    }
    walk_.set_gradient(result.gradient);
    if (verdict.kind == Kind::undecided &&
        !is_convex) {  // a minimum of the pieces for all that is known, but nothing is proved
      result.lower = lower_point_nearby(walk_, curvature, result.gradient, walk_.lengths());
      result.stationary = Stationary::no;
      verdict.kind = Kind::not_stationary;
    }
    verdict.global = is_convex;
    curvature.is_known = false;  // of f as a whole
    explain(verdict, held, curvature.doubtful, result.lower.has_value());
  }

  // The least and the largest curvature along the kinks, in x.
  void note_extremes(Verdict& verdict, Curvature& curvature, const PieceWays& along) const {
    const Eigen::MatrixXd in_x = along.unit().asDiagonal() * along.ways();
    const Eigen::MatrixXd ways =
        Eigen::HouseholderQR<Eigen::MatrixXd>(in_x.array().rowwise() / in_x.colwise().stableNorm().array())
            .householderQ() *
        Eigen::MatrixXd::Identity(n_, in_x.cols());
    const Eigen::MatrixXd matrix = ways.transpose() * found_.hessian * ways;
    const Eigen::VectorXd values = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(matrix).eigenvalues();
    verdict.smallest_eigenvalue = curvature.smallest = values.minCoeff();
    verdict.largest_eigenvalue = curvature.largest = values.maxCoeff();
    const double size = found_.hessian.cwiseAbs().maxCoeff();
    verdict.eigenvalue_rounding = curvature.rounding = 64 * static_cast<double>(n_) * epsilon * size;
  }

  void note_bounds(Verdict& verdict) const {
    for (std::size_t i = 0; i < walk_.size(); ++i) {
      const double multiplier = found_.multipliers[static_cast<Eigen::Index>(i)], x = walk_.here().x[i];
      if (walk_.box().is_at_lower(i, x)) {
        verdict.active_bounds.push_back({ActiveBound::Side::lower, i, x, std::max(0.0, -multiplier)});
      } else if (walk_.box().is_at_upper(i, x)) {
        verdict.active_bounds.push_back({ActiveBound::Side::upper, i, x, std::max(0.0, multiplier)});
      }
    }
  }

  void explain(Verdict& verdict, std::size_t held, std::size_t doubtful, bool has_lower) const {
    const std::size_t free = walk_.size() - held;
    verdict.explanation =
        found_.cuts.size() == 1
            ? std::string("the shortest subgradient is zero")
            : fmt::format("{} pieces of f meet here, and a combination of their gradients is zero", found_.cuts.size());
    const std::string extremes =
        fmt::format("curvatures from {:.3g} to {:.3g}", verdict.smallest_eigenvalue, verdict.largest_eigenvalue);
    if (verdict.kind == Kind::strict_minimum && free == 0) {
      verdict.explanation += ": f rises at once in every direction";
    } else if (verdict.kind == Kind::strict_minimum) {
      verdict.explanation +=
          fmt::format(": f rises at once across {} of {} directions, and curves up along the others ({})", held,
                      walk_.size(), extremes);
    } else if (verdict.kind == Kind::saddle) {
      verdict.explanation += fmt::format(", but f curves down along the kink ({})", extremes);
    } else {
      verdict.explanation +=
          fmt::format("; {} of {} curvatures along the kink cannot be told from zero{}", doubtful, free,
                      verdict.global ? ""
                      : has_lower    ? "; a lower point lies nearby"
                                     : "; no lower point was found around it");
    }
    if (!verdict.active_bounds.empty()) {
      verdict.explanation += "; " + explain_bounds(walk_.box(), verdict.active_bounds);
    }
    if (!verdict.global) return;
    const bool is_strict = walk_.objective().capabilities().convexity == Convexity::strictly_convex;
    verdict.explanation += is_strict ? "; the loss is strictly convex, so every other point is higher"
                                     : "; the loss is convex, so no point is lower";
  }

  Walk& walk_;
  const Question& question_;
  PieceModel model_;
  const Eigen::Index n_;
  PieceStep found_;
  Eigen::VectorXd rest_, noise_, slopes_;
  double height_ = 0;
  double left_ = 0;  // by how much f may be lower nearby
  Stationary stationary_ = Stationary::no;
  double measure_ = 0;
};

}  // namespace

PieceFinding look_at_pieces(Walk& walk, const Question& question) {
  if (!has_known_pieces(walk)) return {};
  return PieceAssessment(walk, question).find();
}

}  // namespace downhill::optimize
