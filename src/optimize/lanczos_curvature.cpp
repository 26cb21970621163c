#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>

#include "optimize/curvature.hpp"
#include "optimize/draws.hpp"
#include "optimize/eigen_decomposition.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/norms.hpp"

namespace downhill::optimize {

namespace {

// The numbers that may be kept: 128 MB.
constexpr std::size_t most_numbers = std::size_t{1} << 24U;
constexpr std::size_t most_vectors = 240;
constexpr double settled = 1e-4;   // residual of an eigenpair, relative to its eigenvalue
constexpr double nothing = 1e-10;  // relative to the largest
constexpr std::uint64_t start_stream = 9;

// No curvature of a strictly convex loss is negative or zero but at single points: its smallest decides nothing. That of a convex one
// decides whether the minimum is strict, not whether it is one.
constexpr std::size_t enough_if_strictly_convex = 30;
constexpr std::size_t enough_if_convex = 60;

bool is_convex(const Objective& objective) { return objective.capabilities().convexity != Convexity::unknown; }
bool is_strictly_convex(const Objective& objective) {
  return objective.capabilities().convexity == Convexity::strictly_convex;
}

// Of the length of a random vector, the part that a single direction has: about 1/√n. A curvature that the basis has not seen is far
// smaller than those it has only in directions whose part of its first vector is less than this share of that.
constexpr double unseen = 0.01;

struct Extreme {
  double value = 0;            // vᵀH v
  double error = 0;            // |H v - value v|: there is an eigenvalue no farther from it
  std::vector<double> vector;  // of length 1
  std::vector<double> image;   // H v
};

using Product = std::function<void(std::span<const double> v, std::span<double> image)>;

// An orthonormal basis in which a symmetric matrix H is tridiagonal, each vector made orthogonal to all before it twice (Lanczos, J. Res. Nat. Bur. Standards
// 45 (1950) 255-282). Where the space is complete it goes on from a new drawn vector: a Hessian with few different eigenvalues hides the
// others otherwise.
class Basis {
 public:
  Basis(std::size_t n, Product product) : n_(n), product_(std::move(product)), draws_(0, start_stream) {
    next_.resize(n);
    draw();
  }

  [[nodiscard]] std::size_t size() const { return vectors_.size(); }

  // False where the product is not finite.
  bool extend() {
    vectors_.push_back(next_);
    std::vector<double> image(n_);
    product_(vectors_.back(), image);
    if (!is_finite(image)) return false;
    diagonal_.push_back(dot(vectors_.back(), image));
    size_ = std::max(size_, norm(image));
    next_ = std::move(image);
    for (int pass = 0; pass < 2; ++pass) make_orthogonal(next_);
    double beside = norm(next_);
    if (!(beside > 1e-13 * size_)) {
      beside = 0;
      if (size() < n_) draw();
    } else {
      for (double& entry : next_) entry /= beside;
    }
    beside_.push_back(beside);
    return true;
  }

  // The ends of the spectrum in this basis.
  [[nodiscard]] std::vector<Extreme> ends() const {
    const auto k = static_cast<Eigen::Index>(size());
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver = spectrum();
    std::vector<Extreme> result;
    for (const Eigen::Index end : {Eigen::Index{0}, k - 1}) {
      Extreme extreme{solver.eigenvalues()[end],
                      std::abs(beside_.back() * solver.eigenvectors()(k - 1, end)),
                      std::vector<double>(n_, 0.0),
                      {}};
      for (Eigen::Index j = 0; j < k; ++j) {
        const double weight = solver.eigenvectors()(j, end);
        const std::vector<double>& vector = vectors_[static_cast<std::size_t>(j)];
        for (std::size_t i = 0; i < vector.size(); ++i) extreme.vector[i] += weight * vector[i];
      }
      result.push_back(std::move(extreme));
    }
    return result;
  }

  // Whether all curvatures are positive and none is hidden that is far smaller than the smallest seen. The residual of H p = q, q the first
  // vector, is a polynomial in H that is 1 at 0, applied to q: where it is small, q has no share in directions of curvature 0.
  [[nodiscard]] bool has_seen_the_flattest() const {
    const auto k = static_cast<Eigen::Index>(size());
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver = spectrum();
    if (!(solver.eigenvalues()[0] > 0)) return false;
    double last = 0;  // entry of the solution in the basis
    for (Eigen::Index j = 0; j < k; ++j) {
      last += solver.eigenvectors()(k - 1, j) * solver.eigenvectors()(0, j) / solver.eigenvalues()[j];
    }
    return std::abs(beside_.back() * last) < unseen / std::sqrt(static_cast<double>(n_));
  }

 private:
  [[nodiscard]] Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> spectrum() const {
    const auto k = static_cast<Eigen::Index>(size());
    Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver;
    solver.computeFromTridiagonal(Eigen::Map<const Eigen::VectorXd>(diagonal_.data(), k),
                                  Eigen::Map<const Eigen::VectorXd>(beside_.data(), k - 1));
    return solver;
  }

