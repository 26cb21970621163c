#include "ir/scalar_code.hpp"
#include "ir/scalar.hpp"

#include <downhill/error.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace downhill::ir {
namespace {

using scalar::constant;
using scalar::record;
using scalar::Recorded;

template <class... T>
ScalarValue run(const ScalarCode& code, T... arguments) {
  const std::array<ScalarValue, sizeof...(T)> values{scalar_value(arguments)...};
  return evaluate(code, values);
}

TEST(ScalarCode, IsPrintedOneInstructionALineWithRareRegionsIndented) {
  const ScalarCode code = record<double(double)>([](auto x) {
    using V = decltype(x);
    return scalar::rare(x < constant<V>(2), [&] { return x / constant<V>(7); }, scalar::fma(x, x, x));
  });
  verify(code);
  EXPECT_EQ(print(code),
            "%0 = f64 argument 0\n"
            "%1 = f64 fma %0 %0 %0\n"
            "%2 = f64 constant 2\n"
            "%3 = mask less %0 %2\n"
            "%4 = f64 rare %3 ? %6 : %1 {\n"
            "  %5 = f64 constant 7\n"
            "  %6 = f64 divide %0 %5\n"
            "}\n"
            "return %4\n");
}

TEST(ScalarCode, RareRunsItsRegionOnlyWhereTheMaskHolds) {
  const ScalarCode code = record<double(double)>([](auto x) {
    using V = decltype(x);
    const auto inner = [&] { return scalar::rare(x < constant<V>(-1), [&] { return -x; }, x + constant<V>(1)); };
    return scalar::rare(x < constant<V>(0), inner, x * x);
  });
  verify(code);
  EXPECT_EQ(to_double(run(code, 3.0)), 9);
  EXPECT_EQ(to_double(run(code, -0.5)), 0.5);
  EXPECT_EQ(to_double(run(code, -4.0)), 4);
}

TEST(ScalarCode, EqualInstructionsAreRecordedOnceAndUnusedOnesNotAtAll) {
  const ScalarCode code = record<float(float, float)>([](auto x, auto y) {
    const auto unused = x / y;
    static_cast<void>(unused);
    return (x + y) * (x + y);
  });
  EXPECT_EQ(code.instructions.size(), 4U);
  EXPECT_EQ(to_double(run(code, 1.5F, 2.0F)), 12.25);
}

TEST(ScalarCode, ConstantsAreFoldedExactly) {
  const ScalarCode code = record<double(double)>([](auto x) {
    using V = decltype(x);
    return x + scalar::sqrt(constant<V>(2)) / constant<V>(3);
  });
  ASSERT_EQ(code.instructions.size(), 3U);
  EXPECT_EQ(to_double(run(code, 0.0)), std::sqrt(2.0) / 3);
}

TEST(ScalarCode, ARegionDoesNotLendItsInstructionsToWhatFollows) {
  const ScalarCode code = record<double(double)>([](auto x) {
    using V = decltype(x);
    const auto first = scalar::rare(x < constant<V>(0), [&] { return x / constant<V>(3); }, x);
    return first + x / constant<V>(3);
  });
  verify(code);
  EXPECT_EQ(to_double(run(code, -3.0)), -2);
  EXPECT_EQ(to_double(run(code, 3.0)), 4);
}

TEST(ScalarCode, ConversionsSaturateAndTakeNanToZero) {
  const ScalarCode to_i32 = record<std::int32_t(double)>([](auto x) { return scalar::convert<std::int32_t>(x); });
  EXPECT_EQ(run(to_i32, 2.9), scalar_value(std::int32_t{2}));
  EXPECT_EQ(run(to_i32, -2.9), scalar_value(std::int32_t{-2}));
  EXPECT_EQ(run(to_i32, 1e300), scalar_value(std::numeric_limits<std::int32_t>::max()));
  EXPECT_EQ(run(to_i32, -1e300), scalar_value(std::numeric_limits<std::int32_t>::min()));
  EXPECT_EQ(run(to_i32, std::nan("")), scalar_value(std::int32_t{0}));
  const ScalarCode narrow = record<float(double)>([](auto x) { return scalar::convert<float>(x); });
  EXPECT_EQ(run(narrow, 0.1), scalar_value(0.1F));
  const ScalarCode from_mask =
      record<double(double)>([](auto x) { return scalar::convert<double>(x < constant<decltype(x)>(1)); });
  EXPECT_EQ(to_double(run(from_mask, 0.5)), 1);
  EXPECT_EQ(to_double(run(from_mask, 1.5)), 0);
  const ScalarCode to_f32 = record<float(std::int32_t)>([](auto x) { return scalar::convert<float>(x); });
  EXPECT_EQ(run(to_f32, std::int32_t{16777217}), scalar_value(16777216.0F));
}

TEST(ScalarCode, ComparisonsWithNanAreFalseButForNotEqual) {
  const double nan = std::nan("");
  const auto outcome = [&](auto f) { return run(record<bool(double, double)>(f), nan, 1.0); };
  EXPECT_EQ(outcome([](auto a, auto b) { return a < b; }), scalar_value(false));
  EXPECT_EQ(outcome([](auto a, auto b) { return a >= b; }), scalar_value(false));
  EXPECT_EQ(outcome([](auto a, auto b) { return a == b; }), scalar_value(false));
  EXPECT_EQ(outcome([](auto a, auto b) { return a != b; }), scalar_value(true));
}

TEST(ScalarCode, IntegersWrapAndShiftAsDeclared) {
  const auto on_bits = [](auto f, std::int32_t a, std::int32_t b) {
    return to_double(run(record<std::int32_t(std::int32_t, std::int32_t)>(f), a, b));
  };
  const std::int32_t top = std::numeric_limits<std::int32_t>::max();
  EXPECT_EQ(on_bits([](auto a, auto b) { return scalar::bits_add(a, b); }, top, 1), -2147483648.0);
  EXPECT_EQ(on_bits([](auto a, auto b) { return scalar::multiply_high(a, b); }, -1, -1), -2);
  EXPECT_EQ(on_bits([](auto a, auto b) { return scalar::shift_right(a, 28) + b; }, -1, 0), 15);
  EXPECT_EQ(on_bits([](auto a, auto b) { return scalar::shift_right_arithmetic(a, 28) + b; }, -1, 0), -1);
  EXPECT_EQ(on_bits([](auto a, auto b) { return scalar::shift_left_by(a, b); }, 1, 33), 2);
  EXPECT_EQ(scalar::multiply_high(std::int64_t{-1}, std::int64_t{-1}), -2);
}

TEST(ScalarCode, LookupReadsItsTable) {
  const std::array<float, 4> table{1, 10, 100, 0.1F};
  const std::span<const float> elements(table);
  const ScalarCode code = record<float(float)>(
      [elements](auto x) { return scalar::lookup<decltype(x)>(elements, scalar::to_bits_integer(x)); });
  verify(code);
  EXPECT_EQ(run(code, 2.0F), scalar_value(100.0F));
  EXPECT_EQ(run(code, 3.0F), scalar_value(0.1F));
}

TEST(ScalarCode, EqualCodesAreEqualAndHashEqual) {
  const auto f = [](auto x) { return x * x; };
  const auto g = [](auto x) { return x + x; };
  EXPECT_EQ(record<double(double)>(f), record<double(double)>(f));
  EXPECT_EQ(hash(record<double(double)>(f)), hash(record<double(double)>(f)));
  EXPECT_NE(record<double(double)>(f), record<double(double)>(g));
  EXPECT_NE(hash(record<double(double)>(f)), hash(record<double(double)>(g)));
  EXPECT_NE(hash(record<double(double)>(f)), hash(record<float(float)>(f)));
}

std::string complaint(const ScalarCode& code) {
  try {
    verify(code);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(ScalarCode, VerifierNamesTheFirstBrokenInstruction) {
  const ScalarCode good = record<double(double)>([](auto x) {
    using V = decltype(x);
    return scalar::rare(x < constant<V>(0), [&] { return x / constant<V>(3); }, x + x);
  });
  ASSERT_EQ(complaint(good), "");
  ScalarCode later = good;
  later.instructions[1].operands[0] = 3;
  EXPECT_EQ(complaint(later), "scalar code: an operand is not known here: %1 = f64 add");
  ScalarCode type = good;
  type.instructions[1].type = ScalarType::f32;
  EXPECT_EQ(complaint(type), "scalar code: an operand has another type: %1 = f32 add");
  ScalarCode region = good;
  region.instructions[4].immediate = 7;
  EXPECT_EQ(complaint(region), "scalar code: its region is too long: %4 = f64 rare");
  ScalarCode leak = good;
  leak.result = 6;
  EXPECT_EQ(complaint(leak), "scalar code: the result is not a f64 value: %6");
  ScalarCode shift = record<std::int64_t(std::int64_t)>([](auto x) { return scalar::shift_left(x, 3); });
  shift.instructions[1].immediate = 64;
  EXPECT_EQ(complaint(shift), "scalar code: the count is out of range: %1 = i64 shift_left");
}

TEST(ScalarCode, EvaluationRefusesArgumentsThatDoNotFit) {
  const ScalarCode code = record<double(double)>([](auto x) { return x; });
  EXPECT_THROW(static_cast<void>(run(code)), Error);
  EXPECT_THROW(static_cast<void>(run(code, 1.0F)), Error);
  EXPECT_THROW(Recorded<double>(1.0), Error);
}

}  // namespace
}  // namespace downhill::ir
