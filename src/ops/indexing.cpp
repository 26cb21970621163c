#include "ir/trace.hpp"
#include "ops/pointwise.hpp"
#include "ops/primitives.hpp"

#include <downhill/operations.hpp>

#include <cstring>

namespace downhill {
namespace {

using namespace ops;
using Integers = std::vector<std::int64_t>;

// x [batch…, n, rest…], indices i32 [batch…, picked…], result [batch…, picked…, rest…]; `batch` counts the shared axes.

struct Extents {
  std::int64_t batch = 1;
  std::int64_t length = 1;
  std::int64_t picked = 1;
  std::int64_t rest = 1;
};

std::int64_t product(const Shape& shape, std::size_t begin, std::size_t end) {
  std::int64_t size = 1;
  for (std::size_t k = begin; k < end; ++k) {
    size *= shape[k];
  }
  return size;
}

void require_indices(std::string_view name, const Type& x, const Type& indices, std::size_t batch) {
  bool fits = indices.dtype == DType::i32 && indices.shape.rank() >= batch && x.shape.rank() > batch;
  for (std::size_t k = 0; fits && k < batch; ++k) {
    fits = x.shape[k] == indices.shape[k];
  }
  if (!fits) {
    throw ShapeError(fmt::format("{}: indices do not fit: {} into {}", name, to_string(indices), to_string(x)));
  }
}

std::size_t batch_axes(const Attributes& attributes) {
  return static_cast<std::size_t>(attributes.get<std::int64_t>("batch"));
}

std::vector<Type> gather_types(std::span<const Type> operands, const Attributes& attributes) {
  const Type& x = operands[0];
  const Type& indices = operands[1];
  const std::size_t batch = batch_axes(attributes);
  require_indices("gather", x, indices, batch);
  Integers lengths(indices.shape.begin(), indices.shape.end());
  lengths.insert(lengths.end(), x.shape.begin() + static_cast<std::ptrdiff_t>(batch) + 1, x.shape.end());
  return {{x.dtype, Shape(lengths)}};
}

Extents extents_of(const Type& whole, const Type& indices, std::size_t batch) {
  return {product(whole.shape, 0, batch), whole.shape[batch], product(indices.shape, batch, indices.shape.rank()),
          product(whole.shape, batch + 1, whole.shape.rank())};
}

/// Slices at random places of a large array: a processor foresees the next line of a slice, but not the next slice.
void fetch(const char* slice, std::size_t bytes) {
  constexpr std::size_t line = 64;
  for (std::size_t at = 0; at < bytes; at += line) __builtin_prefetch(slice + at);
}

Status gather_evaluate(const Call& call) {
  const Extents e = extents_of(call.operand_types[0], call.operand_types[1], batch_axes(call.attributes));
  const std::size_t bytes = static_cast<std::size_t>(e.rest) * size_of(call.result_types[0].dtype);
  const auto* x = static_cast<const char*>(call.operands[0]);
  const auto* indices = static_cast<const std::int32_t*>(call.operands[1]);
  auto* out = static_cast<char*>(call.results[0]);
  constexpr std::size_t shortest_fetched = 256;
  constexpr std::size_t longest_fetched = 16384;
  constexpr std::int64_t slices_ahead = 2;
  const bool fetches = bytes >= shortest_fetched && bytes <= longest_fetched;
  for (std::int64_t k = 0; k < e.batch * e.picked; ++k) {
    const std::int64_t i = indices[k];
    if (i < 0 || i >= e.length) {
      return {ir::Fault::index_out_of_range, k, static_cast<double>(i)};
    }
    const std::int64_t at = k / e.picked * e.length + i;
    if (const std::int64_t next = k + slices_ahead; fetches && next < e.batch * e.picked) {
      const std::int64_t j = indices[next];
      if (j >= 0 && j < e.length) fetch(x + static_cast<std::size_t>(next / e.picked * e.length + j) * bytes, bytes);
    }
    std::memcpy(out + static_cast<std::size_t>(k) * bytes, x + static_cast<std::size_t>(at) * bytes, bytes);
  }
  return {};
}

/// The primitive with its own number of shared axes.
Array scatter_batched(const Array& updates, const Array& indices, std::int64_t length, std::int64_t batch) {
  return ir::apply(primitives::scatter_add, std::vector<Array>{updates, indices},
                   {{"length", length}, {"batch", batch}});
}
Array gather_batched(const Array& x, const Array& indices, std::int64_t batch) {
  return ir::apply(primitives::gather, std::vector<Array>{x, indices}, {{"batch", batch}});
}

ir::Tangents gather_jvp(const Application& a, const ir::Tangents& tangents) {
  return {gather_batched(*tangents[0], a.operands[1], a.attributes.get<std::int64_t>("batch"))};
}

ir::Tangents gather_vjp(const Application& a, const ir::Tangents& cotangents, const std::vector<bool>&) {
  const std::int64_t batch = a.attributes.get<std::int64_t>("batch");
  return {scatter_batched(*cotangents[0], a.operands[1], a.operands[0].shape()[static_cast<std::size_t>(batch)], batch),
          std::nullopt};
}

Array with_batch(const Array& x, std::int64_t size) {
  Integers lengths{size};
  lengths.insert(lengths.end(), x.shape().begin(), x.shape().end());
  return broadcast_to(x, Shape(lengths));
}

std::vector<Array> gather_batch(const Attributes& attributes, std::span<const Array> operands,
                                const std::vector<bool>& batched, std::int64_t size) {
  const std::int64_t batch = attributes.get<std::int64_t>("batch");
  if (!batched[0] && batch == 0) {
    return {gather_batched(operands[0], operands[1], 0)};
  }
  return {gather_batched(batched[0] ? operands[0] : with_batch(operands[0], size),
                         batched[1] ? operands[1] : with_batch(operands[1], size), batch + 1)};
}

// updates [batch…, picked…, rest…], indices i32 [batch…, picked…], result [batch…, length, rest…]

std::vector<Type> scatter_types(std::span<const Type> operands, const Attributes& attributes) {
  const Type& updates = operands[0];
  const Type& indices = operands[1];
  const std::size_t batch = batch_axes(attributes);
  bool fits =
      indices.dtype == DType::i32 && updates.shape.rank() >= indices.shape.rank() && updates.dtype != DType::boolean;
  for (std::size_t k = 0; fits && k < indices.shape.rank(); ++k) {
    fits = updates.shape[k] == indices.shape[k];
  }
  if (!fits) {
    throw ShapeError(fmt::format("scatter_add: indices do not fit: {} for {}", to_string(indices), to_string(updates)));
  }
  Integers lengths(updates.shape.begin(), updates.shape.begin() + static_cast<std::ptrdiff_t>(batch));
  lengths.push_back(attributes.get<std::int64_t>("length"));
  lengths.insert(lengths.end(), updates.shape.begin() + static_cast<std::ptrdiff_t>(indices.shape.rank()),
                 updates.shape.end());
  return {{updates.dtype, Shape(lengths)}};
}

template <class T>
Status scatter_run(const Call& call) {
  const Extents e = extents_of(call.result_types[0], call.operand_types[1], batch_axes(call.attributes));
  const auto* updates = static_cast<const T*>(call.operands[0]);
  const auto* indices = static_cast<const std::int32_t*>(call.operands[1]);
  auto* out = static_cast<T*>(call.results[0]);
  std::memset(out, 0, ir::bytes_of(call.result_types[0]));
  for (std::int64_t k = 0; k < e.batch * e.picked; ++k) {
    const std::int64_t i = indices[k];
    if (i < 0 || i >= e.length) {
      return {ir::Fault::index_out_of_range, k, static_cast<double>(i)};
    }
    T* to = out + (k / e.picked * e.length + i) * e.rest;
    const T* from = updates + k * e.rest;
    for (std::int64_t r = 0; r < e.rest; ++r) {
      to[r] = static_cast<T>(to[r] + from[r]);
    }
  }
  return {};
}

Status scatter_evaluate(const Call& call) {
  switch (call.result_types[0].dtype) {
    case DType::f64: return scatter_run<double>(call);
    case DType::f32: return scatter_run<float>(call);
    default: return scatter_run<std::int32_t>(call);
  }
}

ir::Tangents scatter_jvp(const Application& a, const ir::Tangents& tangents) {
  return {scatter_batched(*tangents[0], a.operands[1], a.attributes.get<std::int64_t>("length"),
                          a.attributes.get<std::int64_t>("batch"))};
}

ir::Tangents scatter_vjp(const Application& a, const ir::Tangents& cotangents, const std::vector<bool>&) {
  return {gather_batched(*cotangents[0], a.operands[1], a.attributes.get<std::int64_t>("batch")), std::nullopt};
}

std::vector<Array> scatter_batch(const Attributes& attributes, std::span<const Array> operands,
                                 const std::vector<bool>& batched, std::int64_t size) {
  return {scatter_batched(batched[0] ? operands[0] : with_batch(operands[0], size),
                          batched[1] ? operands[1] : with_batch(operands[1], size),
                          attributes.get<std::int64_t>("length"), attributes.get<std::int64_t>("batch") + 1)};
}

std::vector<Example> gather_examples() {
  const Array x({0.5, 1, -2, 3, 4, 5, 6, -7, 8, 9, 10, 11}, {4, 3});
  return {{{x, Array({2, 0, 2}, {3}, DType::i32)}, {{"batch", std::int64_t{0}}}},
          {{x, Array({2, 0, 1, 1, 0, 0, 2, 1}, {4, 2}, DType::i32)}, {{"batch", std::int64_t{1}}}}};
}

std::vector<Example> scatter_examples() {
  const Array updates({0.5, 1, -2, 3, 4, 5}, {3, 2});
  return {{{updates, Array({4, 1, 4}, {3}, DType::i32)}, {{"length", std::int64_t{5}}, {"batch", std::int64_t{0}}}},
          {{updates, Array({1, 1, 0, 2, 2, 1}, {3, 2}, DType::i32)},
           {{"length", std::int64_t{3}}, {"batch", std::int64_t{1}}}}};
}

}  // namespace

const ir::Primitive primitives::gather{
    .name = "gather",
    .doc = "slices at computed indices",
    .types = gather_types,
    .evaluate = gather_evaluate,
    .lowering = Lowering::call,
    .derivative = {.kind = Derivative::Kind::custom, .jvp = gather_jvp, .vjp = gather_vjp},
    .batch = gather_batch,
    .examples = gather_examples,
    .picks_slices = true,
};

const ir::Primitive primitives::scatter_add{
    .name = "scatter_add",
    .doc = "zeros, to which slices are added at computed indices in ascending order of their position",
    .types = scatter_types,
    .evaluate = scatter_evaluate,
    .lowering = Lowering::call,
    .derivative = {.kind = Derivative::Kind::custom, .jvp = scatter_jvp, .vjp = scatter_vjp},
    .batch = scatter_batch,
    .examples = scatter_examples,
};

}  // namespace downhill