  void make_orthogonal(std::vector<double>& v) const {
    for (const std::vector<double>& q : vectors_) {
      const double share = dot(q, v);
      for (std::size_t i = 0; i < v.size(); ++i) v[i] -= share * q[i];
    }
  }

  void draw() {
    draws_.direction(next_);
    for (int pass = 0; pass < 2; ++pass) make_orthogonal(next_);
    const double length = norm(next_);
    for (double& entry : next_) entry /= length;
  }

  std::size_t n_;
  Product product_;
  Draws draws_;
  std::vector<std::vector<double>> vectors_;
  std::vector<double> diagonal_, beside_, next_;
  double size_ = 0;  // the largest |H q|
};

struct Ends {
  std::vector<Extreme> pairs;  // the smallest and the largest; empty where the Hessian is not finite
  bool has_flattest = false;   // no curvature is far smaller than the smallest of these
};

// As well as so many products tell.
Ends extremes(Objective& objective, std::span<const double> x) {
  const std::size_t n = x.size();
  const std::size_t wanted = is_strictly_convex(objective) ? enough_if_strictly_convex
                             : is_convex(objective)        ? enough_if_convex
                                                           : most_vectors;
  const std::size_t most = std::min({n, wanted, std::max<std::size_t>(20, most_numbers / n)});
  Basis basis(n, [&](std::span<const double> v, std::span<double> image) { objective.hessian_vector(x, v, image); });
  Ends result;
  for (std::size_t enough = 30; basis.size() < most; enough *= 2) {
    while (basis.size() < std::min(enough, most)) {
      if (!basis.extend()) return {};
    }
    result = {basis.ends(), basis.size() == n || basis.has_seen_the_flattest()};
    const double size = std::max(std::abs(result.pairs[0].value), std::abs(result.pairs[1].value));
    const auto is_settled = [size](const Extreme& end) {
      return end.error <= std::max(settled * std::abs(end.value), nothing * size);
    };
    const bool is_all = result.has_flattest || result.pairs[0].value <= 0;
    if (is_all && std::ranges::all_of(result.pairs, is_settled)) break;
  }
  for (Extreme& end : result.pairs) {
    orient(end.vector);
    end.image.resize(n);
    objective.hessian_vector(x, end.vector, end.image);
    end.value = dot(end.vector, end.image);
  }
  return result;
}

// A Hessian of so many variables may be factorised where products do not tell: n products and n³/3 operations.
constexpr std::size_t most_factorised = 2000;

// The Cholesky factors of H - shift, which exist where every curvature is above the shift.
class Factors {
 public:
  Factors(Objective& objective, std::span<const double> x, double shift) : shift_(shift) {
    const std::size_t n = x.size();
    std::vector<double> hessian(n * n);
    objective.hessian(x, hessian);
    if (!is_finite(hessian)) return;
    const auto rows = static_cast<Eigen::Index>(n);
    Eigen::Map<Eigen::MatrixXd> matrix(hessian.data(), rows, rows);
    matrix.diagonal().array() -= shift;
    factors_.compute(matrix);
    exist_ = factors_.info() == Eigen::Success;
  }

  [[nodiscard]] bool exist() const { return exist_; }

  // (H - shift) solution = right
  void solve(std::span<const double> right, std::span<double> solution) const {
    const auto rows = static_cast<Eigen::Index>(right.size());
    Eigen::Map<Eigen::VectorXd>(solution.data(), rows) =
        factors_.solve(Eigen::Map<const Eigen::VectorXd>(right.data(), rows));
  }

  // The smallest curvature: of the inverse it is the largest.
  [[nodiscard]] Extreme flattest(Objective& objective, std::span<const double> x) const {
    constexpr std::size_t enough = 24;
    Basis basis(x.size(), [&](std::span<const double> v, std::span<double> image) { solve(v, image); });
    while (basis.size() < std::min(enough, x.size()) && basis.extend()) {
    }
    Extreme end = basis.ends().back();
    orient(end.vector);
    end.image.resize(x.size());
    objective.hessian_vector(x, end.vector, end.image);
    end.value = dot(end.vector, end.image);
    std::vector<double> rest(end.image);
    for (std::size_t i = 0; i < rest.size(); ++i) rest[i] -= end.value * end.vector[i];
    end.error = std::min(norm(rest), end.value - shift_);  // no curvature is below the shift
    return end;
  }

