#include "problems/hard.hpp"

#include <downhill/operations.hpp>

#include <algorithm>
#include <limits>

namespace downhill::bench {

namespace {

using Kind = KnownPoint::Kind;
using Numbers = std::vector<double>;

Array at(const Array& x, std::int64_t i) { return index(x, i); }

Array rosenbrock(const Array& x) { return 100 * square(at(x, 1) - square(at(x, 0))) + square(1 - at(x, 0)); }

HardCase hard(std::string_view name, std::string_view doc, const Numbers& start,
              std::function<Array(const Array&)> loss, Wanted wanted, double lowest = 0, double allowance = 1e-10,
              Fault fault = Fault::none, TestProblem::Family family = TestProblem::Family::landscape) {
  const auto n = static_cast<std::int64_t>(start.size());
  HardCase result;
  result.problem.name = name;
  result.problem.family = family;
  result.problem.doc = doc;
  result.problem.dimensions = {n, n, n};
  result.problem.start = [start](std::int64_t) { return start; };
  result.problem.loss = std::move(loss);
  result.wanted = wanted;
  result.allowance = allowance;
  result.fault = fault;
  if (wanted == Wanted::minimum) {
    result.problem.known = [lowest](std::int64_t) { return std::vector<KnownPoint>{{Kind::global_minimum, lowest}}; };
  }
  if (wanted == Wanted::unbounded) {
    result.problem.known = [](std::int64_t) {
      return std::vector<KnownPoint>{{Kind::limit, -std::numeric_limits<double>::infinity()}};
    };
  }
  return result;
}

HardCase kinked(std::string_view name, std::string_view doc, const Numbers& start,
                std::function<Array(const Array&)> loss) {
  return hard(name, doc, start, std::move(loss), Wanted::minimum, 0, 1e-6, Fault::none, TestProblem::Family::nonsmooth);
}

HardCase faulty(std::string_view name, std::string_view doc, Fault fault) {
  return hard(name, doc, {-1.2, 1}, rosenbrock, Wanted::minimum, 0, 1e-10, fault);
}

std::vector<HardCase> saddles_and_degenerate() {
  return {
      hard(
          "saddle_manifold", "starts on the line that leads into a saddle", {1, 0},
          [](const Array& x) {
            const Array q = square(at(x, 1));
            return square(at(x, 0)) / 2 + square(q) / 4 - q / 2;
          },
          Wanted::minimum, -0.25),
      hard(
          "starts_at_maximum", "the gradient is zero at the start, a local maximum", {0},
          [](const Array& x) { return square(square(at(x, 0))) - square(at(x, 0)); }, Wanted::minimum, -0.25),
      hard(
          "twentieth_power", "flat around its minimum", {1.5}, [](const Array& x) { return pow(at(x, 0), 20); },
          Wanted::minimum, 0, 1e-3),
      hard(
          "steps", "the gradient is zero everywhere", {3.7}, [](const Array& x) { return square(floor(at(x, 0))); },
          Wanted::minimum, 0, 1e-10, Fault::none, TestProblem::Family::nonsmooth),
      hard(
          "chebyshev_rosenbrock", "a path that bends 128 times", {-1, 1, 1, 1, 1, 1, 1, 1},
          [](const Array& x) {
            const Array a = slice(x, {Range{0, 7, 1}}), b = slice(x, {Range{1, 8, 1}});
            return square(at(x, 0) - 1) / 4 + sum(square(b - 2 * square(a) + 1));
          },
          Wanted::minimum),
      hard("starts_at_minimum", "nothing to do", {1, 1}, rosenbrock, Wanted::minimum),
  };
}

std::vector<HardCase> kinks() {
  return {
      kinked("absolute_values", "kinks along both axes", {1.3, -0.7}, [](const Array& x) { return sum(abs(x)); }),
      kinked("tilted_cone", "one kink, at the minimum", {1, 2}, [](const Array& x) { return 2 * norm(x) + at(x, 0); }),
      kinked("largest_square", "a kink wherever two are equal", {1, 2, 3, -4, -5},
             [](const Array& x) { return max(square(x)); }),
      hard(
          "root_of_square_cubed", "0 times infinity in the chain rule at the start, the minimum", {0},
          [](const Array& x) {
            const Array root = sqrt(at(x, 0) * at(x, 0));
            return root * root * root;
          },
          Wanted::minimum),
      hard(
          "noise_1e-6", "Rosenbrock's function with relative noise of 1e-6", {-1.2, 1},
          [](const Array& x) { return rosenbrock(x) * (1 + 1e-6 * sin(1e7 * (at(x, 0) + at(x, 1)))); }, Wanted::minimum,
          0, 1e-4, Fault::none, TestProblem::Family::noisy),
  };
}

std::vector<HardCase> undefined_and_unbounded() {
  return {
      hard(
          "log_barrier", "not a number left of 0", {0.001}, [](const Array& x) { return at(x, 0) - log(at(x, 0)); },
          Wanted::minimum, 1, 1e-8),
      hard(
          "root_and_inverse", "not a number left of 0, and steps go there", {10},
          [](const Array& x) { return sqrt(at(x, 0)) + 1 / at(x, 0); }, Wanted::minimum, 1.8898815748423097, 1e-8),
      hard(
          "infinite_at_start", "overflows at the start", {10}, [](const Array& x) { return exp(exp(at(x, 0))); },
          Wanted::refusal),
      hard(
          "never_a_number", "not a number anywhere", {1}, [](const Array& x) { return sqrt(-1 - square(at(x, 0))); },
          Wanted::refusal),
      hard(
          "monkey_saddle_near", "falls without bound, from beside a saddle", {-1, 0.001},
          [](const Array& x) { return pow(at(x, 0), 3) - 3 * at(x, 0) * square(at(x, 1)); }, Wanted::unbounded),
      hard(
          "line", "falls without bound", {1}, [](const Array& x) { return at(x, 0); }, Wanted::unbounded),
      hard(
          "falling_exponential", "falls for ever towards 0", {0}, [](const Array& x) { return exp(-at(x, 0)); },
          Wanted::unattained),
  };
}

std::vector<HardCase> scales() {
  return {
      hard(
          "rosenbrock_1e10", "1e10 times Rosenbrock's function", {-1.2, 1},
          [](const Array& x) { return 1e10 * rosenbrock(x); }, Wanted::minimum, 0, 1.0),
      hard(
          "parabola_1e-150", "every absolute tolerance is met at the start", {3},
          [](const Array& x) { return 1e-150 * square(at(x, 0)); }, Wanted::minimum, 0, 1e-158),
      hard(
          "parabola_1e300", "the square of the gradient overflows", {3},
          [](const Array& x) { return 1e300 * square(at(x, 0)); }, Wanted::minimum, 0, 1e292),
      hard(
          "rosenbrock_plus_1e8", "a relative change of f says nothing", {-1.2, 1},
          [](const Array& x) { return 1e8 + rosenbrock(x); }, Wanted::minimum, 1e8, 1e-6),
      hard(
          "curvatures_1e16", "curvatures from 1 to 1e16", {1, 1, 1, 1, 1},
          [](const Array& x) { return sum(Array(Numbers{1, 1e4, 1e8, 1e12, 1e16}) * square(x)) / 2; }, Wanted::minimum),
  };
}

std::vector<HardCase> wrong_gradients() {
  return {
      faulty("gradient_negated", "Rosenbrock's function, its gradient of the wrong sign", Fault::negated),
      faulty("gradient_zero", "Rosenbrock's function, its gradient zero", Fault::zero),
      faulty("gradient_one_percent", "Rosenbrock's function, one component of its gradient 1 % too large",
             Fault::one_percent),
      faulty("gradient_swapped", "Rosenbrock's function, the components of its gradient swapped", Fault::swapped),
      faulty("gradient_shifted", "Rosenbrock's function, its gradient taken one index on", Fault::shifted),
  };
}

// Hands out a faulty gradient.
class Faulty final : public LossSource {
 public:
  Faulty(std::shared_ptr<LossSource> source, Fault fault) : source_(std::move(source)), fault_(fault) {}

