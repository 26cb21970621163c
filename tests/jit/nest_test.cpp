#include <gtest/gtest.h>

#include <algorithm>

#include "jit/checked_run.hpp"
#include "jit/programs.hpp"

namespace downhill::jit {
namespace {

using loops::LoopProgram;
using loops::Nest;

std::mt19937_64& seeded() {
  static std::mt19937_64 random;
  random.seed(7);
  return random;
}

template <class T>
constexpr DType dtype_of = sizeof(T) == 8 ? DType::f64 : DType::f32;

// out[i] = f(x[i], y[i])
template <class T>
LoopProgram elementwise(std::int64_t n, int lane) {
  LoopProgram program;
  const auto x = add_input(program, dtype_of<T>, n);
  const auto y = add_input(program, dtype_of<T>, n);
  const auto out = add_output(program, dtype_of<T>, n);
  Nest nest{.extents = {n}, .lane = lane, .body = {}, .stores = {}, .reductions = {}};
  nest.body = {load(dtype_of<T>, x, affine({1})), load(dtype_of<T>, y, affine({1})),
               apply(dtype_of<T>, mixed_formula<T>(), {0, 1})};
  nest.stores = {{2, out, affine({1})}};
  program.steps = {nest};
  return program;
}

TEST(Nest, ElementwiseOfAnyLength) {
  for (const int lane : {-1, 0}) {
    for (const std::int64_t n : {0, 1, 2, 7, 8, 9, 31, 32, 33, 100, 1000}) {
      for (const auto& program : {elementwise<double>(n, lane), elementwise<float>(n, lane)}) {
        expect_reference_bits(program, random_inputs(program, seeded()));
      }
    }
  }
}

// out[i, column[k]] = f(x[i, k], x[i, k + 1]): points whose elements lie side by side, `gap` more between one point and the next.
template <class T>
LoopProgram records(std::int64_t n, std::int64_t width, std::int64_t gap) {
  LoopProgram program;
  const std::int64_t stride = width + gap;
  const auto x = add_input(program, dtype_of<T>, n * stride);
  const auto out = add_output(program, dtype_of<T>, n * stride);
  Nest nest{.extents = {n}, .lane = 0, .body = {}, .stores = {}, .reductions = {}};
  for (std::int64_t k = 0; k < stride; ++k) {
    nest.body.push_back(load(dtype_of<T>, x, affine({stride}, k)));
  }
  for (std::int64_t k = 0; k < stride; ++k) {
    const bool is_copied = k >= width;  // the gap keeps what it was
    const auto next = static_cast<std::uint32_t>((k + 1) % stride);
    nest.body.push_back(apply(dtype_of<T>, mixed_formula<T>(), {static_cast<std::uint32_t>(k), next}));
    const auto made = is_copied ? static_cast<std::uint32_t>(k) : static_cast<std::uint32_t>(nest.body.size() - 1);
    nest.stores.push_back({made, out, affine({stride}, (stride - 1) - k)});
  }
  program.steps = {nest};
  return program;
}

TEST(Nest, ElementsSideBySideAtEveryPoint) {
  for (const std::int64_t width : {3, 8, 17}) {
    for (const std::int64_t gap : {0, 1}) {
      for (const std::int64_t n : {7, 37}) {
        for (const auto& program : {records<double>(n, width, gap), records<float>(n, width, gap)}) {
          expect_reference_bits(program, random_inputs(program, seeded()));
        }
      }
    }
  }
}

// sums of f(x[i, j], y[j]) over j, and the largest
template <class T>
LoopProgram reduction(std::int64_t m, std::int64_t n, int lane, ir::Combine combine) {
  LoopProgram program;
  const auto x = add_input(program, dtype_of<T>, m * n);
  const auto y = add_input(program, dtype_of<T>, n);
  const auto first = add_output(program, dtype_of<T>, m);
  const auto second = add_output(program, dtype_of<T>, m);
  Nest nest{.extents = {m, n}, .reduced = 1, .lane = lane, .body = {}, .stores = {}, .reductions = {}};
  nest.body = {load(dtype_of<T>, x, affine({n, 1})), load(dtype_of<T>, y, affine({0, 1})),
               apply(dtype_of<T>, mixed_formula<T>(), {0, 1})};
  nest.reductions = {{2, combine, first, affine({1, 0})}, {0, ir::Combine::maximum, second, affine({1, 0})}};
  program.steps = {nest};
  return program;
}

TEST(Nest, ReductionsInTheDocumentedOrder) {
  for (const int lane : {-1, 0, 1}) {
    for (const std::int64_t n : {0, 1, 3, 8, 17, 100, 1023, 1024, 1025, 3000, 7000}) {
      for (const std::int64_t m : {1, 3, 20}) {
        if (n > 3000 && m > 3) continue;
        const auto combine = n % 2 == 0 ? ir::Combine::sum : ir::Combine::product;
        for (const auto& program : {reduction<double>(m, n, lane, combine), reduction<float>(m, n, lane, combine)}) {
          expect_reference_bits(program, random_inputs(program, seeded()));
        }
      }
    }
  }
}

TEST(Nest, SumsOfNegativeZerosKeepTheirSign) {
  for (const std::int64_t n : {1, 5, 40, 2000}) {
    for (const int lane : {-1, 0}) {
      LoopProgram program;
      const auto x = add_input(program, DType::f64, n);
      const auto out = add_output(program, DType::f64, 1);
      Nest nest{.extents = {n},
                .reduced = 1,
                .lane = lane,
                .body = {load(DType::f64, x, affine({1}))},
                .stores = {},
                .reductions = {}};
      nest.reductions = {{0, ir::Combine::sum, out, affine({0})}};
      program.steps = {nest};
      Bytes zeros(static_cast<std::size_t>(n) * 8);
      for (std::size_t k = 7; k < zeros.size(); k += 8) zeros[k] = std::byte{0x80};
      expect_reference_bits(program, {zeros});
    }
  }
}

// Rosenbrock's gradient: differences of neighbours, guarded at the ends.
TEST(Nest, GuardedNeighbours) {
  for (const std::int64_t n : {2, 9, 64, 1000, 5000}) {
    for (const std::uint32_t reduced : {0U, 1U}) {
      LoopProgram program;
      const auto x = add_input(program, DType::f64, n);
      const auto out = add_output(program, DType::f64, reduced == 1 ? 1 : n);
      const loops::Guard has_next{affine({1}, 1), 0, n};
      const loops::Guard has_previous{affine({1}, -1), 0, n};
      Nest nest{.extents = {n}, .reduced = reduced, .lane = 0, .body = {}, .stores = {}, .reductions = {}};
      nest.body = {load(DType::f64, x, affine({1})),
                   load(DType::f64, x, affine({1}, 1), {has_next}),
                   load(DType::f64, x, affine({1}, -1), {has_previous}),
                   apply(DType::f64, mixed_formula<double>(), {0, 1}),
                   select(DType::f64, {has_next}, {3}),
                   apply(DType::f64, mixed_formula<double>(), {2, 4})};
      if (reduced == 1) {
        nest.reductions = {{5, ir::Combine::sum, out, affine({0})}};
      } else {
        nest.stores = {{5, out, affine({1})}};
      }
      program.steps = {nest};
      expect_reference_bits(program, random_inputs(program, seeded()));
    }
  }
}

// Draws a nest: axes, strides, guards, formulas, stores and reductions.
class RandomNest {
 public:
  explicit RandomNest(std::uint64_t seed) : random_(seed) {}

