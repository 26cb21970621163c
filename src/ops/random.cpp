#include "ir/scalar.hpp"
#include "ir/trace.hpp"
#include "ops/formula/logarithm.hpp"
#include "ops/formula/trigonometric.hpp"
#include "ops/pointwise.hpp"
#include "ops/primitives.hpp"

#include <downhill/operations.hpp>
#include <downhill/random.hpp>

#include <Random123/philox.h>

#include <bit>
#include <numbers>

namespace downhill {
namespace {

using namespace ops;
using Integers = std::vector<std::int64_t>;
using Block = r123::Philox4x32::ctr_type;

/// Counter `index` under `key`; `stream` keeps the uses of one key apart.
Block philox(const std::int32_t* key, std::uint64_t index, std::uint32_t stream) {
  const r123::Philox4x32::key_type k{{std::bit_cast<std::uint32_t>(key[0]), std::bit_cast<std::uint32_t>(key[1])}};
  const Block counter{{static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32U), stream, 0}};
  return r123::Philox4x32{}(counter, k);
}

enum Stream : std::uint32_t { fold_stream = 1, uniform_stream = 2, normal_stream = 3 };

double uniform_f64(std::uint32_t high, std::uint32_t low) {
  const std::uint64_t bits = (static_cast<std::uint64_t>(high) << 32U) | low;
  return static_cast<double>(bits >> 11U) * 0x1p-53;
}

float uniform_f32(std::uint32_t bits) { return static_cast<float>(bits >> 8U) * 0x1p-24F; }

void require_key(std::string_view name, const Type& key) {
  if (key != Type{DType::i32, {2}}) {
    throw ShapeError(fmt::format("{}: not a key: {} (a key is i32[2])", name, to_string(key)));
  }
}

std::vector<Type> fold_types(std::span<const Type> operands, const Attributes&) {
  require_key("fold_in", operands[0]);
  if (operands[1] != Type{DType::i32, {}}) {
    throw ShapeError(fmt::format("fold_in: index is not i32[]: {}", to_string(operands[1])));
  }
  return {operands[0]};
}

Status fold_evaluate(const Call& call) {
  const auto index = std::bit_cast<std::uint32_t>(*static_cast<const std::int32_t*>(call.operands[1]));
  const Block block = philox(static_cast<const std::int32_t*>(call.operands[0]), index, fold_stream);
  auto* out = static_cast<std::int32_t*>(call.results[0]);
  out[0] = std::bit_cast<std::int32_t>(block[0]);
  out[1] = std::bit_cast<std::int32_t>(block[1]);
  return {};
}

std::vector<Type> drawn_types(std::string_view name, std::span<const Type> operands, const Attributes& attributes) {
  require_key(name, operands[0]);
  const DType dtype = attributes.get<DType>("dtype");
  if (!is_real(dtype)) {
    throw ShapeError(fmt::format("{}: not defined for this type: {}", name, downhill::name(dtype)));
  }
  return {{dtype, Shape(attributes.get<Integers>("shape"))}};
}

Status uniform_evaluate(const Call& call) {
  const auto* key = static_cast<const std::int32_t*>(call.operands[0]);
  const std::int64_t size = call.result_types[0].shape.size();
  for (std::int64_t k = 0; k < size; ++k) {
    const Block block = philox(key, static_cast<std::uint64_t>(k), uniform_stream);
    if (call.result_types[0].dtype == DType::f64) {
      static_cast<double*>(call.results[0])[k] = uniform_f64(block[0], block[1]);
    } else {
      static_cast<float*>(call.results[0])[k] = uniform_f32(block[0]);
    }
  }
  return {};
}

/// One normal number from two uniform ones (Box & Muller 1958), with this library's own log and cos.
Status normal_evaluate(const Call& call) {
  const auto* key = static_cast<const std::int32_t*>(call.operands[0]);
  const std::int64_t size = call.result_types[0].shape.size();
  for (std::int64_t k = 0; k < size; ++k) {
    const Block block = philox(key, static_cast<std::uint64_t>(k), normal_stream);
    const double radius = std::sqrt(-2.0 * scalar::log(1.0 - uniform_f64(block[0], block[1])));
    const double normal = radius * scalar::cos(2 * std::numbers::pi * uniform_f64(block[2], block[3]));
    if (call.result_types[0].dtype == DType::f64) {
      static_cast<double*>(call.results[0])[k] = normal;
    } else {
      static_cast<float*>(call.results[0])[k] = static_cast<float>(normal);
    }
  }
  return {};
}

/// One draw a key, stacked: each batch entry has what it would have alone.
template <const ir::Primitive& primitive>
std::vector<Array> batch(const Attributes& attributes, std::span<const Array> operands,
                         const std::vector<bool>& batched, std::int64_t size) {
  std::vector<Array> all;
  for (std::int64_t k = 0; k < size; ++k) {
    std::vector<Array> one;
    for (std::size_t j = 0; j < operands.size(); ++j) {
      one.push_back(batched[j] ? index(operands[j], k) : operands[j]);
    }
    all.push_back(ir::apply(primitive, one, attributes));
  }
  return {stack(all)};
}

Array sample_key() { return Array({7, -3}, {2}, DType::i32); }

std::vector<Example> drawn_examples() {
  return {{{sample_key()}, {{"shape", Integers{3, 2}}, {"dtype", DType::f64}}},
          {{sample_key()}, {{"shape", Integers{5}}, {"dtype", DType::f32}}}};
}

}  // namespace

