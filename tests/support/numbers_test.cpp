#include "support/numbers.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

namespace downhill {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

TEST(Numbers, ShortestIsShortAndReadsBackToTheSameBits) {
  EXPECT_EQ(shortest(0.1), "0.1");
  EXPECT_EQ(shortest(0.0001), "0.0001");
  EXPECT_EQ(shortest(1e-8), "1e-08");
  EXPECT_EQ(shortest(1e22), "1e+22");
  EXPECT_EQ(shortest(3.0), "3");
  EXPECT_EQ(shortest(-0.0), "-0");
  EXPECT_EQ(shortest(inf), "inf");
  EXPECT_EQ(shortest(-inf), "-inf");
  EXPECT_EQ(shortest(std::nan("")), "nan");
  EXPECT_EQ(shortest(-std::nan("")), "nan");
  EXPECT_EQ(shortest(0.1F), "0.1");
  std::mt19937_64 bits(1);
  for (int i = 0; i < 20000; ++i) {
    const auto number = std::bit_cast<double>(bits());
    if (std::isnan(number)) continue;
    EXPECT_EQ(read_number(shortest(number)), number);
    EXPECT_EQ(read_number(digits17(number)), number);
  }
}

TEST(Numbers, SeventeenDigitsAreAllThere) {
  EXPECT_EQ(digits17(0.1), "0.10000000000000001");
  EXPECT_EQ(digits17(1.0), "1");
  EXPECT_EQ(digits17(-inf), "-inf");
  EXPECT_EQ(rounded(2.0 / 3, 4), "0.6667");
}

TEST(Numbers, ReadsWhatPythonReads) {
  EXPECT_EQ(read_number("12"), 12);
  EXPECT_EQ(read_number("-1.5e-3"), -1.5e-3);
  EXPECT_EQ(read_number("+.5"), 0.5);
  EXPECT_EQ(read_number("5."), 5);
  EXPECT_EQ(read_number("1_000.000_1"), 1000.0001);
  EXPECT_EQ(read_number("1E+2"), 100);
  EXPECT_EQ(read_number("INF"), inf);
  EXPECT_EQ(read_number("-Infinity"), -inf);
  EXPECT_TRUE(std::isnan(read_number("NaN").value()));
  EXPECT_EQ(read_number("4.9406564584124654e-324"), std::numeric_limits<double>::denorm_min());
}

TEST(Numbers, OverflowIsInfiniteAndUnderflowIsZero) {
  EXPECT_EQ(read_number("1e999"), inf);
  EXPECT_EQ(read_number("-1e999"), -inf);
  EXPECT_EQ(read_number("1e-999"), 0);
  EXPECT_EQ(read_number("0.000000001e-400"), 0);
  EXPECT_EQ(read_number("1" + std::string(400, '0')), inf);
  EXPECT_EQ(read_number("0." + std::string(400, '0') + "1"), 0);
  EXPECT_EQ(read_number("1e99999999999999999999"), inf);
  EXPECT_EQ(read_number("1e-99999999999999999999"), 0);
  EXPECT_EQ(read_number("0e99999999999999999999"), 0);
}

TEST(Numbers, RefusesWhatIsNotANumber) {
  for (const char* text :
       {"", "-", ".", "e5", "1e", "1e+", "1 ", " 1", "1_", "_1", "1__0", "0x10", "1,5", "--1", "in", "1.2.3", "1f"}) {
    EXPECT_EQ(read_number(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace downhill
