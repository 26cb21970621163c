#include <gtest/gtest.h>
#include <downhill/error.hpp>
#include <downhill/loss.hpp>

#include <cmath>
#include <numbers>

#include "optimize/rules.hpp"
#include "options/fields.hpp"

/// What rules combine with, and rules as methods.
namespace downhill {
namespace {

using namespace downhill::testing;

double rate_at(std::string_view text, double count) { return Schedule::registry().parse(text).at(Array(count)).item(); }

TEST(Schedules, AreTheirFormulas) {
  EXPECT_EQ(rate_at("constant(0.3)", 1000), 0.3);
  EXPECT_EQ(rate_at("step(initial=0.5, factor=0.5, every=10)", 9), 0.5);
  EXPECT_EQ(rate_at("step(initial=0.5, factor=0.5, every=10)", 20), 0.125);
  EXPECT_NEAR(rate_at("exponential(initial=0.5, factor=0.9, every=2)", 3), 0.5 * std::pow(0.9, 1.5), 1e-16);
  EXPECT_EQ(rate_at("cosine(initial=0.1, steps=8)", 0), 0.1);
  EXPECT_NEAR(rate_at("cosine(initial=0.1, steps=8, last=0.02)", 2), 0.02 + 0.04 * (1 + std::sqrt(0.5)), 1e-16);
  EXPECT_EQ(rate_at("cosine(initial=0.1, steps=8)", 8), 0);
  EXPECT_EQ(rate_at("cosine(initial=0.1, steps=8)", 9), 0);
  EXPECT_EQ(rate_at("warm_up(steps=4, then=0.2)", 0), 0.05);
  EXPECT_EQ(rate_at("warm_up(steps=4, then=0.2)", 3), 0.2);
  EXPECT_EQ(rate_at("warm_up(steps=4, then=cosine(initial=0.2, steps=8))", 8),
            rate_at("cosine(initial=0.2, steps=8)", 4));
}

TEST(Schedules, AreWrittenAsNumbersWhereTheyAreConstant) {
  EXPECT_EQ(parse_rule("adam(learning_rate=0.1)").text(), "adam(learning_rate=0.1)");
  EXPECT_EQ(parse_rule("adam(learning_rate=constant(0.1))").text(), "adam(learning_rate=0.1)");
  const std::string nested = "adam(learning_rate=warm_up(steps=5, then=cosine(steps=10)), clip=norm(largest=2))";
  EXPECT_EQ(parse_rule(nested).text(), nested);
  EXPECT_EQ(Rule(Adam{.learning_rate = CosineDecay{.initial = 0.2}, .clip = ClipByNorm{2}, .average = Ema{0.9}}).text(),
            "adam(learning_rate=cosine(initial=0.2), clip=norm(largest=2), average=ema(decay=0.9))");
}

std::string refusal(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was refused";
}

TEST(Schedules, RefuseRatesThatAreNotPositive) {
  EXPECT_EQ(refusal([] { (void)parse_rule("adam(learning_rate=-1)"); }),
            "adam: learning_rate = -1 is outside (0, inf)");
  EXPECT_EQ(refusal([] { (void)Rule(Adam{.learning_rate = 0}); }), "constant: rate = 0 is outside (0, inf)");
  EXPECT_EQ(refusal([] { (void)parse_rule("sgd(learning_rate=linear)"); }),
            "sgd: unknown learning_rate 'linear' (known: constant, step, exponential, cosine, warm_up)");
}

TEST(Clipping, ByNormTakesAllArraysTogether) {
  const Rule rule = Sgd{.learning_rate = 1, .clip = ClipByNorm{1}};
  const std::vector<Rule::Parameter> from{parameter(rule, zeros({2})), parameter(rule, zeros({}))};
  const std::vector<Array> gradients{Array{0, 6}, Array(std::vector<double>{8}, {})};
  const auto next = rule.update(from, gradients, Array(0.0));
  EXPECT_EQ(next[0].x.values(), (std::vector<double>{0, -0.6000000000000001}));
  EXPECT_EQ(next[1].x.item(), -0.8);
  const std::vector<Array> small{Array{0, 0.25}, zeros({})};
  EXPECT_EQ(rule.update(from, small, Array(0.0))[0].x.values(), (std::vector<double>{0, -0.25})) << "left as they are";
}

TEST(Clipping, ByValueTakesEachEntry) {
  const Rule rule = Sgd{.learning_rate = 1, .clip = ClipByValue{0.5}};
  EXPECT_EQ(stepped(rule, parameter(rule, zeros({3})), Array{-2, 0.25, 2}, 0).x.values(),
            (std::vector<double>{0.5, -0.25, -0.5}));
}

TEST(WeightDecay, IsApartFromTheGradient) {
  const Rule rule = Adam{.learning_rate = 0.1, .weight_decay = 0.5};
  EXPECT_EQ(stepped(rule, parameter(rule, Array{2}), Array{0}, 0).x.values(), std::vector<double>{1.9});
}

TEST(Averages, AreTheMeansTheySay) {
  const Rule ema = Sgd{.learning_rate = 1, .average = Ema{0.75}};
  const Rule polyak = Sgd{.learning_rate = 1, .average = Polyak{.begin = 1}};
  Rule::Parameter a = parameter(ema, Array{0});
  Rule::Parameter b = parameter(polyak, Array{0});
  const std::vector<double> ema_results{1, 2.75, 4.0625};
  const std::vector<double> polyak_results{4, 8, 8};  // of 8 and 8: the 4 is left out
  const std::vector<double> gradients{-4, -4, 0};
  for (std::size_t k = 0; k < 3; ++k) {
    a = stepped(ema, a, Array{gradients[k]}, k);
    b = stepped(polyak, b, Array{gradients[k]}, k);
    EXPECT_EQ(ema.result(a).item(), ema_results[k]);
    EXPECT_EQ(polyak.result(b).item(), polyak_results[k]);
    EXPECT_EQ(a.x.values(), b.x.values()) << "the rule goes on from its own x";
  }
}

Array bowl(const Array& x) { return sum(Array{1, 3} * square(x - Array{1, 2})); }

TEST(RuleMethods, OfYourOwnRunLikeTheOthers) {
  const CustomRule signum{
      .name = "signum",
      .learning_rate = ExponentialDecay{.initial = 0.1, .factor = 0.99},
      .start = [](const Array& x) { return std::vector<NamedArray>{{"momentum", zeros(x.shape(), x.dtype())}}; },
      .update = [](const RuleInput& in) -> RuleOutput {
        const Array m = 0.9 * in.state[0] + 0.1 * in.gradient;
        return {in.x - in.learning_rate * sign(m), {m}};
      }};
  const Result r = minimize(bowl, Array{0, 0}, Rule(signum));
  EXPECT_TRUE(r.success) << r.message;
  EXPECT_EQ(r.method, "signum");
  EXPECT_NEAR(r.x[0], 1, 1e-9);
  EXPECT_NEAR(r.x[1], 2, 1e-9);
}

TEST(RuleMethods, OfYourOwnMustKeepTheirTypes) {
  const auto with = [](std::function<RuleOutput(const RuleInput&)> update) {
    return refusal([&] { (void)minimize(bowl, Array{0, 0}, Rule(CustomRule{.name = "mine", .update = update})); });
  };
  EXPECT_EQ(with([](const RuleInput& in) -> RuleOutput { return {sum(in.x), {}}; }),
            "mine: the new x is of another type: f64[] where f64[2] is needed");
  EXPECT_EQ(with([](const RuleInput& in) -> RuleOutput { return {in.x, {in.x}}; }),
            "mine: the state has 1 arrays where 0 are needed");
  EXPECT_EQ(refusal([] { (void)Rule(CustomRule{.name = "mine"}); }), "mine: there is no update");
}

TEST(RuleMethods, SayWhenTheLearningRateIsTooLarge) {
  const Result r = minimize(bowl, Array{0, 0}, Sgd{.learning_rate = 1});
  EXPECT_EQ(r.reason, Reason::diverged) << r.message;
  EXPECT_FALSE(r.success);
  EXPECT_NE(r.message.find("hint: use a smaller learning rate"), std::string::npos) << r.message;
  EXPECT_EQ(r.x, (std::vector<double>{0, 0})) << "the best point";
}

TEST(RuleMethods, TakeOneGradientAStepAndTwoWhereTheyAverage) {
  const auto gradients = [](const Method& method) {
    std::uint64_t count = 0;
    const RunOptions run{.callback = [&](const Progress& progress) {
      count = progress.evaluations.gradient;
      return Continue::yes;
    }};
    (void)minimize(bowl, Array{0, 0}, method, {.max_iterations = 12}, run);
    return count;
  };
  EXPECT_EQ(gradients(Adam{}), 13u);
  EXPECT_EQ(gradients(Adam{.average = Ema{}}), 25u);
  EXPECT_EQ(gradients(ScheduleFree{.learning_rate = 0.01}), 25u);
}

TEST(RuleMethods, ReportTheAverage) {
  const Stop stop{.max_iterations = 3};
  const Result plain = minimize(bowl, Array{0, 0}, Sgd{.learning_rate = 0.05}, stop, {.record = Record::points});
  const Result mean = minimize(bowl, Array{0, 0}, Sgd{.learning_rate = 0.05, .average = Polyak{}}, stop);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_NEAR(mean.x[i], (plain.trace[1].x[i] + plain.trace[2].x[i] + plain.trace[3].x[i]) / 3, 1e-15);
  }
}

TEST(RuleMethods, CompileTheirUpdateOnce) {
  const Method method = Adam{.learning_rate = CosineDecay{.steps = 40}};
  Objective f = traced_objective(as_array_function(bowl), Type{DType::f64, {2}});
  const std::vector<double> x0{0, 0};
  (void)minimize(f, x0, method, {.max_iterations = 3});
  const std::size_t compiled = compiled_programs();
  (void)minimize(f, x0, method, {.max_iterations = 100});
  EXPECT_EQ(compiled_programs(), compiled);
}

}  // namespace
}  // namespace downhill
