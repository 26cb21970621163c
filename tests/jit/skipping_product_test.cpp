#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "jit/checked_run.hpp"
#include "jit/programs.hpp"
#include "jit/skipping_plan.hpp"
#include "jit/target.hpp"

namespace downhill::jit {
namespace {

using loops::LoopProgram;
using loops::Product;
using Place = loops::BufferDeclaration::Place;
using Result = Product::Result;

enum class Numbers {
  moderate,
  tiny,      ///< products vanish below the smallest number, some as -0
  infinite,  ///< the other factor has infinities and NaN
};

/// c = a b, one of them with zeros; with a gate it is b, chosen against zero by a nest. The epilogue gives x - 0.1 c, or something longer.
struct Case {
  DType dtype = DType::f32;
  std::int64_t m = 80;
  std::int64_t n = 128;
  std::int64_t k = 96;
  bool a_across = false;  ///< columns are contiguous, not rows
  bool b_across = false;
  bool gated = false;
  Result result = Result::stored;
  bool is_long = false;
  int percent = 50;  ///< of numbers that are not zero
  Numbers numbers = Numbers::moderate;
};

struct Made {
  LoopProgram program;
  Product product;
  loops::BufferId zeros = 0;  ///< the input whose zeros count
};

template <class T>
void add_epilogue(Made& made, const Case& one, loops::BufferId c) {
  const loops::BufferId x = add_input(made.program, one.dtype, one.m * one.n);
  const loops::BufferId row = add_input(made.program, one.dtype, one.n);
  const loops::BufferId y = add_output(made.program, one.dtype, one.m * one.n);
  const auto step = formula<T(T, T)>([](auto a, auto b) { return a - decltype(a)(T(0.1)) * b; });
  const auto sum = formula<T(T, T)>([](auto a, auto b) { return a + b; });
  loops::Nest nest{.extents = {one.m, one.n}, .lane = 1, .body = {}, .stores = {}, .reductions = {}};
  nest.body = {load(one.dtype, x, affine({one.n, 1})), load(one.dtype, row, affine({0, 1})),
               load(one.dtype, c, affine({one.n, 1})), apply(one.dtype, sum, {0, 1}), apply(one.dtype, step, {3, 2})};
  for (std::uint32_t turn = 0; one.is_long && turn < 5; ++turn)
    nest.body.push_back(apply(one.dtype, mixed_formula<T>(), {static_cast<std::uint32_t>(nest.body.size() - 1), 2}));
  nest.stores = {{static_cast<std::uint32_t>(nest.body.size() - 1), y, affine({one.n, 1})}};
  made.program.steps.emplace_back(nest);
}

template <class T>
loops::BufferId gated(Made& made, const Case& one, loops::BufferId b) {
  made.zeros = add_input(made.program, one.dtype, one.k * one.n);
  const loops::BufferId chosen = add_buffer(made.program, one.dtype, one.k * one.n, Place::workspace);
  const auto choice = formula<T(T, T)>([](auto gate, auto number) {
    using V = decltype(gate);
    return scalar::select(V(T(0)) < scalar::abs(gate), number, V(T(0)));
  });
  loops::Nest nest{.extents = {one.k * one.n}, .lane = 0, .body = {}, .stores = {}, .reductions = {}};
  nest.body = {load(one.dtype, made.zeros, affine({1})), load(one.dtype, b, affine({1})),
               apply(one.dtype, choice, {0, 1})};
  nest.stores = {{2, chosen, affine({1})}};
  made.program.steps.emplace_back(nest);
  return chosen;
}

template <class T>
Made made_of(const Case& one) {
  Made made;
  LoopProgram& program = made.program;
  const loops::BufferId a = add_input(program, one.dtype, one.m * one.k);
  loops::BufferId b = add_input(program, one.dtype, one.k * one.n);
  made.zeros = a;
  if (one.gated) b = gated<T>(made, one, b);
  const bool kept = one.result != Result::handed_on;
  const loops::BufferId c = kept ? add_output(program, one.dtype, one.m * one.n)
                                 : add_buffer(program, one.dtype, one.m * one.n, Place::workspace);
  Product& product = made.product;
  product = {.dtype = one.dtype, .batch = {}, .m = one.m, .n = one.n, .k = one.k, .a = {}, .b = {}, .c = {}};
  product.a = {.buffer = a, .offset = {}, .batch = {}};
  product.b = {.buffer = b, .offset = {}, .batch = {}};
  product.c = {.buffer = c, .offset = {}, .batch = {}, .row = one.n, .column = 1};
  product.a.row = one.a_across ? 1 : one.k;
  product.a.column = one.a_across ? one.m : 1;
  product.b.row = one.b_across ? 1 : one.n;
  product.b.column = one.b_across ? one.k : 1;
  product.result = one.result;
  program.steps.emplace_back(product);
  if (one.result != Result::stored) add_epilogue<T>(made, one, c);
  return made;
}

template <class T>
void fill(Bytes& bytes, std::mt19937_64& random, int percent, double scale, bool infinite) {
  for (std::size_t k = 0; k < bytes.size() / sizeof(T); ++k) {
    auto number = static_cast<T>(scale * std::ldexp(static_cast<double>(static_cast<std::int64_t>(random())), -62));
    if (static_cast<int>(random() % 100) >= percent) number = random() % 2 == 0 ? T(0) : -T(0);
    if (infinite && random() % 997 == 0) {
      number = random() % 2 == 0 ? std::numeric_limits<T>::infinity() : std::numeric_limits<T>::quiet_NaN();
    }
    std::memcpy(bytes.data() + k * sizeof(T), &number, sizeof(T));
  }
}

template <class T>
void expect_right_as(const Case& one) {
  const Made made = made_of<T>(one);
  const Zeros of_b = one.gated ? Zeros::likely : Zeros::possible;
  ASSERT_TRUE(plan_skipping(made.product, Zeros::possible, of_b, Target::host())) << loops::print(made.program);
  std::mt19937_64 random(static_cast<std::uint64_t>(one.m * 1000 + one.n * 10 + one.k + one.percent));
  std::vector<Bytes> inputs = random_inputs(made.program, random);
  const double scale = one.numbers != Numbers::tiny ? 1.0 : sizeof(T) == 4 ? 1e-23 : 1e-162;
  for (std::size_t slot = 0; slot < (one.gated ? 3U : 2U); ++slot) {
    const bool has_zeros = made.program.buffers[made.zeros].slot == slot;
    fill<T>(inputs[slot], random, has_zeros ? one.percent : 100, scale,
            one.numbers == Numbers::infinite && (one.gated ? slot == 0 : slot == 1));
  }
  expect_reference_bits(made.program, inputs);
}

void expect_right(const Case& one) {
  one.dtype == DType::f64 ? expect_right_as<double>(one) : expect_right_as<float>(one);
}

TEST(SkippingProduct, AnyShareOfZeros) {
  for (const DType dtype : {DType::f64, DType::f32}) {
    for (const int percent : {0, 1, 50, 100}) {
      for (const bool gated : {false, true}) {
        expect_right({.dtype = dtype, .gated = gated, .percent = percent});
        if (testing::Test::HasFailure()) return;
      }
    }
  }
}

TEST(SkippingProduct, EveryLayoutOfTheFactors) {
  for (const DType dtype : {DType::f64, DType::f32}) {
    for (const bool a_across : {false, true}) {
      for (const bool b_across : {false, true}) {
        for (const bool gated : {false, true}) {
          expect_right(
              {.dtype = dtype, .m = 70, .n = 75, .k = 67, .a_across = a_across, .b_across = b_across, .gated = gated});
          if (testing::Test::HasFailure()) return;
        }
      }
    }
  }
}

TEST(SkippingProduct, EveryEdgeOfRowsPanelsAndBlocks) {
  for (const std::int64_t k : {31, 32, 65, 513, 576, 1100}) {
    for (const bool gated : {false, true}) {
      expect_right({.m = 65 + k % 17,
                    .n = 127 + k % 10,
                    .k = k,
                    .a_across = k % 2 == 0,
                    .gated = gated,
                    .result = k % 3 == 0 ? Result::stored : Result::handed_on});
      if (testing::Test::HasFailure()) return;
    }
  }
  expect_right({.dtype = DType::f64, .m = 41, .n = 70, .k = 1100, .gated = true, .result = Result::handed_on});
  expect_right({.dtype = DType::f64, .m = 41, .n = 70, .k = 1100, .result = Result::handed_on});
}

TEST(SkippingProduct, ManyChunksAndPanels) {
  expect_right({.m = 1100, .n = 70, .k = 40, .result = Result::handed_on});
  expect_right({.m = 70, .n = 700, .k = 130, .result = Result::handed_on});
  expect_right({.m = 300, .n = 300, .k = 33, .a_across = true, .gated = true, .result = Result::handed_on});
  // Rows of the second factor an odd number of lines apart are used where they lie, those an even number apart are not.
  for (const std::int64_t n : {272, 256}) {
    expect_right({.m = 1100, .n = n, .k = 70, .result = Result::handed_on, .numbers = Numbers::infinite});
    expect_right({.m = n, .n = 300, .k = 70, .gated = true, .result = Result::handed_on});
  }
}

TEST(SkippingProduct, TheResultIsKeptForOthers) {
  for (const bool gated : {false, true})
    expect_right({.m = 75, .n = 90, .gated = gated, .result = Result::stored_and_handed_on});
}

TEST(SkippingProduct, LongEpilogues) {
  for (const DType dtype : {DType::f64, DType::f32}) {
    for (const bool gated : {false, true})
      expect_right({.dtype = dtype, .m = 75, .n = 90, .gated = gated, .result = Result::handed_on, .is_long = true});
  }
}

// fma(0, b, -0) is +0 for b > 0: a row whose sum comes out as -0 is computed anew with all its products.
TEST(SkippingProduct, SumsThatVanish) {
  for (const DType dtype : {DType::f64, DType::f32}) {
    for (const std::int64_t k : {96, 700}) {
      for (const bool gated : {false, true}) {
        expect_right({.dtype = dtype,
                      .k = k,
                      .gated = gated,
                      .result = Result::stored,
                      .percent = 10,
                      .numbers = Numbers::tiny});
        if (testing::Test::HasFailure()) return;
      }
    }
  }
}

TEST(SkippingProduct, ZeroTimesInfinityIsNotLeftOut) {
  for (const DType dtype : {DType::f64, DType::f32}) {
    for (const std::int64_t k : {96, 700}) {
      for (const bool across : {false, true}) {
        for (const bool gated : {false, true}) {
          expect_right({.dtype = dtype,
                        .k = k,
                        .a_across = across,
                        .b_across = across && !gated,
                        .gated = gated,
                        .numbers = Numbers::infinite});
          if (testing::Test::HasFailure()) return;
        }
      }
    }
  }
}

TEST(SkippingProduct, ProductsOfWhatIsComputedDenseStayDense) {
  const Made made = made_of<float>({});
  EXPECT_FALSE(plan_skipping(made.product, Zeros::none, Zeros::none, Target::host()));
  Product small = made.product;
  small.m = 8;
  EXPECT_FALSE(plan_skipping(small, Zeros::likely, Zeros::likely, Target::host()));
}

}  // namespace
}  // namespace downhill::jit