  LoopProgram draw() {
    const DType real = pick(2) == 0 ? DType::f64 : DType::f32;
    const std::size_t parallel = pick(4);
    const std::size_t reduced = pick(3);
    for (std::size_t k = 0; k < parallel + reduced; ++k)
      nest_.extents.push_back(1 + static_cast<std::int64_t>(pick(k == 0 ? 40 : 11)));
    if (!nest_.extents.empty() && pick(4) == 0)
      nest_.extents[pick(nest_.extents.size())] = 1000 + static_cast<std::int64_t>(pick(1500));
    std::int64_t points = 1;
    for (const std::int64_t extent : nest_.extents) points *= extent;
    if (points > 20000) nest_.extents.back() = 1 + nest_.extents.back() % 3;
    nest_.reduced = static_cast<std::uint32_t>(reduced);
    nest_.lane = static_cast<std::int32_t>(pick(nest_.extents.size() + 1)) - 1;
    for (std::size_t k = 0; k < 2 + pick(3); ++k) add_load(real);
    for (std::size_t k = 0; k < 2 + pick(4); ++k) add_value(real);
    const auto elements = static_cast<std::uint32_t>(nest_.body.size());
    for (std::size_t k = 0; k < 1 + pick(2); ++k) {
      const auto element = static_cast<std::uint32_t>(elements - 1 - pick(std::min<std::size_t>(elements, 3)));
      const DType dtype = nest_.body[element].dtype;
      if (reduced > 0 && dtype != DType::boolean) {
        const auto [index, count] = row_major(parallel);
        nest_.reductions.push_back(
            {element, static_cast<ir::Combine>(pick(4)), add_output(program_, dtype, count), index});
      }
      if (reduced == 0 || pick(3) == 0) {
        const auto [index, count] = row_major(nest_.extents.size());
        nest_.stores.push_back({element, add_output(program_, dtype, count), index});
      }
    }
    if (nest_.reductions.empty()) nest_.reduced = 0;
    program_.steps = {nest_};
    return program_;
  }

 private:
  std::mt19937_64 random_;
  LoopProgram program_;
  Nest nest_;

  std::size_t pick(std::size_t below) { return random_() % below; }

  // A permuted row-major layout of the first axes.
  std::pair<loops::Affine, std::int64_t> row_major(std::size_t axes) {
    std::vector<std::size_t> order(axes);
    for (std::size_t k = 0; k < axes; ++k) order[k] = k;
    if (pick(3) == 0) std::ranges::shuffle(order, random_);
    loops::Affine index = affine(std::vector<std::int64_t>(nest_.extents.size(), 0));
    std::int64_t count = 1;
    for (std::size_t k = axes; k > 0; --k) {
      index.axis[order[k - 1]] = count;
      count *= nest_.extents[order[k - 1]];
    }
    return {index, count};
  }

