#include <downhill/control.hpp>
#include <downhill/operations.hpp>
#include <downhill/program.hpp>

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace downhill {
namespace {

struct Outcome {
  std::vector<std::vector<double>> outputs;
  std::string failure;
  Engine engine = Engine::interpreter;
};

Outcome run(const ArrayFunction& f, const std::vector<Array>& inputs, Engine engine, int threads = 1) {
  std::vector<Type> types;
  std::vector<const void*> pointers;
  for (const Array& input : inputs) {
    types.push_back(input.type());
    pointers.push_back(input.data());
  }
  const Program program = Program::compile(f, types, {.engine = engine, .threads = threads, .cache_directory = ""});
  EXPECT_EQ(program.engine(), engine) << program.fallback_reason();
  Outcome outcome;
  std::vector<void*> results;
  for (const Type& type : program.outputs()) {
    outcome.outputs.emplace_back(static_cast<std::size_t>(type.shape.size()));
  }
  for (std::vector<double>& output : outcome.outputs) {
    results.push_back(output.data());
  }
  struct alignas(64) Line {
    std::byte bytes[64];
  };
  std::vector<Line> workspace(program.workspace_bytes() / sizeof(Line) + 1);
  outcome.failure = program.run(pointers.data(), results.data(), workspace.data()).message();
  outcome.engine = program.engine();
  return outcome;
}

void expect_same_bits(const ArrayFunction& f, const std::vector<Array>& inputs) {
  const Outcome wanted = run(f, inputs, Engine::interpreter);
  for (const int threads : {1, 2}) {
    const Outcome found = run(f, inputs, Engine::native, threads);
    ASSERT_EQ(found.outputs.size(), wanted.outputs.size());
    for (std::size_t k = 0; k < found.outputs.size(); ++k) {
      for (std::size_t i = 0; i < found.outputs[k].size(); ++i) {
        const double a = found.outputs[k][i];
        const double b = wanted.outputs[k][i];
        ASSERT_TRUE(std::memcmp(&a, &b, sizeof a) == 0 || (a != a && b != b))
            << "output " << k << ", element " << i << ": " << a << " for " << b << " with " << threads << " threads";
      }
    }
  }
}

Array rosenbrock(const Array& x) {
  const Array head = slice(x, {{0, -1}});
  const Array tail = slice(x, {{1, std::nullopt}});
  return sum(100.0 * square(tail - square(head)) + square(1.0 - head));
}

ArrayFunction value_and_gradient_of(Array (*f)(const Array&)) {
  return [f](std::span<const Array> x) -> std::vector<Array> {
    const ValueAndGradient both = value_and_gradient_at(as_array_function(f), x);
    return {both.value, both.gradient};
  };
}

Array wave(std::int64_t n) { return sin(arange(n) * 0.37) * 1.5; }

TEST(Program, OfRosenbrockAndItsGradientHasTheInterpretersBitsAtEverySize) {
  for (const std::int64_t n : {2, 3, 9, 100, 5000}) {
    expect_same_bits(value_and_gradient_of(rosenbrock), {wave(n)});
  }
}

TEST(Program, OfAHessianHasTheInterpretersBits) {
  expect_same_bits([](std::span<const Array> x) { return std::vector<Array>{hessian(rosenbrock)(x[0])}; }, {wave(7)});
}

TEST(Program, OfLogisticRegressionHasTheInterpretersBits) {
  const Array data = reshape(sin(arange(3000 * 7) * 0.731), {3000, 7});
  const Array labels = sign(cos(arange(3000) * 1.3));
  expect_same_bits(
      [&](std::span<const Array> w) -> std::vector<Array> {
        const auto loss = [&](const Array& v) { return sum(log(1.0 + exp(-(labels * matmul(data, v))))); };
        const ValueAndGradient both = value_and_gradient_at(as_array_function(loss), w);
        return {both.value, both.gradient};
      },
      {wave(7)});
}

TEST(Program, OfALoopAndItsGradientHasTheInterpretersBits) {
  expect_same_bits(
      [](std::span<const Array> x) -> std::vector<Array> {
        const auto loss = [](const Array& start) {
          const ScanResult path = scan(
              [](std::span<const Array> carry, std::span<const Array>) {
                const Array next = carry[0] * 0.9 + sin(carry[0]);
                return ScanStep{{next}, {square(next)}};
              },
              {start}, {}, 20);
          return sum(path.outputs[0]);
        };
        const ValueAndGradient both = value_and_gradient_at(as_array_function(loss), x);
        return {both.value, both.gradient};
      },
      {wave(5)});
}

TEST(Program, NamesTheOperationThatFailed) {
  for (const Engine engine : {Engine::native, Engine::interpreter}) {
    const Outcome outcome = run([](std::span<const Array> x) { return std::vector<Array>{cholesky(x[0])}; },
                                {Array({1, 2, 2, 1}, {2, 2})}, engine);
    EXPECT_EQ(outcome.failure, "cholesky: matrix is not positive definite: pivot 1 is -3");
  }
}

}  // namespace
}  // namespace downhill
