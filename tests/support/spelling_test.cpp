#include "support/spelling.hpp"

#include <gtest/gtest.h>

namespace downhill {
namespace {

TEST(Spelling, TheNearestNameIsFoundWithinAThirdOfItsLetters) {
  const std::vector<std::string_view> names{"exp", "expm1", "sum", "cumsum", "logsumexp", "gradient_descent"};
  EXPECT_EQ(nearest("exq", names), "exp");
  EXPECT_EQ(nearest("smu", names), "sum");
  EXPECT_EQ(nearest("Exp", names), "exp");
  EXPECT_EQ(nearest("logsumepx", names), "logsumexp");
  EXPECT_EQ(nearest("gradient_decent", names), "gradient_descent");
  EXPECT_EQ(nearest("gradientdescemt", names), "gradient_descent");
  EXPECT_EQ(nearest("xy", names), "");
  EXPECT_EQ(nearest("tan", names), "");
  EXPECT_EQ(nearest("", names), "");
}

}  // namespace
}  // namespace downhill
