#include <gtest/gtest.h>
#include <downhill/error.hpp>
#include <downhill/learn/network.hpp>
#include <downhill/learn/train.hpp>
#include <downhill/operations.hpp>
#include <downhill/rules.hpp>

#include <cmath>

namespace downhill::learn {
namespace {

/// cos(first), cos(first + 1), …
Array waves(const Shape& shape, double first) { return cos(reshape(arange(shape.size()) + first, shape)); }

/// What the layer makes of two sequences of three steps of two features, its arrays being waves that start at 1, 2, …
std::vector<double> output_of(const Layer& layer) {
  const LayerVariables start = layer.start({3, 2}, DType::f64, Array(std::vector<double>{0, 1}, {2}, DType::i32));
  std::vector<Array> parameters;
  for (const NamedArray& one : start.parameters) {
    parameters.push_back(waves(one.array.shape(), static_cast<double>(parameters.size()) + 1));
  }
  return layer.apply({.x = waves({2, 3, 2}, 0), .parameters = parameters}).y.values();
}

void expect_near(const std::vector<double>& found, const std::vector<double>& wanted) {
  ASSERT_EQ(found.size(), wanted.size());
  for (std::size_t k = 0; k < wanted.size(); ++k) EXPECT_NEAR(found[k], wanted[k], 1e-14) << k;
}

// The numbers of these tests are those of PyTorch's RNN, LSTM, GRU and scaled_dot_product_attention, in f64.
TEST(Rnn, GivesTheStatesOfItsEquations) {
  expect_near(output_of(Rnn{.units = 2, .output = Kept::all}),
              {-0.7550440504377389, -0.8902138872334655, 0.5792540696232505, 0.5794303938198124, -0.9777539717106091,
               -0.7513903255256869, -0.8389352717327866, -0.9131228966133698, 0.6523523284292656, 0.5182772559726329,
               -0.9679022771688376, -0.6674707686925446});
  expect_near(output_of(Rnn{.units = 2}),
              {-0.9777539717106091, -0.7513903255256869, -0.9679022771688376, -0.6674707686925446});
}

TEST(Lstm, GivesTheStatesOfItsEquations) {
  expect_near(output_of(Lstm{.units = 2, .output = Kept::all}),
              {0.09039494067508662, 0.02304441155910543, 0.03669506838194317, -0.12135141628434669,
               0.034315143375644834, -0.09693141885234494, 0.07017068704639869, 0.016972575221994822,
               0.04698472084767242, -0.06023388915710526, 0.03314353865551758, -0.11881966880674426});
  expect_near(output_of(Lstm{.units = 2}),
              {0.034315143375644834, -0.09693141885234494, 0.03314353865551758, -0.11881966880674426});
}

TEST(Gru, GivesTheStatesOfItsEquations) {
  expect_near(output_of(Gru{.units = 2, .output = Kept::all}),
              {0.4739838950005564, 0.4676336861297418, 0.5024231185788892, 0.33968241892953, 0.5167300748058535,
               0.20106944467331528, 0.4736694371477236, 0.5178626181005652, 0.5310270300021005, 0.3691404019336729,
               0.5166875479677551, 0.21267994664580436});
  expect_near(output_of(Gru{.units = 2}),
              {0.5167300748058535, 0.20106944467331528, 0.5166875479677551, 0.21267994664580436});
}

TEST(Attention, GivesTheMeansOfItsEquation) {
  expect_near(output_of(Attention{.heads = 2, .width = 3}),
              {0.11960897256063968, 0.7512377736218684, 0.4159414038168925, 1.1301117836354808, 0.3598545941377164,
               1.055328816722532, 0.07524082474214985, 0.695614635548559, 0.3767092316561868, 1.0810384199686616,
               0.388202821384801, 1.0910950932115857});
  expect_near(output_of(Attention{.heads = 2, .width = 3, .mask = Mask::causal}),
              {-6.802134162803286e-05, 0.634225266151599, 0.4276766474513491, 1.1540214073250494, 0.3598545941377164,
               1.055328816722532, -0.02035437943306767, 0.6068264460632702, 0.328195317426798, 1.0365521754211982,
               0.388202821384801, 1.0910950932115857});
}

TEST(Attention, ACausalStepDoesNotSeeWhatComesLater) {
  const Layer layer = Attention{.heads = 2, .width = 3, .mask = Mask::causal};
  const LayerVariables start = layer.start({4, 2}, DType::f64, Array(std::vector<double>{0, 1}, {2}, DType::i32));
  std::vector<Array> parameters;
  for (const NamedArray& one : start.parameters) parameters.push_back(one.array);
  const Array x = waves({1, 4, 2}, 0);
  const Array later = concatenate({slice(x, {Range{}, Range{0, 3}}), waves({1, 1, 2}, 9)}, 1);
  const std::vector<double> first = layer.apply({.x = x, .parameters = parameters}).y.values();
  const std::vector<double> second = layer.apply({.x = later, .parameters = parameters}).y.values();
  for (std::size_t k = 0; k < 6; ++k) EXPECT_EQ(first[k], second[k]);
  EXPECT_NE(first[6], second[6]);
}

TEST(Embedding, LooksUpARowForEachNumberAndRefusesOthers) {
  const Layer layer = Embedding{.vocabulary = 3, .width = 2};
  const std::vector<Array> table{waves({3, 2}, 0)};
  const Array y = layer.apply({.x = Array(std::vector<double>{2, 0}, {1, 2}), .parameters = table}).y;
  EXPECT_EQ(y.shape(), (Shape{1, 2, 2}));
  expect_near(y.values(), {std::cos(4), std::cos(5), 1, std::cos(1)});
  EXPECT_THROW((void)layer.apply({.x = Array(std::vector<double>{3}, {1, 1}), .parameters = table}).y.values(),
               ExecutionError);
}

/// Sequences of ±1, of which the label is whether the first and the last are equal: no step alone tells.
DataSet first_and_last(std::int64_t samples, std::int64_t time) {
  DataSet data{.sample = {time, 1}, .classes = 2};
  std::uint32_t bits = 12345;
  for (std::int64_t k = 0; k < samples; ++k) {
    const std::size_t begin = data.features.size();
    for (std::int64_t t = 0; t < time; ++t) {
      bits = bits * 1664525U + 1013904223U;
      data.features.push_back((bits >> 31U) != 0 ? 1.0F : -1.0F);
    }
    data.labels.push_back(data.features[begin] == data.features.back() ? 1 : 0);
  }
  return data;
}

TEST(Trainer, ARecurrentNetworkLearnsWhatLiesFarBack) {
  const DataSet data = first_and_last(512, 8);
  for (const char* layer : {"rnn(16)", "lstm(16)", "gru(16)", "attention, flatten, dense(16), relu"}) {
    const std::string model = "sequential(" + std::string(layer) + ")";
    Trainer trainer({.model = parse_model(model), .rule = Adam{.learning_rate = 0.01}}, data);
    while (trainer.epoch() < 40) trainer.step();
    EXPECT_GT(trainer.evaluate(data).accuracy, 0.99) << model;
  }
}

TEST(Trainer, AnEmbeddingLearnsWhichNumbersBelongTogether) {
  DataSet data{.sample = {2}, .classes = 2};
  for (int a = 0; a < 20; ++a) {
    for (int b = 0; b < 20; ++b) {
      data.features.insert(data.features.end(), {static_cast<float>(a), static_cast<float>(b)});
      data.labels.push_back((a * 7 % 20 < 10) == (b * 3 % 20 < 10) ? 1 : 0);
    }
  }
  Trainer trainer({.model = parse_model("sequential(embedding(20, 8), flatten, dense(32), relu)"),
                   .rule = Adam{.learning_rate = 0.01}},
                  data);
  while (trainer.epoch() < 40) trainer.step();
  EXPECT_GT(trainer.evaluate(data).accuracy, 0.99);
}

}  // namespace
}  // namespace downhill::learn
