#include "ir/constant.hpp"

#include <cstring>

namespace downhill::ir {
namespace {

std::vector<Type> types(std::span<const Type>, const Attributes& attributes) {
  return {attributes.get<Literal>("value").type};
}

Status evaluate(const Call& call) {
  const Buffer& buffer = call.attributes.get<Literal>("value").buffer;
  std::memcpy(call.results[0], buffer.data(), buffer.bytes());
  return {};
}

std::vector<Array> batch(const Attributes&, std::span<const Array>, const std::vector<bool>&, std::int64_t) {
  return {};  // has no operands, so it is never batched
}

}  // namespace

const Primitive constant{
    .name = "constant",
    .doc = "the numbers it was made with",
    .types = types,
    .evaluate = evaluate,
    .lowering = Lowering::constant,
    .batch = batch,
};

}  // namespace downhill::ir
