#include "ir/trace.hpp"
#include "ops/pointwise.hpp"
#include "ops/primitives.hpp"

#include <downhill/operations.hpp>

#include <numeric>

// Primitives that work on one axis after another slice: running sums, sorting, the place of the largest. The axis is
// always the last; the array functions bring it there.

namespace downhill {
namespace {

using namespace ops;

std::vector<Type> same_type(std::string_view name, std::span<const Type> operands, DType result) {
  if (operands[0].shape.rank() == 0 || operands[0].dtype == DType::boolean) {
    throw ShapeError(fmt::format("{}: not an array of numbers with an axis: {}", name, to_string(operands[0])));
  }
  return {{result, operands[0].shape}};
}

/// Calls run(row, result row) for every row along the last axis.
template <class T, class R, class Run>
void each_row(const Call& call, std::int64_t result_length, const Run& run) {
  const Shape& shape = call.operand_types[0].shape;
  const std::int64_t n = shape[shape.rank() - 1];
  const auto* in = static_cast<const T*>(call.operands[0]);
  auto* out = static_cast<R*>(call.results[0]);
  for (std::int64_t rows = n == 0 ? 0 : shape.size() / n; rows-- > 0; in += n, out += result_length) {
    run(std::span<const T>(in, static_cast<std::size_t>(n)), out);
  }
}

template <class Use>
void with_number(DType dtype, Use&& use) {
  switch (dtype) {
    case DType::f64: use.template operator()<double>(); break;
    case DType::f32: use.template operator()<float>(); break;
    default: use.template operator()<std::int32_t>(); break;
  }
}

std::int64_t row_length(const Call& call) {
  return call.operand_types[0].shape[call.operand_types[0].shape.rank() - 1];
}

/// x < y with NaN above everything.
template <class T>
bool is_before(T x, T y) {
  return x < y || (x == x && y != y);
}

Status cumsum_evaluate(const Call& call) {
  const bool is_backward = call.attributes.get<std::int64_t>("backward") != 0;
  with_number(call.operand_types[0].dtype, [&]<class T>() {
    each_row<T, T>(call, row_length(call), [&](std::span<const T> row, T* out) {
      T total = 0;
      for (std::size_t k = 0; k < row.size(); ++k) {
        const std::size_t at = is_backward ? row.size() - 1 - k : k;
        total = k == 0 ? row[at] : static_cast<T>(total + row[at]);
        out[at] = total;
      }
    });
  });
  return {};
}

Array cumsum_transpose(const Application& a, std::size_t, const Array& cotangent) {
  return ir::apply(primitives::cumsum, std::vector<Array>{cotangent},
                   {{"backward", std::int64_t{1} - a.attributes.get<std::int64_t>("backward")}});
}

template <class T>
std::vector<std::int32_t> sorted_positions(std::span<const T> row) {
  std::vector<std::int32_t> order(row.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, [&](std::int32_t i, std::int32_t j) {
    return is_before(row[static_cast<std::size_t>(i)], row[static_cast<std::size_t>(j)]);
  });
  return order;
}

Status argsort_evaluate(const Call& call) {
  with_number(call.operand_types[0].dtype, [&]<class T>() {
    each_row<T, std::int32_t>(call, row_length(call), [](std::span<const T> row, std::int32_t* out) {
      std::ranges::copy(sorted_positions(row), out);
    });
  });
  return {};
}

Status sort_evaluate(const Call& call) {
  with_number(call.operand_types[0].dtype, [&]<class T>() {
    each_row<T, T>(call, row_length(call), [](std::span<const T> row, T* out) {
      for (const std::int32_t at : sorted_positions(row)) {
        *out++ = row[static_cast<std::size_t>(at)];
      }
    });
  });
  return {};
}

Status argmax_evaluate(const Call& call) {
  with_number(call.operand_types[0].dtype, [&]<class T>() {
    each_row<T, std::int32_t>(call, 1, [](std::span<const T> row, std::int32_t* out) {
      *out = static_cast<std::int32_t>(std::ranges::max_element(row, is_before<T>) - row.begin());
    });
  });
  return {};
}

std::vector<Type> argmax_types(std::span<const Type> operands, const Attributes&) {
  (void)same_type("argmax", operands, DType::i32);
  const Shape& shape = operands[0].shape;
  if (shape[shape.rank() - 1] == 0) {
    throw ShapeError(fmt::format("argmax: axis is empty: {}", to_string(operands[0])));
  }
  return {{DType::i32, Shape(std::vector<std::int64_t>(shape.begin(), shape.end() - 1))}};
}

/// The elements of x [rows…, n] at positions [rows…, n], row by row.
Array taken(const Array& x, const Array& positions) {
  return ir::apply(primitives::gather, std::vector<Array>{x, positions},
                   {{"batch", static_cast<std::int64_t>(x.rank()) - 1}});
}

ir::Tangents sort_jvp(const Application& a, const ir::Tangents& tangents) {
  return {taken(*tangents[0], argsort(a.operands[0]))};
}

ir::Tangents sort_vjp(const Application& a, const ir::Tangents& cotangents, const std::vector<bool>&) {
  const std::size_t last = a.operands[0].rank() - 1;
  return {ir::apply(primitives::scatter_add, std::vector<Array>{*cotangents[0], argsort(a.operands[0])},
                    {{"length", a.operands[0].shape()[last]}, {"batch", static_cast<std::int64_t>(last)}})};
}

/// The axis is counted from the end, so a leading batch axis changes nothing.
template <const ir::Primitive& primitive>
std::vector<Array> batch(const Attributes& attributes, std::span<const Array> operands, const std::vector<bool>&,
                         std::int64_t) {
  return {ir::apply(primitive, operands, attributes)};
}

const std::vector<double> numbers{0.5, -2, 3, 1.5, 2.5, -0.25, 4, 1};

std::vector<Example> examples() { return {{{Array(numbers, {2, 4})}}, {{Array(numbers, {8})}}}; }

std::vector<Example> cumsum_examples() {
  return {{{Array(numbers, {2, 4})}, {{"backward", std::int64_t{0}}}},
          {{Array(numbers, {8})}, {{"backward", std::int64_t{1}}}}};
}

}  // namespace

const ir::Primitive primitives::cumsum{
    .name = "cumsum",
    .doc = "running sums along the last axis, from its beginning or its end",
    .types = [](std::span<const Type> o, const Attributes&) { return same_type("cumsum", o, o[0].dtype); },
    .evaluate = cumsum_evaluate,
    .lowering = Lowering::call,
    .derivative = {.kind = Derivative::Kind::linear, .transpose = cumsum_transpose},
    .batch = batch<primitives::cumsum>,
    .examples = cumsum_examples,
};

const ir::Primitive primitives::sort{
    .name = "sort",
    .doc = "ascending along the last axis; stable; NaN last",
    .types = [](std::span<const Type> o, const Attributes&) { return same_type("sort", o, o[0].dtype); },
    .evaluate = sort_evaluate,
    .lowering = Lowering::call,
    .derivative = {.kind = Derivative::Kind::custom, .jvp = sort_jvp, .vjp = sort_vjp},
    .batch = batch<primitives::sort>,
    .examples = examples,
};

const ir::Primitive primitives::argsort{
    .name = "argsort",
    .doc = "the positions that sort along the last axis",
    .types = [](std::span<const Type> o, const Attributes&) { return same_type("argsort", o, DType::i32); },
    .evaluate = argsort_evaluate,
    .lowering = Lowering::call,
    .batch = batch<primitives::argsort>,
    .examples = examples,
};

const ir::Primitive primitives::argmax{
    .name = "argmax",
    .doc = "position of the first largest element along the last axis; NaN counts as largest",
    .types = argmax_types,
    .evaluate = argmax_evaluate,
    .lowering = Lowering::call,
    .batch = batch<primitives::argmax>,
    .examples = examples,
};

}  // namespace downhill
