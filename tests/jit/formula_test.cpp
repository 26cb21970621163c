#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include "jit/compile_program.hpp"
#include "jit/programs.hpp"
#include "jit/reference.hpp"
#include "jit/runtime.hpp"
#include "jit/session.hpp"
#include "ops/formula/error_function.hpp"
#include "ops/formula/exponential.hpp"
#include "ops/formula/gamma.hpp"
#include "ops/formula/hyperbolic.hpp"
#include "ops/formula/inverse_trigonometric.hpp"
#include "ops/formula/logarithm.hpp"
#include "ops/formula/logistic.hpp"
#include "ops/formula/power.hpp"
#include "ops/formula/sinc.hpp"
#include "ops/formula/trigonometric.hpp"

namespace downhill::jit {
namespace {

template <class T>
constexpr DType dtype_of = sizeof(T) == 8 ? DType::f64 : DType::f32;

// Every kind of number: any bits, moderate ones, near integers, and the special ones beside each other.
template <class T>
std::vector<T> arguments(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const T infinity = std::numeric_limits<T>::infinity();
  std::vector<T> made{T(0),
                      -T(0),
                      T(1),
                      -T(1),
                      infinity,
                      -infinity,
                      std::numeric_limits<T>::quiet_NaN(),
                      std::numeric_limits<T>::max(),
                      std::numeric_limits<T>::min(),
                      std::numeric_limits<T>::denorm_min(),
                      T(0.5),
                      T(2),
                      -T(0.5),
                      T(709.78),
                      -T(745.1),
                      T(88.7),
                      -T(103.9),
                      T(1e-30)};
  while (made.size() < count) {
    switch (random() % 4) {
      case 0: {
        const std::uint64_t bits = random();
        T any = 0;
        std::memcpy(&any, &bits, sizeof any);
        made.push_back(any);
        break;
      }
      case 1:
        made.push_back(static_cast<T>(std::ldexp(static_cast<double>(static_cast<std::int64_t>(random())), -55)));
        break;  // to 256
      case 2:
        made.push_back(static_cast<T>(std::ldexp(static_cast<double>(static_cast<std::int64_t>(random())), -64)));
        break;  // to 1/2
      default: made.push_back(static_cast<T>(static_cast<double>(random() % 400) / 4 - 50)); break;
    }
  }
  return made;
}

// Compiles out[i] = f(x[i], y[i]) with lanes and without, for wide and narrow vectors, and compares with the plain function.
template <class T, class F>
void expect_same_bits(const char* name, F f) {
  constexpr std::size_t n = 3001;
  const std::vector<T> x = arguments<T>(n, 1);
  std::vector<T> y = arguments<T>(n, 2);
  constexpr bool binary = std::is_invocable_v<F, T, T>;
  Bytes expected(n * sizeof(T));
  for (std::size_t k = 0; k < n; ++k) {
    T value = 0;
    if constexpr (binary) {
      value = f(x[k], y[k]);
    } else {
      value = f(x[k]);
    }
    std::memcpy(expected.data() + k * sizeof(T), &value, sizeof(T));
  }
  static const Session session;
  for (const int lane : {-1, 0}) {
    loops::LoopProgram program;
    const auto first = add_input(program, dtype_of<T>, n);
    const auto second = add_input(program, dtype_of<T>, n);
    const auto out = add_output(program, dtype_of<T>, n);
    loops::Nest nest{.extents = {n},
                     .lane = lane,
                     .body = {load(dtype_of<T>, first, affine({1})), load(dtype_of<T>, second, affine({1}))},
                     .stores = {},
                     .reductions = {}};
    if constexpr (binary) {
      nest.body.push_back(apply(dtype_of<T>, formula<T(T, T)>(f), {0, 1}));
    } else {
      nest.body.push_back(apply(dtype_of<T>, formula<T(T)>(f), {0}));
    }
    nest.stores = {{2, out, affine({1})}};
    program.steps = {nest};
    for (const bool wide : {true, false}) {
      if (lane == -1 && !wide) continue;
      const CompiledProgram compiled =
          compile_program(program, wide ? Target::host() : Target::named("x86-64-v3"), Effort::optimised);
      const Code code = session.load(compiled.object);
      Bytes found(n * sizeof(T));
      const std::array<const void*, 2> inputs{x.data(), y.data()};
      const std::array<void*, 1> outputs{found.data()};
      std::vector<std::byte> workspace(compiled.workspace_bytes);
      Control control;
      code.get<Entry>(entry_name)(inputs.data(), outputs.data(), workspace.data(), &control);
      EXPECT_EQ(first_difference(dtype_of<T>, expected, found), "")
          << name << ", lane " << lane << (wide ? ", wide" : ", narrow");
    }
  }
}

template <class F>
void expect_same_bits_in_both_formats(const char* name, F f) {
  expect_same_bits<double>(name, f);
  expect_same_bits<float>(name, f);
}

#define DOWNHILL_SAME_BITS(function)                                                         \
  TEST(FormulaBits, function) {                                                              \
    expect_same_bits_in_both_formats(#function, [](auto x) { return scalar::function(x); }); \
  }
DOWNHILL_SAME_BITS(exp)
DOWNHILL_SAME_BITS(exp2)
DOWNHILL_SAME_BITS(expm1)
DOWNHILL_SAME_BITS(log)
DOWNHILL_SAME_BITS(log1p)
DOWNHILL_SAME_BITS(log2)
DOWNHILL_SAME_BITS(log10)
DOWNHILL_SAME_BITS(sin)
DOWNHILL_SAME_BITS(cos)
DOWNHILL_SAME_BITS(tan)
DOWNHILL_SAME_BITS(asin)
DOWNHILL_SAME_BITS(acos)
DOWNHILL_SAME_BITS(atan)
DOWNHILL_SAME_BITS(sinh)
DOWNHILL_SAME_BITS(cosh)
DOWNHILL_SAME_BITS(tanh)
DOWNHILL_SAME_BITS(asinh)
DOWNHILL_SAME_BITS(acosh)
DOWNHILL_SAME_BITS(atanh)
DOWNHILL_SAME_BITS(erf)
DOWNHILL_SAME_BITS(erfc)
DOWNHILL_SAME_BITS(lgamma)
DOWNHILL_SAME_BITS(digamma)
DOWNHILL_SAME_BITS(logistic)
DOWNHILL_SAME_BITS(softplus)
DOWNHILL_SAME_BITS(cbrt)
DOWNHILL_SAME_BITS(sinc)
DOWNHILL_SAME_BITS(entropy)
#undef DOWNHILL_SAME_BITS

TEST(FormulaBits, FunctionsOfTwoArguments) {
  expect_same_bits_in_both_formats("pow", [](auto x, auto y) { return scalar::pow(x, y); });
  expect_same_bits_in_both_formats("atan2", [](auto x, auto y) { return scalar::atan2(x, y); });
  expect_same_bits_in_both_formats("hypot", [](auto x, auto y) { return scalar::hypot(x, y); });
  expect_same_bits_in_both_formats("xlogy", [](auto x, auto y) { return scalar::xlogy(x, y); });
}

}  // namespace
}  // namespace downhill::jit
