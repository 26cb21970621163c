#include "optimize/limited_memory.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "optimize/lane_sum.hpp"
#include "optimize/norms.hpp"
#include "optimize/power_of_two.hpp"

namespace downhill::optimize {

namespace {

int exponent_of(std::span<const double> v) { return exponent_of_size(largest(v)); }

// Between these a sum of products has lost nothing by underflow that it would keep if the entries were of size 1.
constexpr double smallest_sum = 0x1p-800, largest_sum = 0x1p1000;

struct SafeProduct {
  double product = 0;   // stepᵀ(after - before)
  double rounding = 0;  // Σ |step_i| (|after_i| + |before_i|)
};

SafeProduct safe_product(std::span<const double> step, std::span<const double> before, std::span<const double> after) {
  const auto along = [&](std::size_t i) { return step[i] * (after[i] - before[i]); };
  const auto size = [&](std::size_t i) { return std::abs(step[i]) * (std::abs(after[i]) + std::abs(before[i])); };
  return {lane_sum(step.size(), along), lane_sum(step.size(), size)};
}

constexpr std::size_t few = 8;  // variables: below it lane_sum adds in the order of the index

// r_i becomes r_i + factor v_i; returns the sum of w_i r_i in the order of lane_sum.
inline double add_and_dot(std::span<double> r, double factor, std::span<const double> v, std::span<const double> w) {
  double* __restrict const to = r.data();
  const double *const from = v.data(), *const other = w.data();
  if (r.size() < few) {  // the same sum
    double sum = 0;
    for (std::size_t i = 0; i < r.size(); ++i) {
      to[i] += factor * from[i];
      sum += other[i] * to[i];
    }
    return sum;
  }
  return lane_sum(r.size(), [=](std::size_t i) {
    to[i] += factor * from[i];
    return other[i] * to[i];
  });
}

// A number for each pair, on the stack where they are few.
class Coefficients {
 public:
  explicit Coefficients(std::size_t count) : many_(count > few_.size() ? count : 0) {}
  double& operator[](std::size_t k) { return many_.empty() ? few_[k] : many_[k]; }

 private:
  std::array<double, 32> few_{};
  std::vector<double> many_;
};

}  // namespace

bool is_safely_positive(std::span<const double> step, std::span<const double> before, std::span<const double> after) {
  SafeProduct sum = safe_product(step, before, after);
  if (!(sum.rounding > smallest_sum && sum.rounding < largest_sum)) {
    std::vector<double> scaled_step(step.begin(), step.end());
    std::vector<double> from(before.begin(), before.end()), to(after.begin(), after.end());
    const int exponent = exponent_of_size(std::max(largest(before), largest(after)));
    scale(scaled_step, -exponent_of(step));
    scale(from, -exponent);
    scale(to, -exponent);
    sum = safe_product(scaled_step, from, to);
  }
  return sum.product > 4 * std::numeric_limits<double>::epsilon() * sum.rounding;
}

void LimitedMemory::add(std::span<const double> step, std::span<const double> before, std::span<const double> after,
                        std::size_t most, std::span<const int> units) {
  const double longest = largest(step);
  if (longest == 0 || !is_safely_positive(step, before, after)) return;
  Pair pair;
  if (pairs_.size() >= most && !pairs_.empty()) {  // its room is used again
    pair.step = std::move(spare_.step);
    pair.change = std::move(spare_.change);
  }
  pair.step.assign(step.begin(), step.end());
  pair.change.assign(after.begin(), after.end());
  for (std::size_t i = 0; i < pair.change.size(); ++i) pair.change[i] -= before[i];
  pair.step_exponent = std::ilogb(longest);
  pair.change_exponent = exponent_of(pair.change);
  scale(pair.step, -pair.step_exponent);
  scale(pair.change, -pair.change_exponent);
  pair.product = dot(pair.step, pair.change);
  if (!(pair.product > 0)) return;
  if (pairs_.empty()) diagonal_ = first_diagonal(pair, units);
  update_diagonal(pair);
  pairs_.push_back(std::move(pair));
  while (pairs_.size() > most) {
    spare_ = std::move(pairs_.front());
    pairs_.pop_front();
  }
}

// 4^u_i sᵀy / Σ 4^u_j y_j², u against the largest.
std::vector<double> LimitedMemory::first_diagonal(const Pair& pair, std::span<const int> units) {
  std::vector<double> result(pair.step.size(), 1.0);
  const int top = units.empty() ? 0 : *std::max_element(units.begin(), units.end());
  double image = 0;
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (!units.empty()) result[i] = std::ldexp(1.0, 2 * (units[i] - top));
    image += result[i] * pair.change[i] * pair.change[i];
  }
  for (double& entry : result) entry *= pair.product / image;
  return result;
}

