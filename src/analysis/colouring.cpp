#include "analysis/colouring.hpp"

#include <algorithm>
#include <numeric>
#include <unordered_map>
#include <utility>

namespace downhill::analysis {
namespace {

constexpr std::uint32_t none = ~std::uint32_t{0};

// Two neighbours of a column that have one colour make it the hub of a star of two colours, of which they are spokes. What is kept of each
// column is the colours of the hubs whose spoke it is: another neighbour of a spoke may not have its hub's colour, since the hub has
// more spokes of this one's.
class StarColouring {
 public:
  explicit StarColouring(const SparsityPattern& pattern)
      : pattern_(pattern), colours_(pattern.rows(), none), hubs_of_(pattern.rows()) {}

  Colouring run(const std::vector<std::uint32_t>& order) {
    for (const std::uint32_t v : order) {
      forbid_around(v);
      std::uint32_t colour = 0;
      while (colour < forbidden_by_.size() && forbidden_by_[colour] == v) ++colour;
      colours_[v] = colour;
      count_ = std::max<std::size_t>(count_, colour + 1);
      for (const std::uint32_t w : pattern_.row(v)) {
        if (w == v || colours_[w] == none) continue;
        join(w, v);
        join(v, w);
      }
    }
    return {colours_, count_};
  }

 private:
  void forbid(std::uint32_t colour, std::uint32_t v) {
    if (colour >= forbidden_by_.size()) forbidden_by_.resize(colour + 1, none);
    forbidden_by_[colour] = v;
  }

  void forbid_around(std::uint32_t v) {
    first_with_.clear();
    for (const std::uint32_t w : pattern_.row(v)) {
      if (w == v || colours_[w] == none) continue;
      forbid(colours_[w], v);
      for (const std::uint32_t colour : hubs_of_[w]) forbid(colour, v);
      const auto [first, is_new] = first_with_.try_emplace(colours_[w], w);
      if (is_new) continue;
      forbid_neighbours(w, v);
      if (first->second != none) forbid_neighbours(std::exchange(first->second, none), v);
    }
  }

  void forbid_neighbours(std::uint32_t w, std::uint32_t v) {
    for (const std::uint32_t x : pattern_.row(w)) {
      if (x != v && colours_[x] != none) forbid(colours_[x], v);
    }
  }

  // `spoke` is a neighbour of `hub`: with another of its colour both are spokes.
  void join(std::uint32_t hub, std::uint32_t spoke) {
    const std::uint64_t key = (std::uint64_t{hub} << 32U) | colours_[spoke];
    const auto [first, is_new] = single_.try_emplace(key, spoke);
    if (is_new) return;
    if (first->second != none) hubs_of_[std::exchange(first->second, none)].push_back(colours_[hub]);
    hubs_of_[spoke].push_back(colours_[hub]);
  }

  const SparsityPattern& pattern_;
  std::vector<std::uint32_t> colours_;
  std::vector<std::vector<std::uint32_t>> hubs_of_;
  std::unordered_map<std::uint64_t, std::uint32_t>
      single_;  // of a column and a colour, the only neighbour; none: there are more
  std::unordered_map<std::uint32_t, std::uint32_t> first_with_;  // the same around the column to be coloured
  std::vector<std::uint32_t> forbidden_by_;                      // of each colour, the last column it was forbidden to
  std::size_t count_ = 0;
};

}  // namespace

Colouring star_colouring(const SparsityPattern& symmetric) {
  std::vector<std::uint32_t> order(symmetric.rows());
  std::iota(order.begin(), order.end(), 0U);
  Colouring best = StarColouring(symmetric).run(order);
  std::ranges::stable_sort(
      order, [&](std::uint32_t a, std::uint32_t b) { return symmetric.row(a).size() > symmetric.row(b).size(); });
  Colouring other = StarColouring(symmetric).run(order);
  return other.count < best.count ? other : best;
}

std::vector<std::size_t> places_in_products(const SparsityPattern& symmetric, const Colouring& colouring) {
  const std::size_t n = symmetric.rows();
  std::vector<std::size_t> result;
  result.reserve(symmetric.entries.size());
  std::vector<std::size_t> seen(colouring.count, 0);  // row + 1, doubled; odd where the colour came twice
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t once = 2 * (i + 1);
    for (const std::uint32_t j : symmetric.row(i)) {
      std::size_t& mark = seen[colouring.colours[j]];
      mark = mark == once || mark == once + 1 ? once + 1 : once;
    }
    for (const std::uint32_t j : symmetric.row(i)) {
      const bool is_alone = seen[colouring.colours[j]] == once;
      result.push_back(is_alone ? colouring.colours[j] * n + i : colouring.colours[i] * n + j);
    }
  }
  return result;
}

SparsityPattern transposed(const SparsityPattern& pattern) {
  SparsityPattern result;
  result.columns = pattern.rows();
  result.begin.assign(pattern.columns + 1, 0);
  for (const std::uint32_t j : pattern.entries) ++result.begin[j + 1];
  std::partial_sum(result.begin.begin(), result.begin.end(), result.begin.begin());
  result.entries.resize(pattern.entries.size());
  std::vector<std::size_t> next(result.begin.begin(), result.begin.end() - 1);
  for (std::size_t i = 0; i < pattern.rows(); ++i) {
    for (const std::uint32_t j : pattern.row(i)) result.entries[next[j]++] = static_cast<std::uint32_t>(i);
  }
  return result;
}

Colouring column_colouring(const SparsityPattern& pattern) {
  const SparsityPattern columns = transposed(pattern);
  Colouring result;
  result.colours.assign(pattern.columns, none);
  std::vector<std::uint32_t> forbidden_by;
  for (std::uint32_t j = 0; j < pattern.columns; ++j) {
    for (const std::uint32_t i : columns.row(j)) {
      for (const std::uint32_t k : pattern.row(i)) {
        if (result.colours[k] != none) forbidden_by[result.colours[k]] = j;
      }
    }
    std::uint32_t colour = 0;
    while (colour < forbidden_by.size() && forbidden_by[colour] == j) ++colour;
    if (colour == forbidden_by.size()) forbidden_by.push_back(none);
    result.colours[j] = colour;
  }
  result.count = forbidden_by.size();
  return result;
}

}  // namespace downhill::analysis