const ir::Primitive primitives::fold_in{
    .name = "fold_in",
    .doc = "another key, from a key and a number",
    .types = fold_types,
    .evaluate = fold_evaluate,
    .lowering = Lowering::call,
    .batch = batch<primitives::fold_in>,
    .examples = [] { return std::vector<Example>{{{sample_key(), astype(Array(5), DType::i32)}}}; },
};

const ir::Primitive primitives::random_uniform{
    .name = "random_uniform",
    .doc = "uniform in [0, 1), by Philox 4x32-10",
    .types = [](std::span<const Type> o, const Attributes& a) { return drawn_types("random_uniform", o, a); },
    .evaluate = uniform_evaluate,
    .lowering = Lowering::call,
    .batch = batch<primitives::random_uniform>,
    .examples = drawn_examples,
};

const ir::Primitive primitives::random_normal{
    .name = "random_normal",
    .doc = "standard normal, by Philox 4x32-10 and Box-Muller",
    .types = [](std::span<const Type> o, const Attributes& a) { return drawn_types("random_normal", o, a); },
    .evaluate = normal_evaluate,
    .lowering = Lowering::call,
    .batch = batch<primitives::random_normal>,
    .examples = drawn_examples,
};

Array random_key(std::uint64_t seed) {
  const auto low = std::bit_cast<std::int32_t>(static_cast<std::uint32_t>(seed));
  const auto high = std::bit_cast<std::int32_t>(static_cast<std::uint32_t>(seed >> 32U));
  return Array({static_cast<double>(low), static_cast<double>(high)}, {2}, DType::i32);
}

Array fold_in(const Operand& key, const Operand& number) {
  return ir::apply(primitives::fold_in, std::vector<Array>{key.array, astype(number, DType::i32)}, {}, key.where);
}

Array random_uniform(const Operand& key, const Shape& shape, DType dtype) {
  return ir::apply(primitives::random_uniform, std::vector<Array>{key.array},
                   {{"shape", shape.lengths()}, {"dtype", dtype}}, key.where);
}

Array random_normal(const Operand& key, const Shape& shape, DType dtype) {
  return ir::apply(primitives::random_normal, std::vector<Array>{key.array},
                   {{"shape", shape.lengths()}, {"dtype", dtype}}, key.where);
}

}  // namespace downhill
