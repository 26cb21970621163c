// Time to compile straight-line programs of 1,000, 10,000 and 100,000 operations, per operation, with both efforts, and to run them.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>
#include <random>
#include <stdexcept>
#include <vector>

#include "exec/plugin.hpp"
#include "ir/loops.hpp"
#include "ir/recorded.hpp"
#include "ir/scalar.hpp"

namespace {

using namespace downhill;
namespace loops = ir::loops;

// Sums and products of what was computed shortly before.
loops::LoopProgram operations(std::int64_t count) {
  constexpr std::uint32_t inputs = 100;
  loops::LoopProgram program;
  program.buffers.push_back({.dtype = DType::f64,
                             .elements = inputs,
                             .place = loops::BufferDeclaration::Place::input,
                             .slot = 0,
                             .literal = {}});
  program.buffers.push_back(
      {.dtype = DType::f64, .elements = 1, .place = loops::BufferDeclaration::Place::output, .slot = 0, .literal = {}});
  const auto sum = std::make_shared<const ir::ScalarCode>(
      scalar::record<double(double, double)>([](auto a, auto b) { return a + b; }));
  const auto product = std::make_shared<const ir::ScalarCode>(
      scalar::record<double(double, double)>([](auto a, auto b) { return a * b; }));
  loops::Nest nest;
  for (std::uint32_t k = 0; k < inputs; ++k) {
    loops::Element element;
    element.kind = loops::Element::Kind::load;
    element.index.offset = k;
    nest.body.push_back(element);
  }
  std::mt19937 random(3);
  for (std::int64_t k = 0; k < count; ++k) {
    const auto size = static_cast<std::uint32_t>(nest.body.size());
    loops::Element element;
    element.code = k % 2 == 0 ? sum : product;
    element.operands = {size - 1 - static_cast<std::uint32_t>(random() % 60),
                        size - 1 - static_cast<std::uint32_t>(random() % 60)};
    nest.body.push_back(element);
  }
  nest.stores = {{static_cast<std::uint32_t>(nest.body.size() - 1), 1, {}}};
  program.steps = {nest};
  return program;
}

std::unique_ptr<ir::Executable> compiled(const loops::LoopProgram& program, ir::Effort effort) {
  std::string error;
  ir::CompileRequest request;
  request.effort = effort;
  auto executable = exec::native_backend().backend->compile(program, request, error);
  if (!executable) throw std::runtime_error(error);
  return executable;
}

void compile(benchmark::State& state, ir::Effort effort) {
  const loops::LoopProgram program = operations(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(compiled(program, effort));
  state.counters["seconds_per_operation"] = benchmark::Counter(
      static_cast<double>(state.range(0)), benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK_CAPTURE(compile, quick, ir::Effort::quick)
    ->Arg(10)
    ->Arg(1000)
    ->Arg(10000)
    ->Arg(100000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(compile, optimised, ir::Effort::optimised)
    ->Arg(10)
    ->Arg(1000)
    ->Arg(10000)
    ->Arg(100000)
    ->Unit(benchmark::kMillisecond);

void run(benchmark::State& state, ir::Effort effort) {
  const auto executable = compiled(operations(state.range(0)), effort);
  const std::vector<double> x(100, 0.5);
  double result = 0;
  std::vector<double> workspace(executable->workspace_bytes() / 8 + 8);
  const void* inputs[] = {x.data()};
  void* outputs[] = {&result};
  for (auto _ : state) static_cast<void>(executable->run(inputs, outputs, workspace.data(), {}, {}));
}
BENCHMARK_CAPTURE(run, quick, ir::Effort::quick)->Arg(10)->Arg(1000)->Arg(10000)->Arg(100000);
BENCHMARK_CAPTURE(run, optimised, ir::Effort::optimised)->Arg(10)->Arg(1000)->Arg(10000)->Arg(100000);

}  // namespace

BENCHMARK_MAIN();
