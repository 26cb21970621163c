#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace downhill::analysis {

/// Sets of numbers below a bound, each kept once and known by a number of its own.
///
/// A set of more than a quarter of all numbers counts as all of them.
class IndexSets {
 public:
  using Id = std::uint32_t;
  static constexpr Id empty = 0;
  static constexpr Id full = 1;

  explicit IndexSets(std::size_t bound);

  [[nodiscard]] Id single(std::uint32_t index) { return intern({&index, 1}); }
  [[nodiscard]] Id united(Id a, Id b);
  [[nodiscard]] Id united(std::span<const Id> sets);
  /// Ascending; not for `full`.
  [[nodiscard]] std::span<const std::uint32_t> elements(Id id) const {
    return std::span(elements_).subspan(begin_[id], begin_[id + 1] - begin_[id]);
  }
  [[nodiscard]] std::size_t bound() const { return bound_; }
  [[nodiscard]] std::size_t size(Id id) const { return id == full ? bound_ : elements(id).size(); }
  /// Elements kept, of all sets.
  [[nodiscard]] std::size_t total() const { return elements_.size(); }

 private:
  Id intern(std::span<const std::uint32_t> sorted);

  std::size_t bound_;
  std::size_t most_;
  std::vector<std::uint32_t> elements_;
  std::vector<std::size_t> begin_;
  std::unordered_multimap<std::uint64_t, Id> by_hash_;
  std::unordered_map<std::uint64_t, Id> unions_;
  std::vector<std::uint32_t> scratch_;
};

}  // namespace downhill::analysis
