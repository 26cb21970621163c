#pragma once
#include <downhill/array.hpp>
#include <downhill/rule.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Layers of networks: pure functions of arrays with parameters of their own.
namespace downhill::learn {

/// Training draws random numbers and follows running means; evaluation does neither.
enum class Mode : std::uint8_t { training, evaluation };

/// What a layer reads.
enum class Takes : std::uint8_t {
  reals,
  indices,  ///< whole numbers that stand for something: they are not to be scaled
};

/// Which samples of its batch a process has, where several share one.
struct PartOfBatch {
  std::int64_t first = 0;
  std::int64_t batch = 0;  ///< samples of the whole batch; 0: these are all
};

/// What a layer is applied to.
struct LayerInput {
  Array x;                                 ///< [samples, …], one sample along the first axis each
  std::span<const Array> parameters = {};  ///< as declared by `start`
  std::span<const Array> buffers = {};     ///< as declared by `start`
  Mode mode = Mode::evaluation;
  Array key = {};         ///< i32[2]: of this layer and step; only in training
  PartOfBatch part = {};  ///< a layer that draws draws for the whole batch and keeps this part: see batch_uniform
};

/// Numbers uniform in [0, 1), one for each of x, that do not depend on how many processes share the batch.
[[nodiscard]] Array batch_uniform(const LayerInput& in);

/// What it makes of it.
struct LayerOutput {
  Array y;                          ///< [samples, …]
  std::vector<Array> buffers = {};  ///< the new ones in training; empty where there are none
};

/// The arrays of a layer at the start.
struct LayerVariables {
  std::vector<NamedArray> parameters = {};  ///< that are trained: `weight`, `bias`
  std::vector<NamedArray> buffers = {};     ///< that follow the data: running means
};

/// A layer of your own: two pure functions of arrays.
///
///   CustomLayer scale{.name = "scale",
///                     .start = [](const Shape& sample, DType dtype, const Array&) {
///                       return LayerVariables{{{"factor", ones(sample, dtype)}}};
///                     },
///                     .apply = [](const LayerInput& in) -> LayerOutput { return {in.x * in.parameters[0]}; }};
struct CustomLayer {
  std::string name;
  /// sample: the shape of one sample; key: i32[2] to draw with. None: no parameters.
  std::function<LayerVariables(const Shape& sample, DType dtype, const Array& key)> start = {};
  std::function<LayerOutput(const LayerInput&)> apply = {};
};

class LayerModel;

/// A configured layer, made from one of the structs in <downhill/learn/layers/…>, from text or from a CustomLayer. Immutable.
class Layer {
 public:
  /// Throws OptionError for an option out of its range.
  template <class Options>
    requires requires { Options::name; }
  Layer(const Options& options);    // NOLINT(google-explicit-constructor)
  Layer(const CustomLayer& layer);  // NOLINT(google-explicit-constructor)

  [[nodiscard]] std::string_view name() const;
  /// `dense(128)`, or the name of a CustomLayer, which cannot be read back.
  [[nodiscard]] std::string text(options::Detail detail) const;
  [[nodiscard]] std::string text() const;

  [[nodiscard]] Takes takes() const;
  /// Of a layer that takes indices: they are 0 … this - 1. 0 where it does not.
  [[nodiscard]] std::int64_t vocabulary() const;

  /// The arrays it starts with, for samples of that shape. Throws ShapeError for a shape it cannot take.
  [[nodiscard]] LayerVariables start(const Shape& sample, DType dtype, const Array& key) const;
  /// Inside a trace it becomes part of the program.
  [[nodiscard]] LayerOutput apply(const LayerInput& in) const;

  /// All layers but those of your own, with their options.
  [[nodiscard]] static const options::Registry<Layer>& registry();

  /// The inside, for the library.
  [[nodiscard]] const LayerModel& model() const { return *model_; }

 private:
  std::shared_ptr<const LayerModel> model_;
};

/// Reads `dense(128)`. Throws OptionError that lists what is known.
[[nodiscard]] Layer parse_layer(std::string_view text);

}  // namespace downhill::learn
