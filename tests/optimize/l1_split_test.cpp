#include <gtest/gtest.h>
#include <downhill/loss.hpp>
#include <downhill/operations.hpp>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "optimize/kinks.hpp"

namespace downhill {
namespace {

using Formula = std::function<Array(const Array&)>;

Array part(const Array& x, std::int64_t from, std::int64_t to) { return slice(x, {Range{from, to, 1}}); }
Array at(const Array& x, std::int64_t i) { return reshape(part(x, i, i + 1), Shape{}); }

Objective traced(const Formula& f, std::int64_t n = 4) {
  return traced_objective(as_array_function(f), Type{DType::f64, Shape{n}});
}

std::vector<L1Term> terms(const Formula& f, std::int64_t n = 4) {
  const Objective objective = traced(f, n);
  std::vector<L1Term> result(objective.l1().begin(), objective.l1().end());
  std::ranges::stable_sort(result, {}, [](const L1Term& term) { return std::tuple(term.variable, term.center); });
  return result;
}

std::vector<L1Term> everywhere(double weight, double center = 0) {
  std::vector<L1Term> result;
  for (std::size_t i = 0; i < 4; ++i) result.push_back({i, weight, center});
  return result;
}

TEST(L1Split, ReadsWeightsAndCentresOffTheFormula) {
  const auto smooth = [](const Array& x) { return sum(square(x - 3.0)) + exp(at(x, 0)); };
  EXPECT_EQ(terms([&](const Array& x) { return smooth(x) + sum(abs(x)); }), everywhere(1));
  EXPECT_EQ(terms([&](const Array& x) { return smooth(x) + mean(abs(x)); }), everywhere(0.25));
  EXPECT_EQ(terms([&](const Array& x) { return 2.0 * (smooth(x) + 3.0 * sum(abs(x - 1.5))); }), everywhere(6, 1.5));
  EXPECT_EQ(terms([&](const Array& x) { return smooth(x) + sum(abs(4.0 * x - 2.0)); }), everywhere(4, 0.5));
  EXPECT_EQ(terms([&](const Array& x) { return smooth(x) - sum(-abs(-x)); }), everywhere(1));
  EXPECT_EQ(terms([&](const Array& x) { return smooth(x) + sum(maximum(x, -x)); }), everywhere(1));
  EXPECT_EQ(terms([&](const Array& x) { return smooth(x) - sum(minimum(x, -x)); }), everywhere(1));
  EXPECT_EQ(terms([&](const Array& x) { return smooth(x) + sum(where(less(x, 0.0), -x, x)); }), everywhere(1));
  EXPECT_EQ(terms([&](const Array& x) { return smooth(x) + sum(sqrt(square(x))); }), everywhere(1));
  EXPECT_EQ(terms([&](const Array& x) { return smooth(x) + sum(relu(x)); }), everywhere(0.5)) << "x/2 + |x|/2";
  EXPECT_EQ(terms([&](const Array& x) { return smooth(x) + 0.5 * sum(abs(part(x, 1, 4))); }),
            (std::vector<L1Term>{{1, 0.5, 0}, {2, 0.5, 0}, {3, 0.5, 0}}));
  EXPECT_EQ(terms([&](const Array& x) { return smooth(x) + dot(Array{0.5, 0, 2, 1}, abs(x - Array{1, 2, 3, 4})); }),
            (std::vector<L1Term>{{0, 0.5, 1}, {2, 2, 3}, {3, 1, 4}}));
  EXPECT_EQ(
      terms([&](const Array& x) { return smooth(x) + 3.0 * abs(at(x, 2)) + abs(at(x, 0) - 1.0) + abs(at(x, 0)); }),
      (std::vector<L1Term>{{0, 1, 0}, {0, 1, 1}, {2, 3, 0}}));
  EXPECT_EQ(terms([&](const Array& x) { return smooth(x) + sum(abs(Array{1, 1, 0, 0} * x)); }),
            (std::vector<L1Term>{{0, 1, 0}, {1, 1, 0}}));
  EXPECT_EQ(terms([](const Array& x) { return sum(abs(at(x, 0) - arange(3))); }),
            (std::vector<L1Term>{{0, 1, 0}, {0, 1, 1}, {0, 1, 2}}));
}

TEST(L1Split, LeavesAloneWhatIsNotOfTheForm) {
  EXPECT_TRUE(terms([](const Array& x) { return sum(square(x)); }).empty());
  EXPECT_TRUE(terms([](const Array& x) { return sum(abs(part(x, 1, 4) - part(x, 0, 3))); }).empty());
  EXPECT_TRUE(terms([](const Array& x) { return sum(square(x)) - sum(abs(x)); }).empty()) << "concave";
  EXPECT_TRUE(terms([](const Array& x) { return sum(abs(matmul(full(Shape{4, 4}, 1.0), x))); }).empty());
  const Array cancels({0, 1, 1, -1}, Shape{1, 4});
  EXPECT_TRUE(terms([&](const Array& x) { return sum(abs(matmul(cancels, x))); }).empty());
  EXPECT_TRUE(terms([](const Array& x) { return sum(where(less(x, 1.0), -x, x)); }).empty()) << "it jumps";
}

TEST(L1Split, TheTermsAndTheSmoothPartAreTheLoss) {
  const Formula f = [](const Array& x) {
    return sum(square(x - 3.0)) + 0.1 * sum(abs(x - 1.0)) + sum(maximum(2.0 * x, -x)) + prod(x);
  };
  Objective objective = traced(f);
  const optimize::Kinks kinks(4, objective.l1());
  const std::vector<double> x{0.5, -2, 1, 3};
  std::vector<double> whole(4), smooth(4), hessian(16), product(4);
  const double value = objective.value_and_gradient(x, whole);
  const SplitValue split = objective.split_value_and_gradient(x, smooth);
  EXPECT_EQ(split.value, value);
  EXPECT_NEAR(split.smooth_part + kinks.value(x), value, 1e-14 * value);
  for (std::size_t i = 0; i < 4; ++i) {
    const auto slopes = kinks.slopes(i, x[i]);
    EXPECT_NEAR(whole[i], smooth[i] + 0.5 * (slopes.below + slopes.above), 1e-13);
  }
  EXPECT_EQ(objective.capabilities().smooth, false);
  EXPECT_EQ(objective.capabilities().smooth_part, true);
  EXPECT_EQ(objective.counts().gradient, 2u);
}

TEST(L1Split, SaysWhenTheRestHasOtherKinks) {
  const Objective fused = traced([](const Array& x) { return sum(abs(x)) + sum(abs(part(x, 1, 4) - part(x, 0, 3))); });
  EXPECT_EQ(fused.l1().size(), 4u);
  EXPECT_EQ(fused.capabilities().smooth_part, false);
}

TEST(Kinks, SlopesJumpAtThem) {
  const std::vector<L1Term> terms{{1, 0.5, 2}, {1, 0.25, 2}, {1, 1, -1}};
  const optimize::Kinks kinks(2, terms);
  EXPECT_FALSE(kinks.has_kinks(0));
  EXPECT_EQ(kinks.slopes(0, 5).above, 0);
  EXPECT_EQ(kinks.slopes(1, -3).below, -1.75);
  EXPECT_EQ(kinks.slopes(1, -1).below, -1.75);
  EXPECT_EQ(kinks.slopes(1, -1).above, 0.25);
  EXPECT_EQ(kinks.slopes(1, 2).above, 1.75);
  EXPECT_EQ(kinks.value(std::vector<double>{9, 0}), 2.5);
  EXPECT_EQ(kinks.piece(1, 2, -1).low, -1);
  EXPECT_EQ(kinks.piece(1, 2, -1).high, 2);
  EXPECT_EQ(kinks.piece(1, 2, 1).low, 2);
  EXPECT_TRUE(std::isinf(kinks.piece(1, 2, 1).high));
  EXPECT_EQ(kinks.nearest(1, 0), -1);
  EXPECT_EQ(kinks.nearest(1, 1.5), 2);
}

TEST(Kinks, TheProximalPointIsWhereTheDistanceBalancesTheSlopes) {
  const std::vector<L1Term> terms{{0, 1, -1}, {0, 0.75, 2}};
  const optimize::Kinks kinks(1, terms);
  for (double v = -6; v <= 6; v += 0.125) {
    for (const double t : {0.25, 1.0, 3.0}) {
      const double z = kinks.prox(0, v, t);
      const auto h = kinks.slopes(0, z);
      EXPECT_LE(z - v + t * h.below, 1e-15) << v;
      EXPECT_GE(z - v + t * h.above, -1e-15) << v;
    }
  }
  const optimize::Kinks one(1, std::vector<L1Term>{{0, 2, 0}});
  EXPECT_EQ(one.prox(0, 3, 0.5), 2) << "soft thresholding";
  EXPECT_EQ(one.prox(0, -0.75, 0.5), 0);
  EXPECT_EQ(one.prox(0, -3, 0.5), -2);
}

}  // namespace
}  // namespace downhill
