#include "analysis/colouring.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>

namespace downhill::analysis {
namespace {

SparsityPattern pattern_of(std::size_t rows, std::size_t columns,
                           const std::function<bool(std::size_t, std::size_t)>& is_entry) {
  SparsityPattern result;
  result.columns = columns;
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) {
      if (is_entry(i, j)) result.entries.push_back(static_cast<std::uint32_t>(j));
    }
    result.begin.push_back(result.entries.size());
  }
  return result;
}

SparsityPattern band(std::size_t n, std::size_t width) {
  return pattern_of(n, n, [width](std::size_t i, std::size_t j) { return i <= j + width && j <= i + width; });
}
SparsityPattern arrow(std::size_t n, std::size_t hub) {
  return pattern_of(n, n, [hub](std::size_t i, std::size_t j) { return i == j || i == hub || j == hub; });
}
SparsityPattern scattered(std::size_t n, double share, unsigned seed) {
  std::mt19937 random(seed);
  std::bernoulli_distribution is_entry(share);
  return symmetric(pattern_of(n, n, [&](std::size_t, std::size_t) { return is_entry(random); }));
}

// A symmetric matrix with the pattern, its products with the colours' vectors, and the entries read from these.
void expect_recovered(const SparsityPattern& pattern) {
  const Colouring colouring = star_colouring(pattern);
  const std::size_t n = pattern.rows();
  const auto entry = [](std::size_t i, std::size_t j) {
    return 1.0 + static_cast<double>(std::min(i, j)) + 1000.0 * static_cast<double>(std::max(i, j));
  };
  std::vector<double> products(colouring.count * n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    for (const std::uint32_t j : pattern.row(i)) products[colouring.colours[j] * n + i] += entry(i, j);
  }
  const std::vector<std::size_t> places = places_in_products(pattern, colouring);
  ASSERT_EQ(places.size(), pattern.entries.size());
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = pattern.begin[i]; k < pattern.begin[i + 1]; ++k) {
      ASSERT_EQ(products[places[k]], entry(i, pattern.entries[k])) << i << ", " << pattern.entries[k];
    }
  }
}

TEST(StarColouring, LeavesEveryEntryToBeReadFromTheProducts) {
  for (const std::size_t width : {0U, 1U, 2U, 5U}) expect_recovered(band(40, width));
  for (const std::size_t hub : {0U, 7U, 19U}) expect_recovered(arrow(20, hub));
  for (unsigned seed = 0; seed < 40; ++seed) expect_recovered(scattered(30, 0.01 * (1 + seed % 20), seed));
  expect_recovered(pattern_of(12, 12, [](std::size_t, std::size_t) { return true; }));
  expect_recovered(pattern_of(64, 64, [](std::size_t i, std::size_t j) {  // a grid
    const std::size_t d = i > j ? i - j : j - i;
    return d == 0 || d == 8 || (d == 1 && std::max(i, j) % 8 != 0);
  }));
}

TEST(StarColouring, NeedsFewColoursWhereFewEntriesAre) {
  EXPECT_EQ(star_colouring(band(40, 0)).count, 1U);
  EXPECT_EQ(star_colouring(band(1000, 1)).count, 3U);
  EXPECT_LE(star_colouring(band(1000, 2)).count, 5U);
  for (const std::size_t hub : {0U, 7U, 19U}) EXPECT_EQ(star_colouring(arrow(20, hub)).count, 2U);
}

TEST(ColumnColouring, PutsNoTwoEntriesOfARowInOneColour) {
  std::mt19937 random(3);
  std::bernoulli_distribution is_entry(0.06);
  const SparsityPattern pattern = pattern_of(30, 50, [&](std::size_t, std::size_t) { return is_entry(random); });
  const Colouring colouring = column_colouring(pattern);
  for (std::size_t i = 0; i < pattern.rows(); ++i) {
    std::vector<std::uint32_t> colours;
    for (const std::uint32_t j : pattern.row(i)) colours.push_back(colouring.colours[j]);
    std::ranges::sort(colours);
    EXPECT_EQ(std::ranges::adjacent_find(colours), colours.end()) << i;
  }
  EXPECT_LE(colouring.count, 20U);
  EXPECT_EQ(column_colouring(band(100, 1)).count, 3U);
  EXPECT_EQ(transposed(transposed(pattern)), pattern);
}

}  // namespace
}  // namespace downhill::analysis
