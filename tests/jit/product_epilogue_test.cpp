#include <gtest/gtest.h>

#include "jit/checked_run.hpp"
#include "jit/programs.hpp"

namespace downhill::jit {
namespace {

using loops::LoopProgram;
using loops::Product;
using Result = Product::Result;

/// mixed(x[i, j] + row[j], (a b)[i, j]) and, beside it, x[i, j] - 0.1 (a b)[i, j]; x [m, n], row [n].
struct Case {
  DType dtype = DType::f32;
  std::int64_t m = 1;
  std::int64_t n = 1;
  std::int64_t k = 1;
  Result result = Result::handed_on;
  bool is_long = false;  ///< a body too long to be written out for a whole tile
};

template <class T>
void add_body(loops::Nest& nest, const Case& one, loops::BufferId x, loops::BufferId row, loops::BufferId c) {
  const auto sum = formula<T(T, T)>([](auto a, auto b) { return a + b; });
  const auto step = formula<T(T, T)>([](auto a, auto b) { return a - decltype(a)(T(0.1)) * b; });
  nest.body = {load(one.dtype, x, affine({one.n, 1})),       load(one.dtype, row, affine({0, 1})),
               load(one.dtype, c, affine({one.n, 1})),       apply(one.dtype, sum, {0, 1}),
               apply(one.dtype, mixed_formula<T>(), {3, 2}), apply(one.dtype, step, {0, 2})};
  for (std::uint32_t turn = 0; one.is_long && turn < 5; ++turn) {
    nest.body.push_back(apply(one.dtype, mixed_formula<T>(), {static_cast<std::uint32_t>(nest.body.size() - 1), 4}));
  }
}

LoopProgram program_of(const Case& one) {
  LoopProgram program;
  const loops::BufferId a = add_input(program, one.dtype, one.m * one.k);
  const loops::BufferId b = add_input(program, one.dtype, one.k * one.n);
  const loops::BufferId x = add_input(program, one.dtype, one.m * one.n);
  const loops::BufferId row = add_input(program, one.dtype, one.n);
  const bool is_kept = one.result == Result::stored_and_handed_on;
  const loops::BufferId c =
      is_kept ? add_output(program, one.dtype, one.m * one.n)
              : add_buffer(program, one.dtype, one.m * one.n, loops::BufferDeclaration::Place::workspace);
  const loops::BufferId y = add_output(program, one.dtype, one.m * one.n);
  const loops::BufferId z = add_output(program, one.dtype, one.m * one.n);
  Product product{.dtype = one.dtype,
                  .batch = {},
                  .m = one.m,
                  .n = one.n,
                  .k = one.k,
                  .a = {.buffer = a, .offset = {}, .batch = {}, .row = 1, .column = one.m},
                  .b = {.buffer = b, .offset = {}, .batch = {}, .row = one.n, .column = 1},
                  .c = {.buffer = c, .offset = {}, .batch = {}, .row = one.n, .column = 1}};
  product.result = one.result;
  loops::Nest nest{.extents = {one.m, one.n}, .lane = 1, .body = {}, .stores = {}, .reductions = {}};
  one.dtype == DType::f64 ? add_body<double>(nest, one, x, row, c) : add_body<float>(nest, one, x, row, c);
  const auto last = static_cast<std::uint32_t>(nest.body.size() - 1);
  nest.stores = {{one.is_long ? last : 4U, y, affine({one.n, 1})}, {5, z, affine({one.n, 1})}};
  program.steps = {product, nest};
  return program;
}

void expect_right(const Case& one) {
  const LoopProgram program = program_of(one);
  std::mt19937_64 random(static_cast<std::uint64_t>(one.m * 1000 + one.n * 10 + one.k));
  expect_reference_bits(program, random_inputs(program, random));
}

TEST(ProductEpilogue, EveryEdgeOfTiles) {
  for (const DType dtype : {DType::f64, DType::f32}) {
    for (const std::int64_t m : {1, 7, 8, 25}) {
      for (const std::int64_t n : {1, 10, 16, 49, 128}) {
        expect_right({.dtype = dtype, .m = m, .n = n, .k = 5});
        if (testing::Test::HasFailure()) return;
      }
    }
  }
}

TEST(ProductEpilogue, RunsOnceAllBlocksOfKAreThere) {
  for (const DType dtype : {DType::f64, DType::f32}) {
    for (const std::int64_t k : {512, 513, 1024, 1100, 2600}) {
      for (const Result result : {Result::handed_on, Result::stored_and_handed_on}) {
        expect_right({.dtype = dtype, .m = 9, .n = 21, .k = k, .result = result});
        if (testing::Test::HasFailure()) return;
      }
    }
  }
}

TEST(ProductEpilogue, TheResultIsKeptForOthers) {
  expect_right({.m = 33, .n = 50, .k = 40, .result = Result::stored_and_handed_on});
  expect_right({.dtype = DType::f64, .m = 33, .n = 50, .k = 40, .result = Result::stored_and_handed_on});
}

TEST(ProductEpilogue, LongFormulasPassThroughMemory) {
  expect_right({.m = 27, .n = 70, .k = 12, .is_long = true});
  expect_right({.dtype = DType::f64, .m = 27, .n = 35, .k = 12, .is_long = true});
}

TEST(ProductEpilogue, LargeProductsInSeveralChunksAndPanels) {
  expect_right({.m = 1100, .n = 130, .k = 40});
  expect_right({.m = 70, .n = 700, .k = 300});
}

}  // namespace
}  // namespace downhill::jit