// 1/D_i becomes c/D_i + y_i² / sᵀy - c (s_i/D_i)² / Σ s_j²/D_j with c = yᵀD y / sᵀy.
void LimitedMemory::update_diagonal(const Pair& pair) {
  if (!pairs_.empty()) {
    const Pair& last = pairs_.back();
    scale(diagonal_, (last.step_exponent - last.change_exponent) - (pair.step_exponent - pair.change_exponent));
  }
  const std::size_t n = diagonal_.size();
  curvature_.resize(n);
  for (std::size_t i = 0; i < n; ++i) curvature_[i] = 1 / diagonal_[i];
  const double image = lane_sum(n, [&](std::size_t i) { return pair.change[i] * (diagonal_[i] * pair.change[i]); });
  const double length = lane_sum(n, [&](std::size_t i) { return pair.step[i] * (pair.step[i] * curvature_[i]); });
  const double c = image / pair.product;
  const double per_length = 1 / length, per_product = 1 / pair.product;
  constexpr double most = std::numeric_limits<double>::max();
  for (std::size_t i = 0; i < n; ++i) {
    const double before = c * curvature_[i];
    const double along = pair.step[i] * curvature_[i];
    const double less = before - c * along * (along * per_length);
    const double rest = less > 1e-10 * before ? less : 1e-10 * before;
    const double next = 1 / (rest + pair.change[i] * (pair.change[i] * per_product));
    diagonal_[i] = next > 0 && next <= most ? next : diagonal_[i];
  }
}

LimitedMemory::Columns LimitedMemory::columns() const {
  Columns result{{}, {}, diagonal_, pairs_.back().step_exponent, pairs_.back().change_exponent};
  for (const Pair& pair : pairs_) {
    scale(result.steps.emplace_back(pair.step), pair.step_exponent - result.step_exponent);
    scale(result.changes.emplace_back(pair.change), pair.change_exponent - result.change_exponent);
  }
  return result;
}

// With q in units 2^e of the gradient and r in those of x, s = 2^a ŝ and y = 2^b ŷ make
//   rho sᵀq y = (ŝᵀq / ŝᵀŷ) ŷ,   rho s (sᵀq - yᵀr) = ŝ (2^(a - b + e) ŝᵀq - ŷᵀr) / ŝᵀŷ.
void LimitedMemory::direction(std::span<const double> gradient, const std::deque<Pair>& pairs,
                              std::vector<double>& r) const {
  const int unit = exponent_of(gradient);
  r.assign(gradient.begin(), gradient.end());
  scale(r, -unit);
  for (double& entry : r) entry = -entry;
  Coefficients alpha(pairs.size());
  double along = pairs.empty() ? 0 : dot(pairs.back().step, r);
  for (std::size_t k = pairs.size(); k-- > 0;) {
    alpha[k] = along / pairs[k].product;
    along = add_and_dot(r, -alpha[k], pairs[k].change, pairs[k > 0 ? k - 1 : 0].step);
  }
  const Pair& last = pairs_.back();
  const int units = last.step_exponent - last.change_exponent + unit;
  for (std::size_t i = 0; i < r.size(); ++i) r[i] *= diagonal_[i];
  scale(r, units);
  along = pairs.empty() ? 0 : dot(pairs.front().change, r);
  for (std::size_t k = 0; k < pairs.size(); ++k) {
    const Pair& pair = pairs[k];
    const double beta = along / pair.product;
    const double weight = times_power_of_two(alpha[k], pair.step_exponent - pair.change_exponent + unit) - beta;
    along = add_and_dot(r, weight, pair.step, pairs[std::min(k + 1, pairs.size() - 1)].change);
  }
}

void LimitedMemory::direction(std::span<const double> gradient, std::vector<double>& result) const {
  direction(gradient, pairs_, result);
}

std::vector<double> LimitedMemory::direction(std::span<const double> gradient) const {
  std::vector<double> result;
  direction(gradient, pairs_, result);
  return result;
}

std::vector<double> LimitedMemory::direction(std::span<const double> gradient, const std::vector<bool>& is_free) const {
  if (std::ranges::find(is_free, false) == is_free.end()) return direction(gradient);
  std::vector<double> part(gradient.begin(), gradient.end());
  for (std::size_t i = 0; i < part.size(); ++i) part[i] = is_free[i] ? part[i] : 0;
  std::deque<Pair> pairs;
  for (const Pair& pair : pairs_) {
    Pair held = pair;
    double size = 0;
    for (std::size_t i = 0; i < part.size(); ++i) {
      if (!is_free[i]) held.step[i] = held.change[i] = 0;
      size += std::abs(held.step[i] * held.change[i]);
    }
    held.product = dot(held.step, held.change);
    if (held.product > 1e-8 * size) pairs.push_back(std::move(held));
  }
  std::vector<double> result;
  direction(part, pairs, result);
  return result;
}

}  // namespace downhill::optimize
