#pragma once
#include <downhill/learn/layers.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// Models: lists of layers by name, completed by the number of outputs that the data ask for.
namespace downhill::learn {

class ModelKind;

/// A configured model, made from one of the structs below or from text: `mlp(512, 512)`, `sequential(flatten, dense(64), tanh)`.
class Model {
 public:
  /// Throws OptionError for an option out of its range.
  template <class Options>
    requires requires { Options::name; }
  Model(const Options& options);  // NOLINT(google-explicit-constructor)

  [[nodiscard]] std::string_view name() const;
  [[nodiscard]] std::string text(options::Detail detail) const;
  [[nodiscard]] std::string text() const;
  /// Its layers, the last of which gives `outputs` numbers a sample.
  [[nodiscard]] std::vector<Layer> layers(std::int64_t outputs) const;

  [[nodiscard]] static const options::Registry<Model>& registry();

 private:
  std::shared_ptr<const ModelKind> kind_;
};

/// Reads `mlp(128)`. Throws OptionError that lists what is known.
[[nodiscard]] Model parse_model(std::string_view text);

/// Scores that are linear in the inputs: with the cross-entropy, multinomial logistic regression; with the hinge, a linear SVM.
struct Softmax {
  Initialiser weights = He{};

  static constexpr std::string_view name = "softmax";
  static constexpr std::string_view doc = "linear scores: logistic regression for any number of classes";
  static std::vector<options::Field> fields();
};

/// A multilayer perceptron: hidden layers of these widths, each followed by the activation (and dropout), then linear scores.
struct Mlp {
  std::vector<std::int64_t> hidden = {128};
  Layer activation = Relu{};
  double dropout = 0;  ///< in [0, 1)

  static constexpr std::string_view name = "mlp";
  static constexpr std::string_view doc = "dense hidden layers of the widths given, then linear scores";
  static std::vector<options::Field> fields();
};

/// A convolutional network: convolutions with these numbers of channels, each followed by relu and 2 x 2 max pooling, then a hidden
/// layer and linear scores. Reference: LeCun, Bottou, Bengio & Haffner, Proc. IEEE 86 (1998) 2278-2324.
struct Cnn {
  std::vector<std::int64_t> channels = {32, 64};
  std::int64_t size = 3;     ///< rows and columns of the windows
  std::int64_t dense = 128;  ///< width of the hidden layer
  double dropout = 0;        ///< in [0, 1)

  static constexpr std::string_view name = "cnn";
  static constexpr std::string_view doc =
      "convolutions with the channels given and pooling, a hidden layer, linear scores";
  static std::vector<options::Field> fields();
};

/// Any layers in a row, then linear scores.
struct Sequential {
  std::vector<Layer> layers = {};

  static constexpr std::string_view name = "sequential";
  static constexpr std::string_view doc = "the layers given one after the other, then linear scores";
  static std::vector<options::Field> fields();
};

}  // namespace downhill::learn
