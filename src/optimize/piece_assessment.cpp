#include "optimize/piece_assessment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "optimize/active_bounds.hpp"
#include "optimize/cut_program.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/norms.hpp"
#include "optimize/piece_descent.hpp"
#include "optimize/piece_step.hpp"
#include "optimize/probing.hpp"

namespace downhill::optimize {

namespace {

using Kind = Verdict::Kind;
using Stationary = Assessment::Stationary;

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr double least_share = 1e-9;  // of a piece: below it, it may have none
constexpr double dependent = 1e-9;    // relative
constexpr std::size_t most_components = 300;
constexpr int most_turns = 3;
constexpr double next_to_nothing = 1e-20;  // of what f has fallen

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
    if (is_one_piece()) return result;
    measure_rounding();
    const bool is_convex = walk_.objective().capabilities().convexity != Convexity::unknown;
    const bool is_proof = is_convex || (model_.pieces().are_complete() && !model_.has_tie_downwards(height_));
    if (!is_balanced() || !is_proof) {
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
    height_ = 16 * epsilon * (std::abs(walk_.here().value) + slopes.dot(at.cwiseAbs()));
    slopes_ = slopes;
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

  // How the gradient of the combination changes with the weights that have room to both sides: f rises along every way that sees such a
  // change.
  [[nodiscard]] std::vector<Eigen::VectorXd> across_kinks() {
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

  // The directions along which all gradients that have a share agree and no bound holds: columns, orthonormal.
  [[nodiscard]] Eigen::MatrixXd along_kinks() {
    std::vector<Eigen::VectorXd> across;
    // Slopes that count as zero make no kink: f may be of second order there.
    const std::vector<double>& seen = walk_.largest_gradient();
    const auto of_note = [&](Eigen::VectorXd row) {
      for (Eigen::Index i = 0; i < n_ && !seen.empty(); ++i) {
        if (std::abs(row[i]) <= question_.gradient_tolerance * seen[static_cast<std::size_t>(i)]) row[i] = 0;
      }
      return row;
    };
    std::vector<Eigen::VectorXd> kinks = across_kinks();
    for (Eigen::VectorXd& row : kinks) row = of_note(std::move(row));
    Eigen::VectorXd scale = slopes_;
    for (const Eigen::VectorXd& row : kinks) scale = scale.cwiseMax(row.cwiseAbs());
    const double most = scale.maxCoeff();
    if (most > 0) scale = scale.cwiseMax(dependent * most).eval();
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
      ways.emplace_back(eigen.eigenvectors().col(k).cwiseQuotient(scale));
    }
    Eigen::MatrixXd result(n_, static_cast<Eigen::Index>(ways.size()));
    for (std::size_t k = 0; k < ways.size(); ++k) result.col(static_cast<Eigen::Index>(k)) = ways[k].normalized();
    if (ways.empty()) return result;
    return Eigen::HouseholderQR<Eigen::MatrixXd>(result).householderQ() * Eigen::MatrixXd::Identity(n_, result.cols());
  }

  // Pieces that make f rise along these ways, if all that are known can have a share in a combination that is zero; adds them.
  [[nodiscard]] bool adds_pieces(const Eigen::MatrixXd& ways) {
    constexpr double reach = 1e-7, share = 1e-3;
    const std::vector<double> lengths = walk_.lengths();
    const double length = reach * std::max(largest(lengths), std::numeric_limits<double>::min());
    std::vector<PieceModel::Cut> more;
    for (Eigen::Index k = 0; k < 2 * ways.cols(); ++k) {
      const Eigen::VectorXd way = (k % 2 == 0 ? length : -length) * ways.col(k / 2);
      auto cut = model_.cut(model_.chosen({way.data(), walk_.size()}));
      if (!cut || !(cut->gap <= height_)) continue;
      const bool rises = cut->gradient.dot(way) > dependent * size_of(cut->gradient) * size_of(way);
      const auto is_cut = [&](const PieceModel::Cut& known) { return known.weights == cut->weights; };
      if (!rises || std::ranges::any_of(found_.cuts, is_cut) || std::ranges::any_of(more, is_cut)) continue;
      more.push_back(*std::move(cut));
    }
    if (more.empty()) return false;
    const Eigen::VectorXd scale = slopes_.cwiseMax(dependent * slopes_.maxCoeff());
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

  // The size of what the combination's curvature is the sum of.
  [[nodiscard]] double curvature_of_pieces() {
    double result = found_.hessian.cwiseAbs().maxCoeff();
    for (const auto& cut : found_.cuts) {
      const Eigen::MatrixXd hessian = model_.hessian(cut.weights);
      if (hessian.size() > 0) result = std::max(result, hessian.cwiseAbs().maxCoeff());
    }
    return result;
  }

  // Along the kinks other choices may change without a kink, and with them the curvature. How many curvatures are not positive to one side.
  [[nodiscard]] std::size_t level_aside(const Eigen::MatrixXd& ways, double rounding) {
    constexpr double reach = 1e-6;
    const std::vector<double> mean = mean_weights(model_.pieces(), found_.cuts, found_.share);
    const double length = reach * std::max(largest(walk_.lengths()), std::numeric_limits<double>::min());
    for (Eigen::Index k = 0; k < 2 * ways.cols(); ++k) {
      const Eigen::VectorXd way = (k % 2 == 0 ? length : -length) * ways.col(k / 2);
      const std::vector<double> chosen = model_.chosen({way.data(), walk_.size()});
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
      const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(ways.transpose() * hessian * ways);
      const auto level = (eigen.eigenvalues().array() <= rounding).count();
      if (level > 0) return static_cast<std::size_t>(level);
    }
    return 0;
  }

  void judge(Assessment& result) {
    const std::size_t n = walk_.size();
    Verdict& verdict = result.verdict;
    Curvature& curvature = result.curvature;
    result.stationary = stationary_;
    result.gradient_measure = measure_;
    result.gradient.assign(rest_.data(), rest_.data() + n_);
    curvature.unit.assign(n, 1.0);
    curvature.newton_step.assign(n, 0.0);
    curvature.is_known = true;
    Eigen::MatrixXd ways = along_kinks();
    for (int turn = 0; turn < most_turns && ways.cols() > 0 && adds_pieces(ways); ++turn) ways = along_kinks();
    const auto held = static_cast<std::size_t>(n_ - ways.cols());
    curvature.positive = held;
    curvature.size = static_cast<std::size_t>(ways.cols());
    verdict.kind = Kind::strict_minimum;
    const bool is_convex = walk_.objective().capabilities().convexity != Convexity::unknown;
    if (ways.cols() > 0) {
      const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(ways.transpose() * found_.hessian * ways);
      const Eigen::VectorXd& values = eigen.eigenvalues();
      const double rounding = 64 * static_cast<double>(n) * epsilon * curvature_of_pieces();
      verdict.smallest_eigenvalue = curvature.smallest = values.minCoeff();
      verdict.largest_eigenvalue = curvature.largest = values.maxCoeff();
      verdict.eigenvalue_rounding = curvature.rounding = rounding;
      const double length = largest(walk_.lengths());
      for (Eigen::Index k = 0; k < values.size(); ++k) {
        const Eigen::VectorXd way = ways * eigen.eigenvectors().col(k);
        // Where f levels off, the next Newton step is as long as ever.
        const double step = std::abs(way.dot(rest_)) / std::abs(values[k]) * way.cwiseAbs().maxCoeff();
        if (values[k] > rounding && step <= 1e-3 * length) {
          ++curvature.positive;
        } else if (values[k] < -rounding && !is_convex) {
          if (curvature.negative++ == 0) curvature.downward.assign(way.data(), way.data() + n_);
        } else {
          ++curvature.doubtful;
          ++curvature.flat;
          curvature.flat_directions.emplace_back(way.data(), way.data() + n_);
        }
      }
      if (curvature.doubtful == 0 && curvature.negative == 0) curvature.doubtful = level_aside(ways, rounding);
      if (curvature.doubtful > 0) verdict.kind = Kind::undecided;
      if (curvature.negative > 0) verdict.kind = Kind::saddle;
    }
    verdict.negative_directions = curvature.negative;
    if (verdict.kind == Kind::saddle) verdict.direction = curvature.downward;
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
  Stationary stationary_ = Stationary::no;
  double measure_ = 0;
};

}  // namespace

PieceFinding look_at_pieces(Walk& walk, const Question& question) {
  if (!has_known_pieces(walk)) return {};
  return PieceAssessment(walk, question).find();
}

}  // namespace downhill::optimize
