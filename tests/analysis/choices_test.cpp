#include <gtest/gtest.h>
#include <downhill/operations.hpp>

#include <array>

#include "analysis/choices.hpp"
#include "ops/primitives.hpp"

namespace downhill::analysis {
namespace {

// What the last choice of a function of three numbers takes.
Taken taken(const ir::Function& f) {
  const ir::Traced traced = ir::trace(f, std::array{Type{DType::f64, Shape{3}}});
  const std::vector<Taken> all = taken_by_choices(traced);
  Taken result = Taken::unknown;
  for (const ir::Node& node : traced.graph.nodes()) {
    if (node.primitive == &primitives::where) result = all[node.first_result];
  }
  return result;
}

Array first(const Array& x) { return sum(slice(x, {{0, 1}})); }

Taken taken_by(const std::function<Array(const Array&)>& f) {
  return taken([&](std::span<const Array> a) -> std::vector<Array> { return {sum(f(a[0]))}; });
}

TEST(Choices, SidesThatAgreeWhereTheChoiceChangesAreToldApart) {
  const Array positive = {1, 2, 0.5};
  EXPECT_EQ(taken_by([](const Array& x) { return where(greater(x, 0.0), x, -x); }), Taken::larger);
  EXPECT_EQ(taken_by([](const Array& x) { return where(greater(x, 0.0), -x, x); }), Taken::smaller);
  EXPECT_EQ(taken_by([](const Array& x) { return where(less(x, 0.0), 0.1 * x, x); }), Taken::larger);
  EXPECT_EQ(taken_by([](const Array& x) { return where(less_equal(0.3, x), 0.3 - x, 0.0); }), Taken::smaller);
  EXPECT_EQ(taken_by([](const Array& x) { return where(less(x, first(x)), first(x), x); }), Taken::larger);
  EXPECT_EQ(taken_by([&](const Array& x) { return where(greater(x - 0.1, 0.0), (x - 0.1) * positive, 0.0); }),
            Taken::larger);
  EXPECT_EQ(taken_by([&](const Array& x) { return where(greater(x, 0.0), exp(x) + x / 3, exp(x) - 0.7 * x); }),
            Taken::larger);
}

TEST(Choices, OtherSidesAreNot) {
  const Array mixed = {1, -2, 0.5};
  EXPECT_EQ(taken_by([](const Array& x) { return where(greater(x, 0.0), x, 1 - x); }), Taken::unknown);
  EXPECT_EQ(taken_by([](const Array& x) { return where(greater(x, 0.1), x, 0.0); }), Taken::unknown);
  EXPECT_EQ(taken_by([](const Array& x) { return where(greater(x, 0.0), square(x), -x); }), Taken::unknown);
  EXPECT_EQ(taken_by([&](const Array& x) { return where(greater(x, 0.0), mixed * x, 0.0); }), Taken::unknown);
  EXPECT_EQ(taken_by([](const Array& x) { return where(greater(x, first(x)), x, -x); }), Taken::unknown);
  EXPECT_EQ(taken_by([](const Array& x) { return where(equal(x, 0.0), x, -x); }), Taken::unknown);
  EXPECT_EQ(taken_by([&](const Array& x) { return where(greater(mixed, 0.0), x, -x); }), Taken::unknown);
}

}  // namespace
}  // namespace downhill::analysis
