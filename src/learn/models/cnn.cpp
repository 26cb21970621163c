#include "learn/models/model_erasure.hpp"

namespace downhill::learn {

options::Fields Cnn::fields() {
  using options::closed;
  using options::field;
  return {rest(field("channels", &Cnn::channels, "of the convolutions, each followed by relu and 2 x 2 max pooling",
                     closed(1, 1e6))),
          field("size", &Cnn::size, "rows and columns of the windows", closed(1, 1e6)),
          field("dense", &Cnn::dense, "width of the hidden layer behind them", closed(1, 1e9)),
          field("dropout", &Cnn::dropout, "probability that a hidden number becomes 0 in training",
                options::right_open(0, 1))};
}

template <>
struct Layers<Cnn> {
  static std::vector<Layer> of(const Cnn& options, std::int64_t outputs) {
    std::vector<Layer> layers;
    for (const std::int64_t channels : options.channels) {
      layers.emplace_back(Conv2d{.channels = channels, .size = options.size});
      layers.emplace_back(Relu{});
      layers.emplace_back(MaxPool{});
    }
    layers.emplace_back(Flatten{});
    layers.emplace_back(Dense{.units = options.dense});
    layers.emplace_back(Relu{});
    if (options.dropout > 0) layers.emplace_back(Dropout{options.dropout});
    layers.emplace_back(Dense{.units = outputs});
    return layers;
  }
};

template Model::Model(const Cnn&);

}  // namespace downhill::learn
