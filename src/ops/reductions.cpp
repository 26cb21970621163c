#include "ir/trace.hpp"
#include "ops/chain.hpp"
#include "ops/pointwise.hpp"
#include "ops/primitives.hpp"
#include "ops/reduce.hpp"

#include <downhill/operations.hpp>

#include <limits>

namespace downhill {
namespace {

using namespace ops;
using ir::Combine;
using Integers = std::vector<std::int64_t>;

std::vector<Type> reduced_types(std::string_view name, std::span<const Type> operands, const Attributes& attributes) {
  if (operands[0].dtype == DType::boolean) {
    throw ShapeError(fmt::format("{}: not defined for these types: {}", name, to_string(operands[0])));
  }
  const auto& axes = attributes.get<Integers>("axes");
  Integers lengths;
  for (std::size_t k = 0; k < operands[0].shape.rank(); ++k) {
    if (std::ranges::find(axes, static_cast<std::int64_t>(k)) == axes.end()) {
      lengths.push_back(operands[0].shape[k]);
    }
  }
  return {{operands[0].dtype, Shape(lengths)}};
}

template <Combine combine, class T>
void reduce_all(const Call& call, const ReductionLayout& layout) {
  const auto* in = static_cast<const T*>(call.operands[0]);
  auto* out = static_cast<T*>(call.results[0]);
  for (std::size_t k = 0; k < layout.kept.size(); ++k) {
    out[k] = reduce<combine>(static_cast<std::int64_t>(layout.reduced.size()), [&](std::int64_t r) {
      return in[layout.kept[k] + layout.reduced[static_cast<std::size_t>(r)]];
    });
  }
}

template <Combine combine>
Status evaluate(const Call& call) {
  const ReductionLayout layout = reduction_layout(call.operand_types[0].shape, call.attributes.get<Integers>("axes"));
  switch (call.operand_types[0].dtype) {
    case DType::f64: reduce_all<combine, double>(call, layout); break;
    case DType::f32: reduce_all<combine, float>(call, layout); break;
    case DType::i32: reduce_all<combine, std::int32_t>(call, layout); break;
    case DType::boolean: break;
  }
  return {};
}

/// `reduced` with its lost axes back as length 1, repeated to the shape of the operand.
Array spread(const Application& a, const Array& reduced) {
  Shape kept = a.operands[0].shape();
  for (const std::int64_t axis : a.attributes.get<Integers>("axes")) {
    kept[static_cast<std::size_t>(axis)] = 1;
  }
  return broadcast_to(reshape(reduced, kept), a.operands[0].shape());
}

Array sum_transpose(const Application& a, std::size_t, const Array& cotangent) { return spread(a, cotangent); }

/// The share of each largest (smallest) element in the derivative: equal among ties, NaN where the result is NaN.
Array extreme_share(const Application& a) {
  const Array hit = astype(equal(a.operands[0], spread(a, a.results[0])), a.operands[0].dtype());
  return hit / spread(a, sum(hit, a.attributes.get<Integers>("axes")));
}

ir::Tangents extreme_jvp(const Application& a, const ir::Tangents& tangents) {
  return {sum(chain(*tangents[0], extreme_share(a)), a.attributes.get<Integers>("axes"))};
}

ir::Tangents extreme_vjp(const Application& a, const ir::Tangents& cotangents, const std::vector<bool>&) {
  return {chain(spread(a, *cotangents[0]), extreme_share(a))};
}

/// Axes that are reduced moved to the front and merged into one, so that a product is a tree along axis 0.
struct Front {
  Array x;        ///< [r, kept…]
  Integers axes;  ///< the permutation that was applied
  Shape permuted;
};

Front to_front(const Application& a, const Array& x) {
  const auto& reduced = a.attributes.get<Integers>("axes");
  Integers axes = reduced;
  std::int64_t count = 1;
  Integers merged{0};
  for (std::int64_t k = 0; k < static_cast<std::int64_t>(x.rank()); ++k) {
    if (std::ranges::find(reduced, k) == reduced.end()) {
      axes.push_back(k);
      merged.push_back(x.shape()[static_cast<std::size_t>(k)]);
    } else {
      count *= x.shape()[static_cast<std::size_t>(k)];
    }
  }
  merged[0] = count;
  const Array permuted = transpose(x, axes);
  return {reshape(permuted, Shape(merged)), axes, permuted.shape()};
}

/// Products of everything but element k along axis 0, as a tree of products: exact where elements are zero, and
/// differentiable to any order.
Array products_of_others(const Array& x) {
  const std::int64_t count = x.shape()[0];
  if (count <= 1) {
    return ones(x.shape(), x.dtype());
  }
  const std::int64_t half = count / 2;
  const Array low = slice(x, {{0, half}});
  const Array high = slice(x, {{half, 2 * half}});
  const Array pairs = low * high;
  if (2 * half == count) {
    const Array outside = products_of_others(pairs);
    return concatenate({outside * high, outside * low});
  }
  const Array outside = products_of_others(concatenate({pairs, slice(x, {{2 * half, count}})}));
  const Array around = slice(outside, {{0, half}});
  return concatenate({around * high, around * low, slice(outside, {{half, half + 1}})});
}

Array product_gradient(const Application& a) {
  const Front front = to_front(a, a.operands[0]);
  Integers inverse(front.axes.size());
  for (std::size_t k = 0; k < inverse.size(); ++k) {
    inverse[static_cast<std::size_t>(front.axes[k])] = static_cast<std::int64_t>(k);
  }
  return transpose(reshape(products_of_others(front.x), front.permuted), inverse);
}

ir::Tangents product_jvp(const Application& a, const ir::Tangents& tangents) {
  return {sum(chain(*tangents[0], product_gradient(a)), a.attributes.get<Integers>("axes"))};
}

ir::Tangents product_vjp(const Application& a, const ir::Tangents& cotangents, const std::vector<bool>&) {
  return {chain(spread(a, *cotangents[0]), product_gradient(a))};
}

template <const ir::Primitive& primitive>
std::vector<Array> batch(const Attributes& attributes, std::span<const Array> operands, const std::vector<bool>&,
                         std::int64_t) {
  Integers axes = attributes.get<Integers>("axes");
  for (std::int64_t& axis : axes) {
    ++axis;
  }
  return {ir::apply(primitive, operands, {{"axes", axes}})};
}

std::vector<Example> examples() {
  const Array x({0.5, -2, 3, 1.5, 2.5, -0.25, 4, 1, -1.75, 0.75, 2, 6}, {2, 3, 2});
  return {{{x}, {{"axes", Integers{1}}}}, {{x}, {{"axes", Integers{0, 2}}}}, {{x}, {{"axes", Integers{0, 1, 2}}}}};
}

}  // namespace

const ir::Primitive primitives::sum{
    .name = "sum",
    .doc = "sum over axes, in the documented order",
    .types = [](std::span<const Type> o, const Attributes& a) { return reduced_types("sum", o, a); },
    .evaluate = evaluate<Combine::sum>,
    .lowering = Lowering::reduction,
    .derivative = {.kind = Derivative::Kind::linear, .transpose = sum_transpose},
    .batch = batch<primitives::sum>,
    .examples = examples,
    .combine = Combine::sum,
};

const ir::Primitive primitives::prod{
    .name = "prod",
    .doc = "product over axes, in the order of sums",
    .types = [](std::span<const Type> o, const Attributes& a) { return reduced_types("prod", o, a); },
    .evaluate = evaluate<Combine::product>,
    .lowering = Lowering::reduction,
    .derivative = {.kind = Derivative::Kind::custom, .jvp = product_jvp, .vjp = product_vjp},
    .batch = batch<primitives::prod>,
    .examples = examples,
    .combine = Combine::product,
};

const ir::Primitive primitives::max{
    .name = "max",
    .doc = "largest element over axes; NaN if there is one; ties share the derivative equally",
    .types = [](std::span<const Type> o, const Attributes& a) { return reduced_types("max", o, a); },
    .evaluate = evaluate<Combine::maximum>,
    .lowering = Lowering::reduction,
    .derivative = {.kind = Derivative::Kind::custom, .jvp = extreme_jvp, .vjp = extreme_vjp},
    .batch = batch<primitives::max>,
    .examples = examples,
    .combine = Combine::maximum,
};

const ir::Primitive primitives::min{
    .name = "min",
    .doc = "smallest element over axes; NaN if there is one; ties share the derivative equally",
    .types = [](std::span<const Type> o, const Attributes& a) { return reduced_types("min", o, a); },
    .evaluate = evaluate<Combine::minimum>,
    .lowering = Lowering::reduction,
    .derivative = {.kind = Derivative::Kind::custom, .jvp = extreme_jvp, .vjp = extreme_vjp},
    .batch = batch<primitives::min>,
    .examples = examples,
    .combine = Combine::minimum,
};

}  // namespace downhill
