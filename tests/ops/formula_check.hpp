#pragma once
#include "ir/scalar.hpp"

#include "formula_oracle.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

/// What holds of every elementary function: close to the truth, right at special points, and the same when recorded.
namespace downhill::oracle {

using scalar::Recorded;
using Truth = std::function<void(Exact& y, const Exact& x)>;

/// As Truth, from a function of MPFR.
inline Truth truth(int (*f)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t)) {
  return [f](Exact& y, const Exact& x) { f(y.get(), x.get(), MPFR_RNDN); };
}

template <class T>
struct Worst {
  double ulps = 0;
  T at = 0;
};

/// Largest error of `f` over samples of `ranges` cut to the format; errors below `absolute` count as none.
template <class T, class F>
Worst<T> worst_error(F f, const Truth& exact, const std::vector<std::pair<double, double>>& ranges, int count,
                     double absolute = 0) {
  Worst<T> worst;
  const double limit = std::numeric_limits<T>::max();
  Exact y;
  for (const auto& [low, high] : ranges) {
    const T first = static_cast<T>(std::clamp(low, -limit, limit));
    const T last = static_cast<T>(std::clamp(high, -limit, limit));
    for (const T x : samples<T>(first, last, count, 17)) {
      const T computed = f(x);
      exact(y, Exact(static_cast<double>(x)));
      const double error = ulp_error(computed, y);
      if (error > worst.ulps &&
          !(std::fabs(static_cast<double>(computed) - mpfr_get_d(y.get(), MPFR_RNDN)) < absolute)) {
        worst = {error, x};
      }
    }
  }
  return worst;
}

template <class T, class F>
void expect_recorded_agrees(const std::string& name, F f, const std::vector<std::pair<double, double>>& ranges) {
  const ir::ScalarCode code = scalar::record<T(T)>(f);
  ASSERT_NO_THROW(ir::verify(code)) << ir::print(code);
  const T infinity = std::numeric_limits<T>::infinity();
  std::vector<T> points{0,
                        -T{0},
                        1,
                        -1,
                        infinity,
                        -infinity,
                        std::numeric_limits<T>::quiet_NaN(),
                        std::numeric_limits<T>::denorm_min(),
                        std::numeric_limits<T>::max(),
                        std::numeric_limits<T>::lowest()};
  const double limit = std::numeric_limits<T>::max();
  for (const auto& [low, high] : ranges) {
    const auto more = samples<T>(static_cast<T>(std::clamp(low, -limit, limit)),
                                 static_cast<T>(std::clamp(high, -limit, limit)), 150, 5);
    points.insert(points.end(), more.begin(), more.end());
  }
  for (const T x : points) {
    const std::array<ir::ScalarValue, 1> arguments{ir::scalar_value(x)};
    const ir::ScalarValue recorded = ir::evaluate(code, arguments);
    const T direct = f(x);
    if (!(std::isnan(direct) && std::isnan(ir::to_double(recorded)))) {
      ASSERT_EQ(ir::scalar_value(direct), recorded) << name << " at " << x;
    }
  }
  std::size_t common = 0;  // instructions outside every rare region, constants aside
  for (std::size_t i = 0; i < code.instructions.size(); ++i) {
    const ir::ScalarInstruction& instruction = code.instructions[i];
    common += instruction.op != ir::ScalarOp::constant && instruction.op != ir::ScalarOp::argument ? 1 : 0;
    i += instruction.op == ir::ScalarOp::rare ? static_cast<std::size_t>(instruction.immediate) : 0;
  }
  std::printf("  %s %s: %zu instructions on the common path, %zu in all\n", name.c_str(),
              std::string(ir::name(code.result_type)).c_str(), common, code.instructions.size());
}

/// Checks `f` against `exact` on `ranges`, in both formats: at most `bound` and `narrow_bound` units in the last place.
template <class F>
void expect_accurate(const std::string& name, F f, const Truth& exact,
                     const std::vector<std::pair<double, double>>& ranges, double bound, double narrow_bound,
                     int count = 4000, double absolute = 0, double narrow_absolute = 0) {
  const Worst<double> wide = worst_error<double>([&](double x) { return f(x); }, exact, ranges, count, absolute);
  const Worst<float> narrow = worst_error<float>([&](float x) { return f(x); }, exact, ranges, count, narrow_absolute);
  std::printf("  %-18s f64 %.3f ulp at %.17g, f32 %.3f ulp at %.9g\n", name.c_str(), wide.ulps, wide.at, narrow.ulps,
              static_cast<double>(narrow.at));
  EXPECT_LE(wide.ulps, bound) << name << " in f64 at " << std::hexfloat << wide.at;
  EXPECT_LE(narrow.ulps, narrow_bound) << name << " in f32 at " << std::hexfloat << narrow.at;
  expect_recorded_agrees<double>(name, f, ranges);
  expect_recorded_agrees<float>(name, f, ranges);
}

