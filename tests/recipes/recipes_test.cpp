#include <gtest/gtest.h>
#include <downhill/learn/layers/scale.hpp>
#include <downhill/learn/network.hpp>
#include <downhill/methods/sign_descent.hpp>
#include <downhill/minimize.hpp>
#include <downhill/operations.hpp>
#include <downhill/random.hpp>
#include <downhill/rules/signum.hpp>

#include <vector>

#include "options/fields.hpp"

// The code under test is in CONTRIBUTING.md.
namespace downhill {

Array cosm1(const Operand& x);

TEST(PrimitiveRecipe, keeps_its_digits_near_zero) {
  EXPECT_EQ(cosm1(1e-9).item(), -5e-19);
  EXPECT_EQ(cos(1e-9).item() - 1, 0);
}

TEST(PrimitiveRecipe, takes_arrays_of_any_shape) {
  const Array x(std::vector<double>{0, 1, 2, 3}, Shape{2, 2});
  EXPECT_EQ(cosm1(x).shape(), x.shape());
  EXPECT_NEAR(cosm1(x).values()[3], -1.9899924966004454, 1e-15);
}

TEST(MethodRecipe, reads_its_text_form) {
  const auto method = options::parse<SignDescent>("sign_descent(step=0.5)");
  EXPECT_EQ(method.step, 0.5);
  EXPECT_EQ(Method(method).text(), "sign_descent(step=0.5)");
}

TEST(MethodRecipe, reaches_the_minimum_of_a_quadratic) {
  Objective f = objective(2, {.value_and_gradient = [](std::span<const double> x, std::span<double> gradient) {
                            gradient[0] = 2 * (x[0] - 1);
                            gradient[1] = 8 * (x[1] + 2);
                            return (x[0] - 1) * (x[0] - 1) + 4 * (x[1] + 2) * (x[1] + 2);
                          }});
  const Result result = minimize(f, std::vector{-1.2, 3.0}, SignDescent{});
  EXPECT_TRUE(result.success) << result.message;
  EXPECT_NEAR(result.x[0], 1, 1e-9);
  EXPECT_NEAR(result.x[1], -2, 1e-9);
}

TEST(RuleRecipe, reads_its_text_form) {
  const auto rule = options::parse<Signum>("signum(learning_rate=cosine(steps=10), clip=norm(1))");
  EXPECT_EQ(Rule(rule).text(), "signum(learning_rate=cosine(steps=10), clip=norm)");
}

TEST(RuleRecipe, reaches_the_minimum_of_a_quadratic_as_a_method) {
  Objective f = objective(2, {.value_and_gradient = [](std::span<const double> x, std::span<double> gradient) {
                            gradient[0] = 2 * (x[0] - 1);
                            gradient[1] = 8 * (x[1] + 2);
                            return (x[0] - 1) * (x[0] - 1) + 4 * (x[1] + 2) * (x[1] + 2);
                          }});
  const Result result =
      minimize(f, std::vector{-1.2, 3.0}, Signum{.learning_rate = ExponentialDecay{.initial = 0.1, .factor = 0.99}});
  EXPECT_TRUE(result.success) << result.message;
  EXPECT_NEAR(result.x[0], 1, 1e-9);
  EXPECT_NEAR(result.x[1], -2, 1e-9);
}

TEST(LayerRecipe, IsALayerOfANetwork) {
  const learn::Network network({learn::Scale{.initial = 2}}, {3}, DType::f64);
  const learn::Network::Start start = network.start(random_key(0));
  EXPECT_EQ(network.parameters()[0].name, "1.scale.factor");
  EXPECT_EQ(network.apply(Array({1, 2, 3}, {1, 3}), start.parameters, {}).y.values(), (std::vector<double>{2, 4, 6}));
}

}  // namespace downhill
