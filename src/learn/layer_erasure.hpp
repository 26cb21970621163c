#pragma once
#include <downhill/learn/layer.hpp>

#include <memory>

#include "learn/layer_model.hpp"
#include "options/fields.hpp"

/// Makes a Layer of a struct of options and its implementation. Included by the files of the layers alone, each of which defines
/// Apply<Options> and ends with `template Layer::Layer(const Options&);`.
namespace downhill::learn {

/// Specialised by each layer, in its own file:
///
///   template <> struct Apply<Dense> {
///     static LayerVariables start(const Dense&, const Shape& sample, DType, const Array& key);  // only if it has arrays
///     static LayerOutput apply(const Dense&, const LayerInput&);
///     static std::string onnx(const Dense&, const OnnxInput&, OnnxGraph&);  // only if other programs are to run it
///   };
template <class Options>
struct Apply;

template <class Options>
class ErasedLayer final : public LayerModel {
 public:
  explicit ErasedLayer(const Options& options) : options_(options) {}
  std::string_view name() const override { return Options::name; }
  std::string text(options::Detail detail) const override { return options::print(options_, detail); }
  LayerVariables start([[maybe_unused]] const Shape& sample, [[maybe_unused]] DType dtype,
                       [[maybe_unused]] const Array& key) const override {
    if constexpr (requires { Apply<Options>::start(options_, sample, dtype, key); }) {
      return Apply<Options>::start(options_, sample, dtype, key);
    }
    return {};
  }
  LayerOutput apply(const LayerInput& in) const override { return Apply<Options>::apply(options_, in); }
  Takes takes() const override {
    if constexpr (requires { Options::takes; }) return Options::takes;
    return Takes::reals;
  }
  std::int64_t vocabulary() const override {
    if constexpr (requires { options_.vocabulary; }) return options_.vocabulary;
    return 0;
  }
  std::string onnx([[maybe_unused]] const OnnxInput& in, [[maybe_unused]] OnnxGraph& graph) const override {
    if constexpr (requires { Apply<Options>::onnx(options_, in, graph); })
      return Apply<Options>::onnx(options_, in, graph);
    refuse_onnx(Options::name);
  }

 private:
  Options options_;
};

template <class Options>
  requires requires { Options::name; }
Layer::Layer(const Options& options) {
  options::validate(options);
  model_ = std::make_shared<ErasedLayer<Options>>(options);
}

}  // namespace downhill::learn
