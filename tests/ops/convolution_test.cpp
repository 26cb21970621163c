#include <gtest/gtest.h>
#include <downhill/convolution.hpp>
#include <downhill/error.hpp>

#include <cmath>
#include <functional>

namespace downhill {
namespace {

struct Case {
  Shape x;
  Shape weights;
  Window window;
  std::int64_t groups = 1;
};

Array ripple(const Shape& shape, double phase) {
  std::vector<double> values(static_cast<std::size_t>(shape.size()));
  for (std::size_t k = 0; k < values.size(); ++k) values[k] = std::sin(1.3 * static_cast<double>(k) + phase);
  return {values, shape};
}

// Where window place `at` of the result reads, or -1 outside the image, written from the definition of the padding.
std::int64_t source(std::int64_t at, std::int64_t offset, std::int64_t length, std::int64_t size, const Window& window,
                    std::size_t axis) {
  const std::int64_t reach = (size - 1) * window.dilation[axis] + 1;
  std::int64_t before = 0;
  if (window.padding == Padding::same) {
    const std::int64_t count = (length + window.stride[axis] - 1) / window.stride[axis];
    before = std::max<std::int64_t>(0, (count - 1) * window.stride[axis] + reach - length) / 2;
  }
  const std::int64_t place = at * window.stride[axis] + offset * window.dilation[axis] - before;
  return place >= 0 && place < length ? place : -1;
}

// Calls what(x index, k, l) for every place within the image that the window at (row, column) of a sample reads.
void each_place(const Shape& x, const Pair& size, const Window& window, std::int64_t row, std::int64_t column,
                const std::function<void(std::int64_t, std::int64_t, std::int64_t, std::int64_t)>& what) {
  for (std::int64_t k = 0; k < size[0]; ++k) {
    for (std::int64_t l = 0; l < size[1]; ++l) {
      const std::int64_t i = source(row, k, x[1], size[0], window, 0);
      const std::int64_t j = source(column, l, x[2], size[1], window, 1);
      if (i >= 0 && j >= 0) what(i, j, k, l);
    }
  }
}

double at(const std::vector<double>& values, const Shape& shape, std::initializer_list<std::int64_t> index) {
  std::int64_t place = 0;
  std::size_t axis = 0;
  for (const std::int64_t i : index) place = place * shape[axis++] + i;
  return values[static_cast<std::size_t>(place)];
}

TEST(Conv2d, IsTheSumOverEachWindow) {
  const std::vector<Case> cases{
      {{2, 5, 6, 3}, {3, 2, 3, 4}, {}},
      {{2, 7, 6, 2}, {3, 3, 2, 5}, {.stride = {2, 3}}},
      {{1, 7, 8, 2}, {3, 2, 2, 3}, {.stride = {1, 2}, .padding = Padding::same}},
      {{2, 9, 8, 2}, {3, 2, 2, 3}, {.padding = Padding::same, .dilation = {2, 3}}},
      {{2, 6, 6, 4}, {3, 3, 2, 6}, {}, 2},
      {{2, 6, 5, 4}, {2, 3, 1, 4}, {.padding = Padding::same}, 4},
      {{1, 3, 3, 1}, {3, 3, 1, 1}, {}},
  };
  for (const Case& one : cases) {
    const Array x = ripple(one.x, 0.1);
    const Array weights = ripple(one.weights, 0.7);
    const Array y = conv2d(x, weights, one.window, one.groups);
    const std::vector<double> xs = x.values();
    const std::vector<double> ws = weights.values();
    const std::vector<double> ys = y.values();
    const Shape& shape = y.shape();
    ASSERT_EQ(shape[3], one.weights[3]);
    const std::int64_t in = one.weights[2];
    const std::int64_t out = one.weights[3] / one.groups;
    for (std::int64_t n = 0; n < shape[0]; ++n) {
      for (std::int64_t i = 0; i < shape[1]; ++i) {
        for (std::int64_t j = 0; j < shape[2]; ++j) {
          for (std::int64_t o = 0; o < shape[3]; ++o) {
            double wanted = 0;
            each_place(one.x, {one.weights[0], one.weights[1]}, one.window, i, j, [&](auto r, auto c, auto k, auto l) {
              for (std::int64_t f = 0; f < in; ++f) {
                wanted += at(xs, one.x, {n, r, c, o / out * in + f}) * at(ws, one.weights, {k, l, f, o});
              }
            });
            EXPECT_NEAR(at(ys, shape, {n, i, j, o}), wanted, 1e-12);
          }
        }
      }
    }
  }
}

TEST(Pooling, TakesTheLargestAndTheMeanOfWhatLiesWithinTheImage) {
  const std::vector<std::pair<Pair, Window>> cases{
      {{2, 2}, {.stride = {2, 2}}},
      {{3, 2}, {.stride = {2, 1}}},
      {{3, 3}, {.stride = {2, 2}, .padding = Padding::same}},
      {{2, 2}, {.stride = {1, 1}, .padding = Padding::same, .dilation = {2, 2}}},
  };
  const Shape shape{2, 7, 6, 3};
  const Array x = ripple(shape, 0.4) - 2.0;  // negative, so that zeros of the padding would show
  const std::vector<double> xs = x.values();
  for (const auto& [size, window] : cases) {
    const Array largest = max_pool(x, size, window);
    const Array mean = average_pool(x, size, window);
    ASSERT_EQ(largest.shape(), mean.shape());
    const Shape& to = largest.shape();
    for (std::int64_t n = 0; n < to[0]; ++n) {
      for (std::int64_t i = 0; i < to[1]; ++i) {
        for (std::int64_t j = 0; j < to[2]; ++j) {
          for (std::int64_t c = 0; c < to[3]; ++c) {
            double most = -1e9;
            double total = 0;
            int count = 0;
            each_place(shape, size, window, i, j, [&](auto r, auto s, auto, auto) {
              most = std::max(most, at(xs, shape, {n, r, s, c}));
              total += at(xs, shape, {n, r, s, c});
              ++count;
            });
            EXPECT_EQ(at(largest.values(), to, {n, i, j, c}), most);
            EXPECT_NEAR(at(mean.values(), to, {n, i, j, c}), total / count, 1e-14);
          }
        }
      }
    }
  }
}

void expect_refused(const std::function<void()>& call, const std::string& message) {
  try {
    call();
    FAIL() << message;
  } catch (const ShapeError& error) {
    EXPECT_EQ(std::string(error.what()).substr(0, message.size()), message);
  }
}

TEST(Conv2d, ShapesThatDoNotFitAreRefused) {
  const Array x = ripple({1, 4, 4, 2}, 0);
  expect_refused([&] { (void)conv2d(ripple({4, 4, 2}, 0), ripple({3, 3, 2, 1}, 0)); },
                 "conv2d: images are [samples, height, width, channels]: given f64[4,4,2]");
  expect_refused([&] { (void)conv2d(x, ripple({5, 3, 2, 1}, 0)); },
                 "conv2d: the window is larger than the image: 5 and 4 rows");
  expect_refused([&] { (void)conv2d(x, ripple({3, 3, 3, 1}, 0)); },
                 "conv2d: weights and images differ in channels: 3 and 2 in 1 groups");
  expect_refused([&] { (void)conv2d(x, ripple({3, 3, 1, 3}, 0), {}, 2); },
                 "conv2d: 2 groups do not divide 2 channels and 3 outputs");
  expect_refused([&] { (void)max_pool(x, {0, 2}, {}); },
                 "max_pool: size, stride and dilation are at least 1: 0, 1 and 1 for rows");
}

}  // namespace
}  // namespace downhill
