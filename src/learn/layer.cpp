#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/learn/layers.hpp>
#include <downhill/operations.hpp>
#include <downhill/random.hpp>

#include "learn/layer_model.hpp"

namespace downhill::learn {
namespace {

class ErasedCustomLayer final : public LayerModel {
 public:
  explicit ErasedCustomLayer(const CustomLayer& layer) : layer_(layer) {}
  std::string_view name() const override { return layer_.name; }
  std::string text(options::Detail) const override { return layer_.name; }
  LayerVariables start(const Shape& sample, DType dtype, const Array& key) const override {
    return layer_.start ? layer_.start(sample, dtype, key) : LayerVariables();
  }
  LayerOutput apply(const LayerInput& in) const override { return layer_.apply(in); }
  std::string onnx(const OnnxInput&, OnnxGraph&) const override { refuse_onnx(layer_.name); }

 private:
  CustomLayer layer_;
};

}  // namespace

Layer::Layer(const CustomLayer& layer) {
  if (layer.name.empty()) throw OptionError("layer: the name is empty");
  if (!layer.apply) throw OptionError(fmt::format("{}: there is nothing to apply", layer.name));
  model_ = std::make_shared<ErasedCustomLayer>(layer);
}

std::string_view Layer::name() const { return model_->name(); }
std::string Layer::text(options::Detail detail) const { return model_->text(detail); }
std::string Layer::text() const { return text(options::Detail::changed); }
Takes Layer::takes() const { return model_->takes(); }
std::int64_t Layer::vocabulary() const { return model_->vocabulary(); }
LayerVariables Layer::start(const Shape& sample, DType dtype, const Array& key) const {
  return model_->start(sample, dtype, key);
}
LayerOutput Layer::apply(const LayerInput& in) const { return model_->apply(in); }

Array batch_uniform(const LayerInput& in) {
  const Shape& shape = in.x.shape();
  if (in.part.batch == 0) return random_uniform(in.key, shape, in.x.dtype());
  std::vector<std::int64_t> whole(shape.begin(), shape.end());
  const std::int64_t samples = whole.front();
  whole.front() = in.part.batch;
  return slice(random_uniform(in.key, Shape(whole), in.x.dtype()), {{in.part.first, in.part.first + samples}});
}

const options::Registry<Layer>& Layer::registry() {
  using options::entry;
  static const options::Registry<Layer> layers{
      "layer",
      {
          entry<Layer, Dense>(),     entry<Layer, Conv2d>(),   entry<Layer, MaxPool>(),   entry<Layer, AveragePool>(),
          entry<Layer, Flatten>(),   entry<Layer, Dropout>(),  entry<Layer, BatchNorm>(), entry<Layer, LayerNorm>(),
          entry<Layer, Embedding>(), entry<Layer, Rnn>(),      entry<Layer, Lstm>(),      entry<Layer, Gru>(),
          entry<Layer, Attention>(), entry<Layer, Relu>(),     entry<Layer, LeakyRelu>(), entry<Layer, Tanh>(),
          entry<Layer, Logistic>(),  entry<Layer, Softplus>(), entry<Layer, Gelu>(),      entry<Layer, Silu>(),
      }};
  return layers;
}

Layer parse_layer(std::string_view text) { return Layer::registry().parse(text); }

void refuse_onnx(std::string_view layer) { throw InputError(fmt::format("export: {} has no ONNX form", layer)); }

std::int64_t features_of(std::string_view layer, const Shape& sample) {
  if (sample.rank() == 0) throw ShapeError(fmt::format("{}: a sample has no axis: it is a single number", layer));
  return sample[sample.rank() - 1];
}

}  // namespace downhill::learn