 private:
  Eigen::LLT<Eigen::MatrixXd> factors_;
  double shift_;
  bool exist_ = false;
};

// Conjugate gradients for H p = -g (Hestenes & Stiefel, J. Res. Nat. Bur. Standards 49 (1952) 409-436), stopped at negative curvature,
// when the residual is small, or when what the last iterations gained is little of the whole. A residual alone says nothing of the
// directions in which the Hessian is a billion times flatter than in the steepest.
std::vector<double> newton_step(Objective& objective, std::span<const double> x, std::span<const double> gradient) {
  const int most_products = is_convex(objective) ? 60 : 200;
  constexpr int idle = 8;  // iterations that have to gain little
  const std::size_t n = x.size();
  std::vector<double> step(n, 0.0), residual(n), direction(n), product(n);
  for (std::size_t i = 0; i < n; ++i) direction[i] = residual[i] = -gradient[i];
  const double first = norm(residual);
  double size = first, gained = 0;
  int since_gain = 0;
  for (int iteration = 0; iteration < most_products && since_gain < idle && size > 1e-14 * first; ++iteration) {
    objective.hessian_vector(x, direction, product);
    const double curvature = dot(direction, product);
    if (!(curvature > 0)) break;
    const double along_direction = size * (size / curvature);
    for (std::size_t i = 0; i < n; ++i) {
      step[i] += along_direction * direction[i];
      residual[i] -= along_direction * product[i];
    }
    const double gain = along_direction * (size / first) * (size / first);
    gained += gain;
    since_gain = gain > 1e-4 * gained ? 0 : since_gain + 1;
    const double next = norm(residual);
    const double ratio = (next / size) * (next / size);
    for (std::size_t i = 0; i < n; ++i) direction[i] = residual[i] + ratio * direction[i];
    size = next;
  }
  return step;
}

}  // namespace

Curvature lanczos_curvature(Objective& objective, std::span<const double> x, std::span<const double> gradient,
                            std::span<const double> gradient_noise) {
  const std::size_t n = x.size();
  Curvature result;
  result.size = n;
  result.is_partial = true;
  result.unit.assign(n, 1.0);
  auto [ends, has_flattest] = extremes(objective, x);
  if (ends.empty()) return result;
  result.is_known = true;
  const double relative = relative_error(objective.capabilities(), n);
  std::optional<Factors> factors;
  if (!has_flattest && n <= most_factorised && !is_strictly_convex(objective) &&
      ends[0].value > -relative * std::abs(ends[1].value)) {
    factors.emplace(objective, x, relative * std::abs(ends[1].value));
    if (factors->exist()) {
      ends[0] = factors->flattest(objective, x);
      has_flattest = true;
    } else {
      factors.reset();
    }
  }
  result.smallest = std::min(ends[0].value, ends[1].value);
  result.largest = std::max(ends[0].value, ends[1].value);
  const double size = std::max(std::abs(result.smallest), std::abs(result.largest));
  result.rounding = relative * size;

  std::vector<double> significant(gradient.begin(), gradient.end());
  for (std::size_t i = 0; i < n; ++i) {
    if (std::abs(significant[i]) <= 4 * gradient_noise[i]) significant[i] = 0;
  }
  if (factors) {
    for (double& slope : significant) slope = -slope;
    result.newton_step.resize(n);
    factors->solve(significant, result.newton_step);
  } else {
    result.newton_step = newton_step(objective, x, significant);
  }
  std::vector<double> ahead = along(x, 1, result.newton_step);
  Box(objective.bounds()).project(ahead);

  for (const Extreme& end : ends) {
    // How much this curvature changes over the next Newton step.
    std::vector<double> there(n);
    objective.hessian_vector(ahead, end.vector, there);
    for (std::size_t i = 0; i < n; ++i) there[i] -= end.image[i];
    const double change = norm(there);
    // A negative curvature is what it is; that no curvature is lower than a positive one, Lanczos knows only to its own error.
    const double error = result.rounding + (end.value > 0 ? end.error : 0);
    if (!(std::abs(end.value) > error && change < 0.25 * std::abs(end.value))) {
      ++result.doubtful;
      if (std::abs(end.value) <= error) ++result.flat;
      result.flat_directions.push_back(end.vector);
    } else if (end.value > 0) {
      ++result.positive;
    } else if (++result.negative == 1) {
      result.downward = end.vector;
      result.downward_curvature = end.value;
      for (std::size_t i = 0; i < n; ++i) result.downward_noise += std::abs(end.vector[i]) * gradient_noise[i];
    }
  }
  if (is_strictly_convex(objective) && result.negative == 0) {
    result.positive = n;
    result.doubtful = result.flat = 0;
    result.flat_directions.clear();
  } else if (result.negative == 0 && result.doubtful == 0 && !has_flattest) {
    // Whether a direction is flat, or curves down a little, is all that is open; where it lies is not known.
    result.doubtful = 1;
    --result.positive;
  }
  // All other curvatures lie between the two.
  if (result.doubtful == 0 && result.negative == 0) result.positive = n;
  if (result.negative == 2) result.negative = n;
  return result;
}

}  // namespace downhill::optimize