  // Any strides, negative and zero ones included, into a buffer that is just large enough.
  void add_load(DType real) {
    const DType dtype = pick(6) == 0 ? DType::i32 : pick(8) == 0 ? DType::boolean : real;
    auto [index, count] = row_major(nest_.extents.size());
    std::int64_t low = 0;
    std::int64_t high = 0;
    for (std::size_t k = 0; k < index.axis.size(); ++k) {
      if (pick(4) == 0) index.axis[k] = static_cast<std::int64_t>(pick(5)) - 2;
      const std::int64_t reach = index.axis[k] * (nest_.extents[k] - 1);
      low += std::min<std::int64_t>(reach, 0);
      high += std::max<std::int64_t>(reach, 0);
    }
    index.offset = -low;
    nest_.body.push_back(load(dtype, add_input(program_, dtype, high - low + 1), index, guards()));
  }

  std::vector<loops::Guard> guards() {
    std::vector<loops::Guard> drawn;
    while (!nest_.extents.empty() && pick(3) == 0) {
      loops::Guard guard{affine(std::vector<std::int64_t>(nest_.extents.size(), 0)), 0, 0};
      const std::size_t axis = pick(nest_.extents.size());
      guard.position.axis[axis] = pick(4) == 0 ? -1 : 1 + static_cast<std::int64_t>(pick(2));
      if (pick(4) == 0) guard.position.axis[pick(nest_.extents.size())] += 1;
      guard.begin = static_cast<std::int64_t>(pick(static_cast<std::size_t>(nest_.extents[axis]))) - 1;
      guard.end = guard.begin + static_cast<std::int64_t>(pick(static_cast<std::size_t>(nest_.extents[axis] + 3)));
      drawn.push_back(guard);
    }
    return drawn;
  }

  std::uint32_t operand(DType dtype) {
    std::vector<std::uint32_t> fitting;
    for (std::uint32_t k = 0; k < nest_.body.size(); ++k) {
      if (nest_.body[k].dtype == dtype) fitting.push_back(k);
    }
    if (!fitting.empty()) return fitting[pick(fitting.size())];
    nest_.body.push_back(
        load(dtype, add_input(program_, dtype, 1), affine(std::vector<std::int64_t>(nest_.extents.size(), 0))));
    return static_cast<std::uint32_t>(nest_.body.size() - 1);
  }

  void add_value(DType real) {
    const bool wide = real == DType::f64;
    switch (pick(7)) {
      case 0: {
        const std::uint32_t a = operand(real);
        nest_.body.push_back(
            select(real, guards(),
                   pick(2) == 0 ? std::vector<std::uint32_t>{a} : std::vector<std::uint32_t>{a, operand(real)}));
        break;
      }
      case 1: nest_.body.push_back(number(row_major(nest_.extents.size()).first)); break;
      case 2: {
        const std::uint32_t a = operand(real);
        const std::uint32_t b = operand(real);
        nest_.body.push_back(
            wide ? apply(DType::boolean, formula<bool(double, double)>([](auto x, auto y) { return x < y; }), {a, b})
                 : apply(DType::boolean, formula<bool(float, float)>([](auto x, auto y) { return x < y; }), {a, b}));
        break;
      }
      case 3: {
        const std::uint32_t a = operand(real);
        nest_.body.push_back(
            wide ? apply(DType::i32,
                         formula<std::int32_t(double)>([](auto x) { return scalar::convert<std::int32_t>(x); }), {a})
                 : apply(DType::i32,
                         formula<std::int32_t(float)>([](auto x) { return scalar::convert<std::int32_t>(x); }), {a}));
        break;
      }
      case 4: {
        const std::uint32_t m = operand(DType::boolean);
        const std::uint32_t a = operand(real);
        const std::uint32_t i = operand(DType::i32);
        nest_.body.push_back(wide ? apply(real, formula<double(bool, double, std::int32_t)>([](auto c, auto x, auto k) {
                                            return scalar::select(c, x, scalar::convert<double>(k));
                                          }),
                                          {m, a, i})
                                  : apply(real, formula<float(bool, float, std::int32_t)>([](auto c, auto x, auto k) {
                                            return scalar::select(c, x, scalar::convert<float>(k));
                                          }),
                                          {m, a, i}));
        break;
      }
      default: {
        const std::uint32_t a = operand(real);
        const std::uint32_t b = operand(real);
        nest_.body.push_back(apply(real, wide ? mixed_formula<double>() : mixed_formula<float>(), {a, b}));
        break;
      }
    }
  }
};

TEST(Nest, RandomNestsGiveTheReferencesBits) {
  for (std::uint64_t seed = 1; seed <= 120; ++seed) {
    const LoopProgram program = RandomNest(seed).draw();
    std::mt19937_64 random(seed);
    SCOPED_TRACE(seed);
    expect_reference_bits(program, random_inputs(program, random));
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace downhill::jit
