#include <gtest/gtest.h>
#include <downhill/derivatives.hpp>
#include <downhill/error.hpp>
#include <downhill/learn/layers.hpp>
#include <downhill/learn/network.hpp>
#include <downhill/operations.hpp>
#include <downhill/random.hpp>

#include <cmath>

#include "learn/data/batch.hpp"
#include "options/registry.hpp"

// Laws that every layer of the registry keeps.
namespace downhill::learn {
namespace {

/// A shape of samples that the layer takes.
Shape sample_for(const Layer& layer) {
  for (const Shape& shape : {Shape{6}, Shape{6, 7, 2}, Shape{5, 6}}) {
    try {
      const Network network({layer}, shape, DType::f64);
      return shape;
    } catch (const ShapeError&) {
      continue;
    }
  }
  ADD_FAILURE() << layer.text() << " takes none of the shapes";
  return {};
}

/// Numbers that the layer takes: whole ones, and a half, where they stand for something.
Array samples(const Layer& layer, std::int64_t count, const Shape& sample) {
  const Array drawn = random_normal(random_key(3), batch_shape(count, sample));
  return layer.takes() == Takes::indices ? floor(3.0 * abs(drawn)) + 0.5 : drawn;
}

class LayerLaws : public testing::TestWithParam<std::string_view> {
 protected:
  Layer layer_ = Layer::registry().parse(GetParam());
  Shape sample_ = sample_for(layer_);
  Network network_{{layer_}, sample_, DType::f64};
  Network::Start start_ = network_.start(random_key(5));
  Array x_ = samples(layer_, 4, sample_);
};

TEST_P(LayerLaws, ItsTextReadsBack) {
  EXPECT_EQ(parse_layer(layer_.text(options::Detail::all)).text(options::Detail::all),
            layer_.text(options::Detail::all));
}

TEST_P(LayerLaws, EverySampleBecomesOneOfTheShapeThatTheNetworkStates) {
  const Array y = network_.apply(x_, start_.parameters, start_.buffers).y;
  ASSERT_GE(y.rank(), 1U);
  EXPECT_EQ(y.shape()[0], 4);
  EXPECT_EQ(y.size(), 4 * network_.output().size());
  EXPECT_EQ(y.dtype(), DType::f64);
}

TEST_P(LayerLaws, InEvaluationASampleDoesNotDependOnTheOthers) {
  const Array all = network_.apply(x_, start_.parameters, start_.buffers).y;
  const Array one = network_.apply(slice(x_, {{2, 3}}), start_.parameters, start_.buffers).y;
  const std::vector<double> whole = all.values();
  const std::vector<double> part = one.values();
  for (std::size_t k = 0; k < part.size(); ++k) EXPECT_NEAR(part[k], whole[2 * part.size() + k], 1e-14);
}

TEST_P(LayerLaws, TheSameKeyGivesTheSameBitsAndItsTypesInF32AreF32) {
  const Network::Start again = network_.start(random_key(5));
  for (std::size_t k = 0; k < start_.parameters.size(); ++k) {
    EXPECT_EQ(start_.parameters[k].values(), again.parameters[k].values());
  }
  const Network narrow({layer_}, sample_, DType::f32);
  const Network::Start small = narrow.start(random_key(5));
  const Array x = astype(x_, DType::f32);
  EXPECT_EQ(narrow.apply(x, small.parameters, small.buffers, Mode::training, random_key(1)).y.dtype(), DType::f32);
  for (const Array& one : small.parameters) EXPECT_EQ(one.dtype(), DType::f32);
}

TEST_P(LayerLaws, TrainingDerivativesAgreeWithDifferences) {
  // Of Σ c y with respect to x and all parameters, along one direction.
  const auto value = [&](std::span<const Array> in) -> std::vector<Array> {
    const Array y = network_.apply(in[0], in.subspan(1), start_.buffers, Mode::training, random_key(9)).y;
    const Array c = cos(reshape(arange(y.size()), y.shape()));
    return {sum(c * y)};
  };
  std::vector<Array> at{x_};
  at.insert(at.end(), start_.parameters.begin(), start_.parameters.end());
  std::vector<Array> direction;
  for (std::size_t k = 0; k < at.size(); ++k) {
    direction.push_back(random_normal(fold_in(random_key(11), static_cast<int>(k)), at[k].shape()));
  }
  const double slope = jvp(value, at, direction).tangents[0].item();
  const double h = 1e-6;
  const auto moved = [&](double step) {
    std::vector<Array> to;
    for (std::size_t k = 0; k < at.size(); ++k) to.push_back(at[k] + step * direction[k]);
    return value(to)[0].item();
  };
  EXPECT_NEAR(slope, (moved(h) - moved(-h)) / (2 * h), 1e-6 * (1 + std::abs(slope)));
  const VjpResult back = vjp(value, at);
  const std::vector<Array> gradients = back.pullback({Array(1.0)});
  double product = 0;
  for (std::size_t k = 0; k < at.size(); ++k) product += sum(gradients[k] * direction[k]).item();
  EXPECT_NEAR(product, slope, 1e-11 * (1 + std::abs(slope)));
}

INSTANTIATE_TEST_SUITE_P(All, LayerLaws, testing::ValuesIn(Layer::registry().names()),
                         [](const auto& entry) { return std::string(entry.param); });

TEST(Network, NamesItsArraysByLayer) {
  const Network network({Dense{.units = 3}, Relu{}, BatchNorm{}}, {4});
  ASSERT_EQ(network.parameters().size(), 4U);
  EXPECT_EQ(network.parameters()[0].name, "1.dense.weight");
  EXPECT_EQ(network.parameters()[2].name, "3.batch_norm.scale");
  EXPECT_EQ(network.buffers()[1].name, "3.batch_norm.variance");
  EXPECT_EQ(network.parameter_count(), 4 * 3 + 3 + 3 + 3);
}

TEST(Network, ALayerThatCannotTakeItsSamplesIsNamed) {
  try {
    const Network network({Flatten{}, Conv2d{}}, {8, 8});
    FAIL();
  } catch (const ShapeError& error) {
    EXPECT_EQ(std::string(error.what()).find("network: layer 2, conv2d, cannot take samples of shape [64]"), 0U)
        << error.what();
  }
}

TEST(Dropout, LeavesTheMeanAndDropsTheShareAskedFor) {
  const Layer layer = Dropout{0.3};
  const Array x = ones({1, 100000});
  const Array y = layer.apply({.x = x, .mode = Mode::training, .key = random_key(1)}).y;
  EXPECT_NEAR(mean(astype(equal(y, 0.0), DType::f64)).item(), 0.3, 0.005);
  EXPECT_NEAR(mean(y).item(), 1, 0.01);
  EXPECT_EQ(layer.apply({.x = x}).y.values(), x.values());
}

TEST(BatchNorm, GivesMeanZeroAndVarianceOneInTrainingAndFollowsTheData) {
  const Layer layer = BatchNorm{.momentum = 0};
  const Array x = 3.0 + 2.0 * random_normal(random_key(1), {5000, 2});
  const LayerVariables start = layer.start({2}, DType::f64, random_key(0));
  const std::vector<Array> parameters{start.parameters[0].array, start.parameters[1].array};
  const std::vector<Array> buffers{start.buffers[0].array, start.buffers[1].array};
  const LayerOutput out =
      layer.apply({.x = x, .parameters = parameters, .buffers = buffers, .mode = Mode::training, .key = random_key(1)});
  for (const double m : mean(out.y, {{0}}).values()) EXPECT_NEAR(m, 0, 1e-12);
  for (const double v : mean(square(out.y), {{0}}).values()) EXPECT_NEAR(v, 1, 1e-4);
  const Array again = layer.apply({.x = x, .parameters = parameters, .buffers = out.buffers}).y;
  for (const double v : mean(square(again), {{0}}).values()) EXPECT_NEAR(v, 1, 1e-3);
}

}  // namespace
}  // namespace downhill::learn
