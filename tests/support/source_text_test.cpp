#include "support/source_text.hpp"

#include <gtest/gtest.h>

namespace downhill {
namespace {

TEST(SourceText, PositionsCountLinesAndCharactersFromOne) {
  EXPECT_EQ(position_of("ab\ncd", 0).column, 1U);
  EXPECT_EQ(position_of("ab\ncd", 4).line, 2U);
  EXPECT_EQ(position_of("ab\ncd", 4).column, 2U);
  EXPECT_EQ(position_of("\u03b1\u03b2c", 4).column, 3U);
  EXPECT_EQ(position_of("ab", 99).column, 3U);
}

TEST(SourceText, TheCaretStandsBelowTheCharacter) {
  EXPECT_EQ(point_at("x + 2 y", 6), "\n  x + 2 y\n        ^");
  EXPECT_EQ(point_at("a = 1\nb = $\nc", 10), "\n  b = $\n      ^");
  EXPECT_EQ(point_at("\u03b1 $", 3), "\n  \u03b1 $\n    ^");
  EXPECT_EQ(point_at("x\t$", 2), "\n  x $\n    ^");
  EXPECT_EQ(point_at("", 0), "\n  \n  ^");
  EXPECT_EQ(point_at("ab", 99), "\n  ab\n    ^");
}

TEST(SourceText, ALongLineIsCutAroundTheCaret) {
  const std::string text = std::string(500, 'a') + "$" + std::string(500, 'b');
  const std::string shown = point_at(text, 500);
  EXPECT_LT(shown.size(), 300U);
  const auto line = shown.find("\n  ...") + 3;
  const auto caret = shown.find("\n  ", line) + 3;
  EXPECT_EQ(shown[line + shown.substr(caret).find('^')], '$');
}

}  // namespace
}  // namespace downhill
