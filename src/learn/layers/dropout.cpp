#include <downhill/learn/layers/dropout.hpp>
#include <downhill/operations.hpp>

#include "learn/layer_erasure.hpp"

namespace downhill::learn {

options::Fields Dropout::fields() {
  return {options::field("rate", &Dropout::rate, "probability of becoming 0", options::right_open(0, 1))};
}

template <>
struct Apply<Dropout> {
  static LayerOutput apply(const Dropout& options, const LayerInput& in) {
    if (in.mode == Mode::evaluation || options.rate == 0) return {in.x};
    const Array stays = batch_uniform(in) >= options.rate;
    return {where(stays, in.x * (1 / (1 - options.rate)), 0.0)};
  }
  static std::string onnx(const Dropout&, const OnnxInput& in, OnnxGraph&) { return in.x; }
};

template Layer::Layer(const Dropout&);

}  // namespace downhill::learn
