#pragma once
#include <downhill/learn/layer.hpp>

#include "learn/export/onnx_graph.hpp"
#include "options/registry.hpp"

/// The inside of a Layer.
namespace downhill::learn {

class LayerModel {
 public:
  virtual ~LayerModel() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual std::string text(options::Detail detail) const = 0;
  [[nodiscard]] virtual LayerVariables start(const Shape& sample, DType dtype, const Array& key) const = 0;
  [[nodiscard]] virtual LayerOutput apply(const LayerInput& in) const = 0;
  [[nodiscard]] virtual Takes takes() const { return Takes::reals; }
  [[nodiscard]] virtual std::int64_t vocabulary() const { return 0; }
  /// Adds the layer as it is in evaluation and returns the name of its output. Throws InputError for a layer without such a form.
  [[nodiscard]] virtual std::string onnx(const OnnxInput& in, OnnxGraph& graph) const = 0;
};

/// Throws InputError `export: <layer> has no ONNX form`.
[[noreturn]] void refuse_onnx(std::string_view layer);

/// The length of the last axis of a sample. Throws ShapeError `<layer>: a sample has no axis` for a scalar.
[[nodiscard]] std::int64_t features_of(std::string_view layer, const Shape& sample);

}  // namespace downhill::learn
