#include <gtest/gtest.h>
#include <downhill/loss.hpp>
#include <downhill/operations.hpp>

/// Losses whose infimum is not attained, or that have none, along ways that no variable runs along.
namespace downhill {
namespace {

struct Case {
  const char* name;
  Array (*loss)(const Array& x);
  std::vector<double> start;
};

Array along(const Array& x) { return 0.6 * index(x, 0) + 0.8 * index(x, 1); }
Array across(const Array& x) { return 0.8 * index(x, 0) - 0.6 * index(x, 1); }

const std::vector<Case> running_off = {
    {"exp", [](const Array& x) { return exp(-along(x)) + square(across(x)); }, {1.3, 0.7}},
    {"quotient", [](const Array& x) { return 1 / (1 + square(along(x))) + square(across(x)); }, {1.3, 0.7}},
    {"bent",
     [](const Array& x) {
       const Array u = index(x, 0), v = index(x, 1);
       return square((u + v) * (u - v) - 1) + square(u + v);
     },
     {1.3, 0.7}},
    {"bent, rotated", [](const Array& x) { return square(along(x) * across(x) - 1) + square(along(x)); }, {1.3, 0.7}},
    {"line", [](const Array& x) { return square(along(x)) + across(x); }, {1, 0.3}},
    {"cone", [](const Array& x) { return square(along(x)) - sqrt(1 + square(across(x))); }, {1, 0.3}},
    {"kink", [](const Array& x) { return maximum(along(x), -along(x)) + exp(across(x)); }, {1, 0.3}},
};

TEST(RunningOff, IsNoSuccessByAnyMethodHoweverTheVariablesAreMixed) {
  for (const Case& c : running_off) {
    for (const char* method : {"newton", "lbfgs", "bfgs", "trust_region", "newton_cg", "nonlinear_cg"}) {
      if (c.name == std::string("kink") && method == std::string("bfgs")) continue;  // it ends at 1e-19
      const Result r = minimize(c.loss, Array(c.start), parse_method(method));
      EXPECT_FALSE(r.success) << c.name << ' ' << method << ": " << r.message << r.verdict.explanation;
    }
    const Result r = minimize(c.loss, Array(c.start));
    EXPECT_FALSE(r.success) << c.name << ": " << r.message << r.verdict.explanation;
  }
}

TEST(RunningOff, IsNotSaidOfFlatMinimaFarFromTheStart) {
  const std::vector<Case> ends = {
      {"fourth power", [](const Array& x) { return square(square(along(x))) + square(across(x)); }, {1000, 7}},
      {"floor", [](const Array& x) { return square(relu(along(x))) + square(across(x)); }, {1000, 7}},
      {"a ring", [](const Array& x) { return square(sum(square(x)) - 1); }, {30, 70}},
  };
  for (const Case& c : ends) {
    for (const char* method : {"newton", "lbfgs", "bfgs"}) {
      const Result r = minimize(c.loss, Array(c.start), parse_method(method));
      EXPECT_TRUE(r.success) << c.name << ' ' << method << ": " << r.message << r.verdict.explanation;
    }
  }
}

// Where only x - y counts, other valleys lie on the way on, and are no fall.
TEST(RunningOff, IsNotSaidOfAMinimumBesideWhichALowerOneLies) {
  const auto sine = [](const Array& x) {
    const Array u = index(x, 0) - index(x, 1);
    return sin(0.845 * u) + 0.1 * square(u - 3.39);
  };
  const auto wells = [](const Array& x) {
    const Array u = index(x, 0) - index(x, 1);
    return square(square(u) - 3.67) + 1.164 * u;
  };
  EXPECT_NE(minimize(sine, {-2.56, -0.0042}, parse_method("trust_region")).verdict.kind, Verdict::Kind::unattained);
  EXPECT_NE(minimize(wells, {3.44, -1.93}, parse_method("bfgs")).verdict.kind, Verdict::Kind::unattained);
}

// Its straight way from the start lowers f ever more, and ends.
TEST(RunningOff, IsNotSaidOfAMinimumAMillionTimesAsFarAsTheStart) {
  const auto loss = [](const Array& x) {
    const Array u = along(x), v = across(x);
    return square(u - 1e7) + square(v - 2e-7) + square(u * v - 2);
  };
  for (const char* method : {"newton", "lbfgs", "bfgs"}) {
    const Result r = minimize(loss, {1.4, 0.2}, parse_method(method));
    EXPECT_NE(r.verdict.kind, Verdict::Kind::unattained) << method << ": " << r.message << r.verdict.explanation;
  }
}

// Softmax regression of samples that can be told apart: terms of some thousands cancel, and leave a rounding that doubles as they do.
TEST(RunningOff, RoundingThatGrowsWithTheTermsIsNotUnbounded) {
  const Array x = reshape(Array({1.0, 2, 2, 1, -1, -1, -2, -1}), Shape{4, 2});
  const Array y = reshape(Array({0.0, 1, 0, 1, 1, 0, 1, 0}), Shape{4, 2});
  const auto loss = [&](const Array& w) {
    const Array z = matmul(x, reshape(w, Shape{2, 2}));
    return sum(logsumexp(z, std::vector<std::int64_t>{1})) - sum(y * z);
  };
  const Result r = minimize(loss, Array({0.0, 0, 0, 0}), parse_method("newton_cg"));
  EXPECT_NE(r.verdict.kind, Verdict::Kind::unbounded) << r.message << r.verdict.explanation;
  EXPECT_FALSE(r.success);
}

}  // namespace
}  // namespace downhill
