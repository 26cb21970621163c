// Products of matrices: multiplications a second, beside the machine's peak measured in the same run, and the time to compile one.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>
#include <random>
#include <stdexcept>
#include <vector>

#include "exec/plugin.hpp"
#include "ir/loops.hpp"

namespace {

using namespace downhill;
namespace loops = ir::loops;

struct Factors {
  bool transposed_first = false;
  bool transposed_second = false;
  bool half_zero = false;  // the first factor; flops count all products, also those that are skipped
};

loops::LoopProgram product(DType dtype, std::int64_t m, std::int64_t k, std::int64_t n, Factors factors) {
  loops::LoopProgram program;
  const auto add = [&](std::int64_t elements, loops::BufferDeclaration::Place place, std::uint64_t slot) {
    program.buffers.push_back({.dtype = dtype, .elements = elements, .place = place, .slot = slot, .literal = {}});
    return static_cast<loops::BufferId>(program.buffers.size() - 1);
  };
  loops::Product one;
  one.dtype = dtype;
  one.m = m;
  one.n = n;
  one.k = k;
  one.a = {add(m * k, loops::BufferDeclaration::Place::input, 0),
           {},
           {},
           factors.transposed_first ? 1 : k,
           factors.transposed_first ? m : 1};
  one.b = {add(k * n, loops::BufferDeclaration::Place::input, 1),
           {},
           {},
           factors.transposed_second ? 1 : n,
           factors.transposed_second ? k : 1};
  one.c = {add(m * n, loops::BufferDeclaration::Place::output, 0), {}, {}, n, 1};
  program.steps = {one};
  return program;
}

template <class T>
void multiply(benchmark::State& state, DType dtype, Factors factors) {
  const std::int64_t m = state.range(0);
  const std::int64_t k = state.range(1);
  const std::int64_t n = state.range(2);
  std::string error;
  const auto executable = exec::native_backend().backend->compile(product(dtype, m, k, n, factors), {}, error);
  if (!executable) throw std::runtime_error(error);
  std::mt19937 random(1);
  std::uniform_real_distribution<T> uniform(-1, 1);
  std::vector<T> a(static_cast<std::size_t>(m * k));
  std::vector<T> b(static_cast<std::size_t>(k * n));
  std::vector<T> c(static_cast<std::size_t>(m * n));
  for (T& x : a) x = factors.half_zero && random() % 2 == 0 ? T(0) : uniform(random);
  for (T& x : b) x = uniform(random);
  std::vector<double> workspace(executable->workspace_bytes() / 8 + 8);
  void* room = workspace.data();
  std::size_t left = workspace.size() * 8;
  room = std::align(64, executable->workspace_bytes(), room, left);
  const void* inputs[] = {a.data(), b.data()};
  void* outputs[] = {c.data()};
  for (auto _ : state) {
    static_cast<void>(executable->run(inputs, outputs, room, {}, {}));
    benchmark::ClobberMemory();
  }
  state.counters["flops"] =
      benchmark::Counter(2.0 * static_cast<double>(m * k * n), benchmark::Counter::kIsIterationInvariantRate);
}

void multiply_f64(benchmark::State& state, Factors factors) { multiply<double>(state, DType::f64, factors); }
void multiply_f32(benchmark::State& state, Factors factors) { multiply<float>(state, DType::f32, factors); }

void sizes(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"m", "k", "n"});
  bench->Args({32, 784, 128})
      ->Args({128, 128, 128})
      ->Args({784, 32, 128})
      ->Args({512, 512, 512})
      ->Args({1024, 1024, 1024})
      ->Args({10000, 100, 1});
}

BENCHMARK_CAPTURE(multiply_f64, plain, Factors{})->Apply(sizes);
BENCHMARK_CAPTURE(multiply_f64, second_transposed, Factors{false, true})->Apply(sizes);
BENCHMARK_CAPTURE(multiply_f64, first_transposed, Factors{true, false})->Apply(sizes);
BENCHMARK_CAPTURE(multiply_f32, plain, Factors{})->Apply(sizes);
BENCHMARK_CAPTURE(multiply_f32, second_transposed, Factors{false, true})->Apply(sizes);
BENCHMARK_CAPTURE(multiply_f32, first_transposed, Factors{true, false})->Apply(sizes);

BENCHMARK_CAPTURE(multiply_f32, half_zero, Factors{false, false, true})->Apply(sizes);
BENCHMARK_CAPTURE(multiply_f32, half_zero_first_transposed, Factors{true, false, true})->Apply(sizes);

// What the machine can do: independent chains of fused multiply-adds on 512-bit vectors (f64; twice as many in f32).
__attribute__((target("avx512f"))) void peak(benchmark::State& state) {
  constexpr std::int64_t turns = 10000;
  for (auto _ : state) {
    std::int64_t n = turns;
    asm volatile(
        "1:\n"
        "vfmadd213pd %%zmm30,%%zmm31,%%zmm0\n vfmadd213pd %%zmm30,%%zmm31,%%zmm1\n vfmadd213pd %%zmm30,%%zmm31,%%zmm2\n"
        "vfmadd213pd %%zmm30,%%zmm31,%%zmm3\n vfmadd213pd %%zmm30,%%zmm31,%%zmm4\n vfmadd213pd %%zmm30,%%zmm31,%%zmm5\n"
        "vfmadd213pd %%zmm30,%%zmm31,%%zmm6\n vfmadd213pd %%zmm30,%%zmm31,%%zmm7\n vfmadd213pd %%zmm30,%%zmm31,%%zmm8\n"
        "vfmadd213pd %%zmm30,%%zmm31,%%zmm9\n vfmadd213pd %%zmm30,%%zmm31,%%zmm10\n vfmadd213pd "
        "%%zmm30,%%zmm31,%%zmm11\n"
        "dec %0\n jnz 1b\n"
        : "+r"(n)
        :
        : "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11",
          "xmm30", "xmm31");
  }
  state.counters["flops"] = benchmark::Counter(12.0 * 16.0 * turns, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(peak);

}  // namespace

BENCHMARK_MAIN();
