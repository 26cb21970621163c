#include "exec/schedule/draft.hpp"
#include "ir/hashing.hpp"

#include <algorithm>

namespace downhill::exec::scheduling {
namespace {

using ir::mix;

std::uint64_t hash_of(std::uint64_t seed, const Affine& f) {
  seed = mix(seed, static_cast<std::uint64_t>(f.offset));
  const auto factors = [&](const std::vector<std::int64_t>& all) {
    for (std::size_t k = 0; k < all.size(); ++k) {
      if (all[k] != 0) {
        seed = mix(mix(seed, k), static_cast<std::uint64_t>(all[k]));
      }
    }
  };
  factors(f.axis);
  factors(f.loop);
  return seed;
}

std::uint64_t hash_of(const DraftElement& element) {
  std::uint64_t h = mix(static_cast<std::uint64_t>(element.kind), static_cast<std::uint64_t>(element.dtype));
  h = mix(h, element.access.place);
  for (const Affine& f : element.access.index) {
    h = hash_of(h, f);
  }
  for (const Guard& guard : element.guards) {
    h = hash_of(mix(mix(h, static_cast<std::uint64_t>(guard.begin)), static_cast<std::uint64_t>(guard.end)),
                guard.position);
  }
  for (const ElementId operand : element.operands) {
    h = mix(h, operand);
  }
  return element.code != nullptr ? mix(h, element.code->instructions.size()) : h;
}

bool same_guards(const std::vector<Guard>& a, const std::vector<Guard>& b) {
  return std::ranges::equal(a, b, [](const Guard& x, const Guard& y) {
    return x.begin == y.begin && x.end == y.end && same(x.position, y.position);
  });
}

bool same_element(const DraftElement& a, const DraftElement& b) {
  return a.kind == b.kind && a.dtype == b.dtype && a.operands == b.operands && a.access == b.access &&
         same_guards(a.guards, b.guards) &&
         (a.code == b.code || (a.code != nullptr && b.code != nullptr && *a.code == *b.code));
}

}  // namespace

ElementId Body::add(DraftElement element) {
  const std::uint64_t h = hash_of(element);
  const auto [begin, end] = known_.equal_range(h);
  for (auto it = begin; it != end; ++it) {
    if (same_element(elements_[it->second], element)) {
      return it->second;
    }
  }
  const auto id = static_cast<ElementId>(elements_.size());
  weight_ += element.code != nullptr ? element.code->instructions.size() : 1;
  elements_.push_back(std::move(element));
  known_.emplace(h, id);
  return id;
}

ElementId Body::load(DType dtype, Access access, std::vector<Guard> guards) {
  return add(
      {.kind = DraftElement::Kind::load, .dtype = dtype, .access = std::move(access), .guards = std::move(guards)});
}

ElementId Body::formula(DType dtype, std::shared_ptr<const ScalarCode> code, std::vector<ElementId> operands) {
  return add(
      {.kind = DraftElement::Kind::formula, .dtype = dtype, .code = std::move(code), .operands = std::move(operands)});
}

ElementId Body::select(DType dtype, std::vector<ElementId> operands, std::vector<Guard> guards) {
  return add({.kind = DraftElement::Kind::select,
              .dtype = dtype,
              .guards = std::move(guards),
              .operands = std::move(operands)});
}

}  // namespace downhill::exec::scheduling
