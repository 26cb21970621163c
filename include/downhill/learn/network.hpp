#pragma once
#include <downhill/learn/layer.hpp>
#include <downhill/type.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace downhill::learn {

/// Layers in a row, for samples of one shape: the names, types and places of all their arrays.
///
///   Network network(Model(Mlp{{128}}).layers(10), {28, 28});
///   const auto start = network.start(random_key(1));
///   Array scores = network.apply(x, start.parameters, start.buffers).y;
class Network {
 public:
  /// sample  shape of one sample, as the first layer takes it
  /// dtype   f32 or f64, of parameters and of what flows between layers
  /// Throws ShapeError that names the layer which cannot take what the one before it gives.
  Network(std::vector<Layer> layers, const Shape& sample, DType dtype = DType::f32);

  [[nodiscard]] const std::vector<Layer>& layers() const { return layers_; }
  [[nodiscard]] const Shape& sample() const { return samples_.front(); }
  [[nodiscard]] DType dtype() const { return dtype_; }
  /// The shape of what one sample becomes after layer k; of the input for 0.
  [[nodiscard]] const Shape& sample_after(std::size_t k) const { return samples_[k]; }
  [[nodiscard]] const Shape& output() const { return samples_.back(); }

  /// An array of the network: `2.dense.weight`, the layer's number counted from 1.
  struct Variable {
    std::string name;
    Type type;
    std::size_t layer = 0;  ///< index into layers()
  };
  [[nodiscard]] const std::vector<Variable>& parameters() const { return parameters_; }
  [[nodiscard]] const std::vector<Variable>& buffers() const { return buffers_; }
  /// Numbers in all parameters.
  [[nodiscard]] std::int64_t parameter_count() const;

  struct Start {
    std::vector<Array> parameters;
    std::vector<Array> buffers;
  };
  /// The arrays before training, drawn with `key` (i32[2]).
  [[nodiscard]] Start start(const Array& key) const;

  struct Output {
    Array y;  ///< [samples, …]
    std::vector<Array> buffers;
    std::vector<Array> between;  ///< what came out of each layer
  };
  /// Inside a trace it becomes part of the program. `key` and `part` are for training only.
  [[nodiscard]] Output apply(const Array& x, std::span<const Array> parameters, std::span<const Array> buffers,
                             Mode mode = Mode::evaluation, const Array& key = {}, const PartOfBatch& part = {}) const;

 private:
  struct Place {
    std::size_t first_parameter = 0;
    std::size_t parameters = 0;
    std::size_t first_buffer = 0;
    std::size_t buffers = 0;
  };
  void describe();

  std::vector<Layer> layers_;
  DType dtype_;
  std::vector<Shape> samples_;
  std::vector<Place> places_;
  std::vector<Variable> parameters_;
  std::vector<Variable> buffers_;
};

}  // namespace downhill::learn
