#include <gtest/gtest.h>
#include <downhill/minimize.hpp>

#include <cmath>

#include "optimize/cases.hpp"
#include "optimize/method_model.hpp"

namespace downhill {
namespace {

using namespace downhill::testing;

std::vector<Method> second_order_methods() {
  std::vector<Method> methods;
  for (const char* text : {"trust_region", "trust_region(subproblem=dogleg)", "trust_region(subproblem=steihaug)",
                           "trust_region(subproblem=gltr)", "adaptive_cubic", "adaptive_cubic(model=exact)"}) {
    methods.push_back(parse_method(text));
  }
  return methods;
}

// Rosenbrock's valley in pairs of variables, with Hessian-vector products alone.
Objective extended_rosenbrock(std::size_t n) {
  Callbacks callbacks;
  callbacks.value_and_gradient = [](std::span<const double> x, std::span<double> g) {
    double value = 0;
    for (std::size_t i = 0; i < x.size(); i += 2) {
      const double a = x[i + 1] - x[i] * x[i], b = 1 - x[i];
      value += 100 * a * a + b * b;
      g[i] = -400 * a * x[i] - 2 * b;
      g[i + 1] = 200 * a;
    }
    return value;
  };
  callbacks.hessian_vector = [](std::span<const double> x, std::span<const double> d, std::span<double> product) {
    for (std::size_t i = 0; i < x.size(); i += 2) {
      product[i] = (1200 * x[i] * x[i] - 400 * x[i + 1] + 2) * d[i] - 400 * x[i] * d[i + 1];
      product[i + 1] = 200 * d[i + 1] - 400 * x[i] * d[i];
    }
  };
  return objective(n, callbacks);
}

TEST(TrustRegionMethods, AHundredThousandVariablesNeedProductsAlone) {
  const std::size_t n = 100'000;
  for (const char* text : {"trust_region(subproblem=steihaug)", "trust_region(subproblem=gltr)", "adaptive_cubic"}) {
    Objective f = extended_rosenbrock(n);
    std::vector<double> start(n);
    for (std::size_t i = 0; i < n; ++i) start[i] = i % 2 == 0 ? -1.2 : 1;
    const Result r = minimize(f, start, parse_method(text), {.max_iterations = 500});
    EXPECT_TRUE(r.success) << text << ": " << r.message;
    EXPECT_LE(r.value, 1e-12) << text;
    EXPECT_LE(r.iterations, 100u) << text;
    EXPECT_EQ(r.evaluations.hessian, 0u) << text;
  }
}

TEST(TrustRegionMethods, LeaveSaddlesAndNeverRise) {
  for (const Method& method : second_order_methods()) {
    for (const std::vector<double>& start : {std::vector<double>{0, 0}, {1, 0}, {0.3, 1e-9}}) {
      Objective f = smooth(2, [](const auto& x) { return two_wells(x); });
      const Result r = minimize(f, start, method, {}, {.record = Record::values});
      EXPECT_NEAR(r.value, -0.25, 1e-14) << method.text() << ": " << r.message;
      EXPECT_TRUE(r.success) << method.text();
      for (std::size_t k = 1; k < r.trace.size(); ++k) EXPECT_LE(r.trace[k].value, r.trace[k - 1].value + 1e-15);
    }
  }
}

// f times a power of two, of variables in units of powers of two.
template <class F>
Objective in_units(const F& f, std::size_t n, double factor, std::vector<double> units) {
  return smooth(n, [=](const auto& x) {
    auto inner = x;
    for (std::size_t i = 0; i < inner.size(); ++i) inner[i] = units[i] * x[i];
    return factor * f(inner);
  });
}

template <class F>
void expect_the_same_run(const F& f, std::vector<double> start, const Method& method, double factor,
                         const std::vector<double>& units) {
  Objective plain = in_units(f, start.size(), 1, std::vector<double>(start.size(), 1));
  Objective scaled = in_units(f, start.size(), factor, units);
  const Stop stop{.max_iterations = 100};
  const Result a = minimize(plain, start, method, stop, {.record = Record::points});
  for (std::size_t i = 0; i < start.size(); ++i) start[i] /= units[i];
  const Result b = minimize(scaled, start, method, stop, {.record = Record::points});
  ASSERT_EQ(a.trace.size(), b.trace.size()) << method.text() << ": " << a.message << " / " << b.message;
  for (std::size_t k = 0; k < a.trace.size(); ++k) {
    for (std::size_t i = 0; i < start.size(); ++i) {
      EXPECT_EQ(a.trace[k].x[i], b.trace[k].x[i] * units[i]) << method.text() << ", iterate " << k;
    }
  }
}

TEST(TrustRegionMethods, UnitsThatArePowersOfTwoChangeNoBit) {
  const auto valley = [](const auto& x) { return rosenbrock(x); };
  const auto flat = [](const auto& x) { return powell_singular(x); };
  for (const Method& method : second_order_methods()) {
    const bool has_matrix = method.model().traits().needs == optimize::Needs::hessian;
    for (const double factor : {1.0, 0x1p40, 0x1p-41, 2.0}) {
      expect_the_same_run(valley, {-1.2, 1}, method, factor, {1, 1});
      expect_the_same_run(valley, {-1.2, 1}, method, factor, {0x1p20, 0x1p20});
      expect_the_same_run(flat, {3, -1, 0, 1}, method, factor, {0x1p-3, 0x1p-3, 0x1p-3, 0x1p-3});
      if (has_matrix) expect_the_same_run(valley, {-1.2, 1}, method, factor, {0x1p20, 0x1p-7});
    }
  }
}

TEST(LeastSquaresMethods, RankDeficiencyDoesNotStopThem) {
  // b0 and b1 act only by their sum; b2 not at all.
  for (const char* text : {"levenberg_marquardt", "dogleg", "gauss_newton"}) {
    Objective f = least_squares(3, 3, [](const auto& b) {
      using T = std::decay_t<decltype(b[0])>;
      return std::vector<T>{b[0] + b[1] - 1.0, 2.0 * (b[0] + b[1]) - 2.5, b[0] + b[1] - 0.75 + 0.0 * b[2]};
    });
    const Result r = minimize(f, std::vector<double>{3, 5, 7}, parse_method(text));
    EXPECT_TRUE(r.success) << text << ": " << r.message;
    EXPECT_NEAR(r.x[0] + r.x[1], (1 + 2 * 2.5 + 0.75) / 6, 1e-12) << text;
    EXPECT_EQ(r.x[2], 7) << text << ": what nothing depends on is left alone";
  }
}

}  // namespace
}  // namespace downhill
