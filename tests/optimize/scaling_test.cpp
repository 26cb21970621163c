#include <gtest/gtest.h>
#include <downhill/line_searches/strong_wolfe.hpp>
#include <downhill/minimize.hpp>

#include <algorithm>
#include <cmath>

#include "optimize/cases.hpp"

namespace downhill {
namespace {

using namespace downhill::testing;

// f times 2^value_exponent, with x_i measured in units 2^-exponents[i].
Objective rescaled(const Objective& f, int value_exponent, const std::vector<int>& exponents) {
  const auto inner = std::make_shared<Objective>(f);
  const std::size_t n = f.size();
  const auto back = [exponents](std::span<const double> x) {
    std::vector<double> y(x.begin(), x.end());
    for (std::size_t i = 0; i < y.size(); ++i) y[i] = std::ldexp(y[i], -exponents[i]);
    return y;
  };
  Callbacks callbacks;
  callbacks.value_and_gradient = [=](std::span<const double> x, std::span<double> g) {
    const double value = inner->value_and_gradient(back(x), g);
    for (std::size_t i = 0; i < n; ++i) g[i] = std::ldexp(g[i], value_exponent - exponents[i]);
    return std::ldexp(value, value_exponent);
  };
  callbacks.hessian = [=](std::span<const double> x, std::span<double> h) {
    inner->hessian(back(x), h);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        h[i * n + j] = std::ldexp(h[i * n + j], value_exponent - exponents[i] - exponents[j]);
      }
    }
  };
  return objective(n, callbacks);
}

std::vector<double> in_units(std::vector<double> x, const std::vector<int>& exponents) {
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = std::ldexp(x[i], exponents[i]);
  return x;
}

struct Start {
  Objective objective;
  std::vector<double> x0;
};

std::vector<Start> starts() {
  return {{smooth(2, [](const auto& x) { return rosenbrock(x); }), {-1.2, 1}},
          {smooth(2, [](const auto& x) { return two_wells(x); }), {0, 0}},
          {smooth(2, [](const auto& x) { return two_wells(x); }), {1, 0}},
          {smooth(4, [](const auto& x) { return powell_singular(x); }), {3, -1, 0, 1}},
          {smooth(1, [](const auto& x) { return exp(-x[0]); }), {0}},
          {smooth(2, [](const auto& x) { return x[0] * x[1] + 0.25 * square(square(x[0])); }), {0.5, 0.5}}};
}

void expect_same_run(const Start& start, int value_exponent, std::vector<int> exponents, const Method& method) {
  exponents.resize(start.x0.size());
  Objective plain = rescaled(start.objective, 0, std::vector<int>(start.x0.size(), 0));
  Objective scaled = rescaled(start.objective, value_exponent, exponents);
  const RunOptions record{.record = Record::points};
  const Stop stop{.max_iterations = 300};
  const Result a = minimize(plain, start.x0, method, stop, record);
  const Result b = minimize(scaled, in_units(start.x0, exponents), method, stop, record);
  EXPECT_EQ(a.verdict.kind, b.verdict.kind) << method.text();
  EXPECT_EQ(a.success, b.success);
  ASSERT_EQ(a.trace.size(), b.trace.size()) << method.text() << ": " << a.message << " / " << b.message;
  for (std::size_t k = 0; k < a.trace.size(); ++k) {
    EXPECT_EQ(in_units(a.trace[k].x, exponents), b.trace[k].x) << method.text() << ", iterate " << k;
  }
  EXPECT_EQ(in_units(a.x, exponents), b.x) << method.text();
}

TEST(Scaling, ThePowerOfTwoOfTheLossChangesNoBitOfTheIterates) {
  for (const Method& method :
       {Method(Newton{}), Method(GradientDescent{}), Method(GradientDescent{Exact{}}), Method(Lbfgs{}), Method(Bfgs{}),
        Method(NonlinearCg{}), Method(BarzilaiBorwein{}), Method(NewtonCg{}), Method(Lbfgs{10, StrongWolfe{}})}) {
    for (const Start& start : starts()) {
      for (const int exponent : {40, -40, 1, -1, 3}) expect_same_run(start, exponent, {}, method);
    }
  }
}

TEST(Scaling, OnePowerOfTwoOfAllVariablesChangesNoBitOfTheIterates) {
  for (const Method& method :
       {Method(Lbfgs{}), Method(Bfgs{}), Method(NonlinearCg{}), Method(BarzilaiBorwein{}), Method(NewtonCg{})}) {
    for (const Start& start : starts()) {
      if (std::all_of(start.x0.begin(), start.x0.end(), [](double x) { return x == 0; }))
        continue;  // no length to begin with
      expect_same_run(start, 0, {10, 10, 10, 10}, method);
      expect_same_run(start, 3, {-7, -7, -7, -7}, method);
    }
  }
}

TEST(Scaling, PowersOfTwoOfTheVariablesChangeNoBitOfNewtonsIterates) {
  for (const Start& start : starts()) {
    for (const auto& exponents :
         {std::vector<int>{40, 40, 40, 40}, {-40, -40, -40, -40}, {40, -40, 1, -7}, {1, 0, 0, 3}}) {
      expect_same_run(start, 0, exponents, Newton{});
      expect_same_run(start, 40, exponents, Newton{});
    }
  }
}

}  // namespace
}  // namespace downhill