  [[nodiscard]] std::size_t size() const override { return source_->size(); }
  [[nodiscard]] Capabilities capabilities() const override {
    return {.gradient = Derivatives::exact, .is_supplied = true};
  }
  double value(std::span<const double> x) override { return source_->value(x); }
  double value_and_gradient(std::span<const double> x, std::span<double> gradient) override {
    const double value = source_->value_and_gradient(x, gradient);
    switch (fault_) {
      case Fault::none: break;
      case Fault::negated: std::ranges::transform(gradient, gradient.begin(), std::negate<>()); break;
      case Fault::zero: std::ranges::fill(gradient, 0.0); break;
      case Fault::one_percent: gradient[0] *= 1.01; break;
      case Fault::swapped: std::swap(gradient[0], gradient[1]); break;
      case Fault::shifted: std::ranges::fill(gradient.last(1), gradient[0]); break;
    }
    return value;
  }

 private:
  std::shared_ptr<LossSource> source_;
  Fault fault_;
};

}  // namespace

std::string_view name(Wanted wanted) {
  switch (wanted) {
    case Wanted::minimum: return "minimum";
    case Wanted::unbounded: return "unbounded";
    case Wanted::unattained: return "unattained";
    case Wanted::refusal: return "refusal";
  }
  return "unknown";
}

const std::vector<HardCase>& hard_cases() {
  static const std::vector<HardCase> list = [] {
    std::vector<HardCase> all;
    for (auto part : {saddles_and_degenerate, kinks, undefined_and_unbounded, scales, wrong_gradients}) {
      std::ranges::move(part(), std::back_inserter(all));
    }
    return all;
  }();
  return list;
}

std::shared_ptr<LossSource> with_fault(std::shared_ptr<LossSource> source, Fault fault) {
  if (fault == Fault::none) return source;
  return std::make_shared<Faulty>(std::move(source), fault);
}

}  // namespace downhill::bench
