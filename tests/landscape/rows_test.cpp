#include <gtest/gtest.h>
#include <downhill/error.hpp>
#include <downhill/loss.hpp>
#include <downhill/operations.hpp>

#include <array>
#include <cmath>

#include "landscape/affine.hpp"
#include "landscape/subjects.hpp"

namespace downhill::landscape {
namespace {

constexpr std::int64_t inputs = 6, hidden = 5, outputs = 3, rows = 300;  // of two pieces, and a rest

// A network of two layers, all weights side by side in x: sum over the rows of its loss.
Array network_sum(std::span<const Array> in) {
  const Array& x = in[0];
  std::int64_t next = 0;
  const auto cut = [&](const Shape& shape) {
    const std::int64_t begin = next;
    next += shape.size();
    return reshape(slice(x, {Range{begin, next, 1}}), shape);
  };
  const Array w1 = cut({inputs, hidden}), b1 = cut({hidden}), w2 = cut({hidden, outputs}), b2 = cut({outputs});
  const Array scores = matmul(relu(matmul(in[1], w1) + b1), w2) + b2;
  return sum(logsumexp(scores, std::vector<std::int64_t>{1})) - sum(scores * in[2]);
}
constexpr std::int64_t size = inputs * hidden + hidden + hidden * outputs + outputs;

std::vector<double> wave(std::int64_t count, double step) {
  std::vector<double> result;
  for (std::int64_t k = 0; k < count; ++k) result.push_back(std::sin(step * static_cast<double>(k + 1)));
  return result;
}

Subject network() {
  const Array features(wave(rows * inputs, 0.7), Shape{rows, inputs});
  const Array targets(wave(rows * outputs, 1.3), Shape{rows, outputs});
  const ArrayFunction whole = [=](std::span<const Array> in) -> std::vector<Array> {
    return {network_sum(std::array{in[0], features, targets}) / static_cast<double>(rows)};
  };
  return {.objective = traced_objective(whole, Type{DType::f64, Shape{size}}),
          .rows = Subject::Rows{[](std::span<const Array> in) -> std::vector<Array> { return {network_sum(in)}; },
                                {features, targets}}};
}

TEST(Rows, AMeanOverRowsIsTheLossItself) {
  Subject subject = network();
  const Frame frame = random_directions(wave(size, 0.9), 2, 1);
  const Plane plane = landscape::plane(subject, frame, {-1, 1}, {-1, 1}, {.columns = 7, .rows = 5, .arrows = 0});
  for (std::size_t row = 0; row < 5; ++row) {
    for (std::size_t column = 0; column < 7; ++column) {
      const double f = subject.objective.value(frame.point(plane.s[column], plane.t[row]));
      EXPECT_NEAR(plane.at(row, column), f, 1e-12 * (1 + std::abs(f)));
    }
  }
  const Frame line = random_directions(wave(size, 0.9), 1, 1);
  const Line along = landscape::line(subject, line, {-1, 1}, {.columns = 3});
  for (std::size_t k = 0; k < 3; ++k)
    EXPECT_NEAR(along.values[k], subject.objective.value(line.point(along.s[k])), 1e-12);
}

TEST(Rows, TheFirstLayerIsComputedOnceForAllPoints) {
  const std::array types{Type{DType::f64, Shape{size}}, Type{DType::f64, Shape{8, inputs}},
                         Type{DType::f64, Shape{8, outputs}}};
  const AffineSplit split =
      split_affine(as_array_function([](std::span<const Array> in) { return network_sum(in); }), types, 2);
  EXPECT_TRUE(split.is_worthwhile);
  for (const Type& type : split.prepared)
    EXPECT_NE(type.shape, (Shape{8, inputs})) << "points do not need the features";
  const AffineSplit plain = split_affine(as_array_function([](const Array& x) { return sum(exp(x)); }),
                                         std::array{Type{DType::f64, Shape{4}}}, 2);
  EXPECT_FALSE(plain.is_worthwhile);
}

TEST(Rows, ArraysOfDifferentLengthAreRefused) {
  Subject subject = network();
  subject.rows->data[1] = Array(wave(6, 1), Shape{2, 3});
  const Frame frame = random_directions(wave(size, 0.9), 1, 1);
  EXPECT_THROW((void)landscape::line(subject, frame, {-1, 1}, {.columns = 3}), ShapeError);
}

}  // namespace
}  // namespace downhill::landscape
