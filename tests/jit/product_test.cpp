#include <gtest/gtest.h>

#include "jit/checked_run.hpp"
#include "jit/programs.hpp"

namespace downhill::jit {
namespace {

using loops::LoopProgram;
using loops::Product;

/// How a factor lies in memory.
enum class Layout { rows, columns, spread };

loops::Matrix matrix(LoopProgram& program, DType dtype, std::int64_t batch, std::int64_t rows, std::int64_t columns,
                     Layout layout, bool output = false) {
  loops::Matrix made;
  const std::int64_t spread = layout == Layout::spread ? 2 : 1;
  made.row = layout == Layout::columns ? 1 : columns * spread;
  made.column = layout == Layout::columns ? rows : spread;
  const std::int64_t size = std::max<std::int64_t>(rows * columns * spread, 1);
  if (batch > 0) made.batch = {size};
  const std::int64_t elements = size * std::max<std::int64_t>(batch, 1);
  made.buffer = output ? add_output(program, dtype, elements) : add_input(program, dtype, elements);
  return made;
}

LoopProgram product(DType dtype, std::int64_t m, std::int64_t n, std::int64_t k, Layout a, Layout b,
                    Layout c = Layout::rows, std::int64_t batch = 0) {
  LoopProgram program;
  Product one{.dtype = dtype, .batch = {}, .m = m, .n = n, .k = k, .a = {}, .b = {}, .c = {}};
  if (batch > 0) one.batch = {batch};
  one.a = matrix(program, dtype, batch, m, k, a);
  one.b = matrix(program, dtype, batch, k, n, b);
  one.c = matrix(program, dtype, batch, m, n, c, true);
  program.steps = {one};
  return program;
}

void expect_right(const LoopProgram& program, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  expect_reference_bits(program, random_inputs(program, random));
}

TEST(Product, EveryLayoutOfTheFactors) {
  std::uint64_t seed = 1;
  for (const DType dtype : {DType::f64, DType::f32}) {
    for (const Layout a : {Layout::rows, Layout::columns, Layout::spread}) {
      for (const Layout b : {Layout::rows, Layout::columns, Layout::spread}) {
        expect_right(product(dtype, 13, 37, 19, a, b), ++seed);
        expect_right(product(dtype, 3, 50, 35, a, b), ++seed);
        if (testing::Test::HasFailure()) return;
      }
    }
    expect_right(product(dtype, 20, 33, 10, Layout::rows, Layout::rows, Layout::columns), ++seed);
  }
}

TEST(Product, EveryEdge) {
  std::uint64_t seed = 100;
  for (const DType dtype : {DType::f64, DType::f32}) {
    for (const std::int64_t m : {1, 2, 7, 8, 9, 25}) {
      for (const std::int64_t n : {1, 3, 8, 24, 49}) {
        expect_right(product(dtype, m, n, 5, Layout::rows, Layout::rows), ++seed);
        if (testing::Test::HasFailure()) return;
      }
    }
  }
}

TEST(Product, BlocksOfKCombinePairwise) {
  std::uint64_t seed = 200;
  for (const std::int64_t k : {0, 1, 511, 512, 513, 1024, 1500, 2600, 4000}) {
    for (const Layout b : {Layout::rows, Layout::columns}) {
      expect_right(product(DType::f64, 9, 11, k, Layout::rows, b), ++seed);
      expect_right(product(DType::f32, 2, 20, k, Layout::columns, b), ++seed);
      if (testing::Test::HasFailure()) return;
    }
  }
}

TEST(Product, MatrixTimesVectorAndVectorTimesMatrix) {
  std::uint64_t seed = 300;
  for (const DType dtype : {DType::f64, DType::f32}) {
    for (const Layout a : {Layout::rows, Layout::columns}) {
      expect_right(product(dtype, 100, 1, 77, a, Layout::rows), ++seed);
      expect_right(product(dtype, 1, 100, 77, Layout::rows, a), ++seed);
      expect_right(product(dtype, 1, 1, 600, Layout::rows, Layout::rows), ++seed);
    }
  }
}

TEST(Product, ManyPanelsChunksAndBatches) {
  expect_right(product(DType::f64, 600, 30, 20, Layout::rows, Layout::rows), 400);
  expect_right(product(DType::f32, 70, 600, 530, Layout::rows, Layout::rows), 401);
  expect_right(product(DType::f64, 5, 6, 7, Layout::rows, Layout::columns, Layout::rows, 11), 402);
  expect_right(product(DType::f64, 0, 6, 7, Layout::rows, Layout::rows), 403);
  expect_right(product(DType::f64, 90, 90, 600, Layout::columns, Layout::columns), 404);
}

TEST(Product, AFirstFactorBeyondTheCacheIsCopied) {
  expect_right(product(DType::f32, 260, 384, 253, Layout::columns, Layout::rows), 500);
  expect_right(product(DType::f64, 259, 192, 127, Layout::columns, Layout::columns), 501);
}

}  // namespace
}  // namespace downhill::jit
