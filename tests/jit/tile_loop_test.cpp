#include <gtest/gtest.h>

#include "jit/checked_run.hpp"
#include "jit/programs.hpp"

namespace downhill::jit {
namespace {

using loops::LoopProgram;
using loops::Nest;
using loops::Product;

void expect_right(const LoopProgram& program, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  expect_reference_bits(program, random_inputs(program, random));
}

loops::BufferId add_tile(LoopProgram& program, std::int64_t elements) {
  return add_buffer(program, DType::f64, elements, loops::BufferDeclaration::Place::tile);
}

// z = X w; r = f(z, y); value = Σ r; g = Xᵀ r, all in one pass over the rows of X.
LoopProgram regression(std::int64_t n, std::int64_t d, std::int64_t block) {
  LoopProgram program;
  const auto x = add_input(program, DType::f64, n * d);
  const auto w = add_input(program, DType::f64, d);
  const auto y = add_input(program, DType::f64, n);
  const auto value = add_output(program, DType::f64, 1);
  const auto gradient = add_output(program, DType::f64, d);
  const auto z = add_tile(program, block);
  const auto r = add_tile(program, block);
  auto tile = std::make_shared<loops::TileLoop>(loops::TileLoop{.extent = n, .block = block, .body = {}});
  Product forward{.batch = {}, .m = n, .n = 1, .k = d, .a = {}, .b = {}, .c = {}, .tiled = Product::Axis::m};
  forward.a = {.buffer = x, .offset = {}, .batch = {}, .row = d, .column = 1};
  forward.b = {.buffer = w, .offset = {}, .batch = {}, .row = 1, .column = 1};
  forward.c = {.buffer = z, .offset = {}, .batch = {}, .row = 1, .column = 1};
  Nest middle{.extents = {n}, .lane = 0, .tiled = 0, .body = {}, .stores = {}, .reductions = {}};
  middle.body = {load(DType::f64, z, affine({1})), load(DType::f64, y, affine({1})),
                 apply(DType::f64, mixed_formula<double>(), {0, 1})};
  middle.stores = {{2, r, affine({1})}};
  Nest sum{.extents = {n},
           .reduced = 1,
           .lane = 0,
           .tiled = 0,
           .body = {load(DType::f64, r, affine({1}))},
           .stores = {},
           .reductions = {}};
  sum.reductions = {{0, ir::Combine::sum, value, affine({0})}};
  Product backward{.batch = {}, .m = d, .n = 1, .k = n, .a = {}, .b = {}, .c = {}, .tiled = Product::Axis::k};
  backward.a = {.buffer = x, .offset = {}, .batch = {}, .row = 1, .column = d};
  backward.b = {.buffer = r, .offset = {}, .batch = {}, .row = 1, .column = 1};
  backward.c = {.buffer = gradient, .offset = {}, .batch = {}, .row = 1, .column = 1};
  tile->body = {forward, middle, sum, backward};
  program.steps = {std::shared_ptr<const loops::TileLoop>(tile)};
  return program;
}

TEST(TileLoop, ProductNestSumAndTransposedProductInOnePass) {
  std::uint64_t seed = 1;
  for (const std::int64_t n : {1, 63, 64, 65, 512, 1000, 1024, 1100, 2500}) {
    for (const std::int64_t block : {64, 256}) {
      expect_right(regression(n, 11, block), ++seed);
      if (HasFailure()) return;
    }
  }
  expect_right(regression(9000, 3, 64), ++seed);
}

// Sums over the tiled axis for every one of `d` outputs, with the lanes on either axis or none.
TEST(TileLoop, ManySumsOverTheTiledAxis) {
  std::uint64_t seed = 50;
  for (const int lane : {-1, 0, 1}) {
    for (const std::int64_t n : {5, 64, 700, 1024, 2200}) {
      for (const std::int64_t block : {4, 128}) {
        LoopProgram program;
        const std::int64_t d = 13;
        const auto x = add_input(program, DType::f64, n * d);
        const auto out = add_output(program, DType::f64, d);
        const auto largest = add_output(program, DType::f64, d);
        auto tile = std::make_shared<loops::TileLoop>(loops::TileLoop{.extent = n, .block = block, .body = {}});
        Nest nest{.extents = {d, n},
                  .reduced = 1,
                  .lane = lane,
                  .tiled = 1,
                  .body = {load(DType::f64, x, affine({1, d}))},
                  .stores = {},
                  .reductions = {}};
        nest.reductions = {{0, ir::Combine::sum, out, affine({1, 0})},
                           {0, ir::Combine::maximum, largest, affine({1, 0})}};
        tile->body = {nest};
        program.steps = {std::shared_ptr<const loops::TileLoop>(tile)};
        expect_right(program, ++seed);
        if (HasFailure()) return;
      }
    }
  }
}

// A step that is longer than the tile loop (neighbouring differences), one that is shorter, and several reduced axes.
TEST(TileLoop, StepsOfDifferentLengths) {
  std::uint64_t seed = 90;
  for (const std::int64_t n : {64, 100, 1024, 2048}) {
    LoopProgram program;
    const auto x = add_input(program, DType::f64, n + 1);
    const auto out = add_output(program, DType::f64, n + 1);
    const auto shorter = add_output(program, DType::f64, n - 3);
    const auto total = add_output(program, DType::f64, 1);
    auto tile = std::make_shared<loops::TileLoop>(loops::TileLoop{.extent = n, .block = 32, .body = {}});
    Nest longer{.extents = {n + 1},
                .lane = 0,
                .tiled = 0,
                .body = {load(DType::f64, x, affine({1}))},
                .stores = {{0, out, affine({1})}},
                .reductions = {}};
    Nest shorter_nest{.extents = {n - 3}, .lane = 0, .tiled = 0, .body = {}, .stores = {}, .reductions = {}};
    shorter_nest.body = {load(DType::f64, x, affine({1}, 1)), load(DType::f64, x, affine({1}, 3)),
                         apply(DType::f64, mixed_formula<double>(), {0, 1})};
    shorter_nest.stores = {{2, shorter, affine({1})}};
    Nest sum{.extents = {n + 1, 3},
             .reduced = 2,
             .lane = -1,
             .tiled = 0,
             .body = {load(DType::f64, x, affine({1, 0}))},
             .stores = {},
             .reductions = {}};
    sum.reductions = {{0, ir::Combine::sum, total, affine({0, 0})}};
    tile->body = {longer, shorter_nest, sum};
    program.steps = {std::shared_ptr<const loops::TileLoop>(tile)};
    expect_right(program, ++seed);
  }
}

// Products tiled along n and along a batch.
TEST(TileLoop, ProductsTiledAlongColumnsAndBatches) {
  std::uint64_t seed = 120;
  for (const std::int64_t n : {20, 64, 150}) {
    LoopProgram program;
    const auto a = add_input(program, DType::f64, 7 * 9);
    const auto b = add_input(program, DType::f64, 9 * n);
    const auto c = add_output(program, DType::f64, 7 * n);
    const auto d = add_output(program, DType::f64, n * 7 * 7);
    Product columns{.batch = {}, .m = 7, .n = n, .k = 9, .a = {}, .b = {}, .c = {}, .tiled = Product::Axis::n};
    columns.a = {.buffer = a, .offset = {}, .batch = {}, .row = 9, .column = 1};
    columns.b = {.buffer = b, .offset = {}, .batch = {}, .row = n, .column = 1};
    columns.c = {.buffer = c, .offset = {}, .batch = {}, .row = n, .column = 1};
    Product batch{.batch = {n}, .m = 7, .n = 7, .k = 9, .a = {}, .b = {}, .c = {}, .tiled = Product::Axis::batch};
    batch.a = {.buffer = a, .offset = {}, .batch = {0}, .row = 9, .column = 1};
    batch.b = {.buffer = b, .offset = {}, .batch = {1}, .row = n, .column = 0};
    batch.c = {.buffer = d, .offset = {}, .batch = {49}, .row = 7, .column = 1};
    auto tile = std::make_shared<loops::TileLoop>(loops::TileLoop{.extent = n, .block = 16, .body = {columns, batch}});
    program.steps = {std::shared_ptr<const loops::TileLoop>(tile)};
    expect_right(program, ++seed);
  }
}

}  // namespace
}  // namespace downhill::jit
