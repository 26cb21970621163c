#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/learn/network.hpp>
#include <downhill/operations.hpp>
#include <downhill/random.hpp>

#include "learn/data/batch.hpp"
#include "learn/without_numbers.hpp"

namespace downhill::learn {
namespace {

Shape sample_of(const Shape& batch) { return Shape(std::vector<std::int64_t>(batch.begin() + 1, batch.end())); }

std::vector<Array> arrays_of(const std::vector<NamedArray>& named) {
  std::vector<Array> result;
  for (const NamedArray& one : named) result.push_back(one.array);
  return result;
}

}  // namespace

Network::Network(std::vector<Layer> layers, const Shape& sample, DType dtype)
    : layers_(std::move(layers)), dtype_(dtype), samples_{sample} {
  if (!is_real(dtype)) {
    throw ShapeError(fmt::format("network: numbers cannot be of type {}: f32 or f64 is needed", downhill::name(dtype)));
  }
  without_numbers([&] { describe(); });
}

void Network::describe() {
  const DType dtype = dtype_;
  samples_.resize(1);
  places_.clear();
  parameters_.clear();
  buffers_.clear();
  const Array key = random_key(0);
  for (std::size_t k = 0; k < layers_.size(); ++k) {
    const Layer& layer = layers_[k];
    try {
      const LayerVariables start = layer.start(samples_.back(), dtype, key);
      places_.push_back({parameters_.size(), start.parameters.size(), buffers_.size(), start.buffers.size()});
      const auto add = [&](const NamedArray& one, std::vector<Variable>& to) {
        to.push_back({fmt::format("{}.{}.{}", k + 1, layer.name(), one.name), one.array.type(), k});
      };
      for (const NamedArray& one : start.parameters) add(one, parameters_);
      for (const NamedArray& one : start.buffers) add(one, buffers_);
      const LayerOutput one = layer.apply({.x = zeros(batch_shape(1, samples_.back()), dtype),
                                           .parameters = arrays_of(start.parameters),
                                           .buffers = arrays_of(start.buffers)});
      if (one.y.rank() == 0 || one.y.shape()[0] != 1 || one.y.dtype() != dtype) {
        throw ShapeError(fmt::format("{}: one sample becomes {}: {} and the sample's axes are needed", layer.name(),
                                     to_string(one.y.type()), to_string(Type{dtype, {1}})));
      }
      samples_.push_back(sample_of(one.y.shape()));
    } catch (const ShapeError& error) {
      throw ShapeError(fmt::format("network: layer {}, {}, cannot take samples of shape {}\n  {}", k + 1, layer.text(),
                                   to_string(samples_.back()), error.what()));
    }
  }
}

std::int64_t Network::parameter_count() const {
  std::int64_t count = 0;
  for (const Variable& one : parameters_) count += one.type.shape.size();
  return count;
}

Network::Start Network::start(const Array& key) const {
  Start result;
  for (std::size_t k = 0; k < layers_.size(); ++k) {
    const LayerVariables start = layers_[k].start(samples_[k], dtype_, fold_in(key, static_cast<int>(k)));
    for (const NamedArray& one : start.parameters) result.parameters.push_back(one.array);
    for (const NamedArray& one : start.buffers) result.buffers.push_back(one.array);
  }
  return result;
}

Network::Output Network::apply(const Array& x, std::span<const Array> parameters, std::span<const Array> buffers,
                               Mode mode, const Array& key, const PartOfBatch& part) const {
  if (parameters.size() != parameters_.size() || buffers.size() != buffers_.size()) {
    throw ShapeError(fmt::format("network: {} parameters and {} buffers given: {} and {} are needed", parameters.size(),
                                 buffers.size(), parameters_.size(), buffers_.size()));
  }
  Output result{x, {}, {}};
  for (std::size_t k = 0; k < layers_.size(); ++k) {
    const Place& place = places_[k];
    LayerInput in{.x = result.y,
                  .parameters = parameters.subspan(place.first_parameter, place.parameters),
                  .buffers = buffers.subspan(place.first_buffer, place.buffers),
                  .mode = mode,
                  .part = part};
    if (mode == Mode::training) in.key = fold_in(key, static_cast<int>(k));
    LayerOutput out = layers_[k].apply(in);
    result.y = out.y;
    result.between.push_back(out.y);
    if (mode == Mode::training) result.buffers.insert(result.buffers.end(), out.buffers.begin(), out.buffers.end());
  }
  if (mode == Mode::evaluation) result.buffers.assign(buffers.begin(), buffers.end());
  return result;
}

}  // namespace downhill::learn