/// Two arguments: `f` against `exact` at `points`, as doubles and, rounded, as floats; recorded too.
using Truth2 = std::function<void(Exact& z, const Exact& x, const Exact& y)>;
inline Truth2 truth2(int (*f)(mpfr_ptr, mpfr_srcptr, mpfr_srcptr, mpfr_rnd_t)) {
  return [f](Exact& z, const Exact& x, const Exact& y) { f(z.get(), x.get(), y.get(), MPFR_RNDN); };
}
template <class T, class F>
void expect_accurate_at(const std::string& name, F f, const Truth2& exact,
                        const std::vector<std::pair<double, double>>& points, double bound) {
  const ir::ScalarCode code = scalar::record<T(T, T)>(f);
  ASSERT_NO_THROW(ir::verify(code)) << ir::print(code);
  double worst = 0;
  std::pair<T, T> at;
  Exact z;
  std::size_t count = 0;
  for (const auto& [wide_x, wide_y] : points) {
    const T x = static_cast<T>(wide_x);
    const T y = static_cast<T>(wide_y);
    const T direct = f(x, y);
    exact(z, Exact(static_cast<double>(x)), Exact(static_cast<double>(y)));
    const double error = ulp_error(direct, z);
    if (error > worst) {
      worst = error;
      at = {x, y};
    }
    if (++count % 16 == 0 || points.size() < 1000) {
      const std::array<ir::ScalarValue, 2> arguments{ir::scalar_value(x), ir::scalar_value(y)};
      const ir::ScalarValue recorded = ir::evaluate(code, arguments);
      if (!(std::isnan(direct) && std::isnan(ir::to_double(recorded)))) {
        ASSERT_EQ(ir::scalar_value(direct), recorded) << name << " at " << x << ", " << y;
      }
    }
  }
  std::printf("  %-18s %s %.3f ulp at %.17g, %.17g\n", name.c_str(), sizeof(T) == 8 ? "f64" : "f32", worst,
              static_cast<double>(at.first), static_cast<double>(at.second));
  EXPECT_LE(worst, bound) << name << " at " << std::hexfloat << at.first << ", " << at.second;
}
/// `count` pairs with x from `first` and y from `second`.
template <class T>
std::vector<std::pair<double, double>> pairs(std::pair<T, T> first, std::pair<T, T> second, int count) {
  const std::vector<T> x = samples<T>(first.first, first.second, count, 3);
  std::vector<T> y = samples<T>(second.first, second.second, count, 4);
  std::shuffle(y.begin(), y.end(), std::mt19937_64(5));
  std::vector<std::pair<double, double>> points;
  for (std::size_t i = 0; i < x.size(); ++i) {
    points.emplace_back(static_cast<double>(x[i]), static_cast<double>(y[i]));
  }
  return points;
}

struct Special {
  double x;
  double y;
};
/// Checks exact outcomes in both formats, signs of zeros included.
template <class F>
void expect_exactly(const std::string& name, F f, const std::vector<Special>& cases) {
  const auto check = [&](auto computed, const Special& point, const char* format) {
    const auto expected = static_cast<decltype(computed)>(point.y);
    if (std::isnan(point.y)) {
      EXPECT_TRUE(std::isnan(computed)) << name << " of " << point.x << " in " << format << " is " << computed;
    } else {
      EXPECT_TRUE(computed == expected && std::signbit(computed) == std::signbit(expected))
          << name << " of " << point.x << " in " << format << " is " << computed << ", not " << expected;
    }
  };
  for (const Special& point : cases) {
    check(f(point.x), point, "f64");
    check(f(static_cast<float>(point.x)), point, "f32");
  }
}

inline constexpr double inf = std::numeric_limits<double>::infinity();
inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();
inline constexpr double largest = std::numeric_limits<double>::max();
inline constexpr double tiny = std::numeric_limits<double>::denorm_min();

}  // namespace downhill::oracle
