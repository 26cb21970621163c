#include "analysis/index_sets.hpp"

#include <algorithm>
#include <iterator>

namespace downhill::analysis {

namespace {

std::uint64_t hash_of(std::span<const std::uint32_t> elements) {
  std::uint64_t hash = 0x9e3779b97f4a7c15U + elements.size();
  for (const std::uint32_t element : elements) {
    hash = (hash ^ element) * 0xff51afd7ed558ccdU;
    hash ^= hash >> 32U;
  }
  return hash;
}

}  // namespace

IndexSets::IndexSets(std::size_t bound) : bound_(bound), most_(std::max<std::size_t>(bound / 4, 4)), begin_{0, 0, 0} {}

IndexSets::Id IndexSets::united(Id a, Id b) {
  if (a == b || b == empty) return a;
  if (a == empty) return b;
  if (a == full || b == full) return full;
  if (a > b) std::swap(a, b);
  const std::uint64_t key = (std::uint64_t{a} << 32U) | b;
  if (const auto found = unions_.find(key); found != unions_.end()) return found->second;
  scratch_.clear();
  std::ranges::set_union(elements(a), elements(b), std::back_inserter(scratch_));
  const Id result = intern(scratch_);
  unions_.emplace(key, result);
  return result;
}

IndexSets::Id IndexSets::united(std::span<const Id> sets) {
  scratch_.clear();
  Id last = empty;
  for (const Id id : sets) {
    if (id == full) return full;
    if (id == last) continue;
    last = id;
    const auto more = elements(id);
    scratch_.insert(scratch_.end(), more.begin(), more.end());
  }
  std::ranges::sort(scratch_);
  scratch_.erase(std::unique(scratch_.begin(), scratch_.end()), scratch_.end());
  return intern(scratch_);
}

IndexSets::Id IndexSets::intern(std::span<const std::uint32_t> sorted) {
  if (sorted.empty()) return empty;
  if (sorted.size() > most_) return full;
  const std::uint64_t hash = hash_of(sorted);
  const auto [first, last] = by_hash_.equal_range(hash);
  for (auto at = first; at != last; ++at) {
    if (std::ranges::equal(elements(at->second), sorted)) return at->second;
  }
  const Id id = static_cast<Id>(begin_.size() - 1);
  elements_.insert(elements_.end(), sorted.begin(), sorted.end());
  begin_.push_back(elements_.size());
  by_hash_.emplace(hash, id);
  return id;
}

}  // namespace downhill::analysis
