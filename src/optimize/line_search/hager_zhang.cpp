#include <downhill/line_searches/hager_zhang.hpp>

#include <cmath>
#include <utility>

#include "optimize/line_search/interpolation.hpp"
#include "optimize/line_search/line_function.hpp"
#include "optimize/line_search/line_search_erasure.hpp"

namespace downhill {

options::Fields HagerZhang::fields() {
  using options::field;
  return {field("sufficient_decrease", &HagerZhang::sufficient_decrease, "c in f(x + t p) <= f(x) + c t slope",
                options::open(0, 0.5)),
          field("curvature", &HagerZhang::curvature, "c in slope(t) >= c slope", options::open(0, 1)),
          field("expansion", &HagerZhang::expansion, "factor on the step while the slope stays negative",
                options::open(1, options::infinity)),
          field("contraction", &HagerZhang::contraction, "bisects when a round shortens the bracket by less",
                options::open(0, 1))};
}

void HagerZhang::check() const { optimize::check_order(name, sufficient_decrease, curvature); }

namespace optimize {

namespace {

// The opposite slope condition (4.4): phi(a) <= phi(0), phi'(a) < 0 and phi'(b) >= 0. Steps B1 to B3, U0 to U3, S1 to S4 and L0 to L3
// of sections 4 of the two papers, with an end at the first trial that satisfies the conditions.
class Bracketing {
 public:
  Bracketing(const HagerZhang& options, LineFunction& phi)
      : options_(options), wolfe_{options.sufficient_decrease, options.curvature}, phi_(phi), a_(end(phi.start())) {}

  std::optional<Trial> find(double first) {
    if (bracket(std::min(first, phi_.longest()))) {
      for (int round = 0; round < most_trials && !is_done(); ++round) {
        const double width = b_.t - a_.t;
        secant_twice();
        if (!is_done() && b_.t - a_.t > options_.contraction * width) update(0.5 * a_.t + 0.5 * b_.t);
      }
    }
    if (is_accepted_) return phi_.last();
    return phi_.lowest();
  }

 private:
  static Knot end(const Sample& sample) { return {sample.step, sample.rise, sample.slope}; }

  [[nodiscard]] bool is_done() const { return is_accepted_ || is_stuck_ || phi_.is_over(); }

  // The trial at t; sets is_accepted_ where it will do, and is_stuck_ where steps are lost in the rounding of x.
  Sample look(double t) {
    Sample sample = phi_.at(t);
    if (phi_.is_last_at_start()) is_stuck_ = true;
    if (!is_stuck_ && sample.is_usable() && is_weak(wolfe_, phi_, sample)) is_accepted_ = true;
    return sample;
  }

  // B1 to B3; false if there is no bracket.
  bool bracket(double t) {
    double ceiling = 0;  // f is not finite there; 0: nowhere yet
    for (int trial = 0; trial < most_trials; ++trial) {
      const Sample sample = look(t);
      if (is_done()) return false;
      if (!sample.is_usable()) {
        ceiling = t;
        t = a_.t + 0.25 * (t - a_.t);
        if (t == a_.t) return false;
        continue;
      }
      if (sample.slope >= 0) {
        b_ = end(sample);
        return true;
      }
      if (is_at_bound(wolfe_, phi_, sample)) {
        is_accepted_ = true;
        return false;
      }
      if (sample.rise > 0) {
        narrow({0, 0, phi_.slope()}, end(sample));
        return !is_done();
      }
      if (trial >= most_expansions && ceiling == 0) return false;
      a_ = end(sample);
      t = std::min(ceiling > 0 ? a_.t + 0.5 * (ceiling - a_.t) : further(sample), phi_.longest());
      if (t == a_.t) return false;
    }
    return false;
  }

  // Where the secant through both slopes points, kept within the expansion.
  [[nodiscard]] double further(const Sample& sample) const {
    const double guess = secant({0, 0, phi_.slope()}, end(sample));
    const double longest = options_.expansion * sample.step;
    return guess > 1.1 * sample.step && guess < longest ? std::min(longest, 1.5 * guess) : longest;
  }

  // U3: a falls, b is higher and slopes down: bisects until a slope turns.
  void narrow(Knot a, Knot b) {
    for (int trial = 0; trial < most_trials && !is_done(); ++trial) {
      double t = a.t + 0.5 * (b.t - a.t);
      if (trial == 0 && std::isfinite(b.value)) {  // once by the parabola through the rise
        const double bottom = parabola_bottom(a, b);
        if (bottom > a.t + 0.1 * (b.t - a.t) && bottom < b.t) t = bottom;
      }
      if (t == a.t || t == b.t) break;
      const Sample sample = look(t);
      if (is_done()) return;
      if (sample.is_usable() && sample.slope >= 0) {
        a_ = a;
        b_ = end(sample);
        return;
      }
      (sample.is_usable() && sample.rise <= 0 ? a : b) = end(sample);
    }
    is_stuck_ = true;
  }

  // U0 to U2.
  void update(double t) {
    if (!(t > a_.t && t < b_.t)) return;
    const Sample sample = look(t);
    if (is_done()) return;
    if (sample.is_usable() && sample.slope >= 0) {
      b_ = end(sample);
    } else if (sample.is_usable() && sample.rise <= 0) {
      a_ = end(sample);
    } else {
      narrow(a_, end(sample));
    }
  }

  // S1 to S4.
  void secant_twice() {
    const Knot a = a_, b = b_;
    double t = secant(a, b);
    // Beside a slope so steep the secant does not leave the start.
    if (a.t == 0 && t > 0 && t < 0x1p-20 * b.t) t = std::sqrt(t) * std::sqrt(b.t);
    if (!(t > a.t && t < b.t)) {
      update(0.5 * a.t + 0.5 * b.t);
      if (a_.t == a.t && b_.t == b.t) is_stuck_ = true;
      return;
    }
    update(t);
    if (is_done()) return;
    if (t == b_.t) update(secant(b, b_));
    if (t == a_.t) update(secant(a, a_));
  }

  const HagerZhang& options_;
  const Wolfe wolfe_;
  LineFunction& phi_;
  Knot a_, b_;
  bool is_accepted_ = false;  // the last trial
  bool is_stuck_ = false;
};

}  // namespace

template <>
struct Search<HagerZhang> {
  static Traits::Descent descent(const HagerZhang&) { return Traits::Descent::monotone; }

  static std::optional<Trial> find(const HagerZhang& options, Walk& walk, const Ray& ray, double suggested_step) {
    LineFunction phi(walk, ray);
    return Bracketing(options, phi).find(suggested_step);
  }
};

}  // namespace optimize

template LineSearch::LineSearch(const HagerZhang&);

}  // namespace downhill
