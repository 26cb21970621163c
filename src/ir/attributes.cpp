#include "ir/attributes.hpp"

#include "ir/graph.hpp"
#include "ir/hashing.hpp"

#include <fmt/format.h>

#include <bit>
#include <stdexcept>

namespace downhill::ir {
namespace {

bool same(const Attribute& a, const Attribute& b) {
  if (a.index() != b.index()) {
    return false;
  }
  if (const auto* graph = std::get_if<SubGraph>(&a)) {
    const auto& other = std::get<SubGraph>(b);
    return *graph == other || **graph == *other;
  }
  if (const auto* number = std::get_if<double>(&a)) {
    return std::bit_cast<std::uint64_t>(*number) == std::bit_cast<std::uint64_t>(std::get<double>(b));
  }
  return a == b;
}

std::uint64_t hash_of(const Type& type, std::uint64_t seed) {
  seed = mix(seed, static_cast<std::uint64_t>(type.dtype));
  for (const std::int64_t length : type.shape) {
    seed = mix(seed, static_cast<std::uint64_t>(length));
  }
  return seed;
}

struct Hasher {
  std::uint64_t seed;
  std::uint64_t operator()(std::int64_t v) const { return mix(seed, static_cast<std::uint64_t>(v)); }
  std::uint64_t operator()(double v) const { return mix(seed, std::bit_cast<std::uint64_t>(v)); }
  std::uint64_t operator()(const std::string& v) const { return hash_text(v, seed); }
  std::uint64_t operator()(const std::vector<std::int64_t>& v) const {
    return hash_bytes(v.data(), v.size() * 8, seed);
  }
  std::uint64_t operator()(DType v) const { return mix(seed, static_cast<std::uint64_t>(v)); }
  std::uint64_t operator()(const Literal& v) const {
    return hash_bytes(v.buffer.data(), v.buffer.bytes(), hash_of(v.type, seed));
  }
  std::uint64_t operator()(const SubGraph& v) const { return mix(seed, hash(*v)); }
};

}  // namespace

bool Attributes::has(std::string_view name) const {
  for (const auto& [key, value] : entries_) {
    if (key == name) {
      return true;
    }
  }
  return false;
}

const Attribute& Attributes::at(std::string_view name) const {
  for (const auto& [key, value] : entries_) {
    if (key == name) {
      return value;
    }
  }
  throw std::logic_error(fmt::format("attributes: no attribute '{}'", name));
}

bool operator==(const Attributes& a, const Attributes& b) {
  if (a.entries_.size() != b.entries_.size()) {
    return false;
  }
  for (std::size_t k = 0; k < a.entries_.size(); ++k) {
    if (a.entries_[k].first != b.entries_[k].first || !same(a.entries_[k].second, b.entries_[k].second)) {
      return false;
    }
  }
  return true;
}

std::uint64_t hash(const Attributes& attributes) {
  std::uint64_t h = 0;
  for (const auto& [name, value] : attributes) {
    h = std::visit(Hasher{hash_text(name, h)}, value);
  }
  return h;
}

}  // namespace downhill::ir
