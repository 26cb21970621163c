#pragma once
#include <downhill/array.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What a network is trained to make small: means over the samples of a batch.
namespace downhill::options {
struct Field;
enum class Detail;
template <class Erased>
class Registry;
}  // namespace downhill::options

namespace downhill::learn {

/// What a loss compares outputs with.
enum class Target : std::uint8_t {
  label,   ///< the number of a class, i32[samples], against scores [samples, classes]
  sign,    ///< one of two classes, 0 or 1, i32[samples], against scores [samples, 1]
  number,  ///< reals [samples, outputs] against outputs of that shape
};

class LossModel;

/// A configured loss, made from one of the structs below or from text: `cross_entropy`, `huber(delta=0.5)`.
class Loss {
 public:
  /// Throws OptionError for an option out of its range.
  template <class Options>
    requires requires { Options::name; }
  Loss(const Options& options);  // NOLINT(google-explicit-constructor)

  [[nodiscard]] std::string_view name() const;
  [[nodiscard]] std::string text(options::Detail detail) const;
  [[nodiscard]] std::string text() const;
  [[nodiscard]] Target target() const;
  /// The mean over the samples: a scalar.
  [[nodiscard]] Array operator()(const Array& outputs, const Array& targets) const;
  /// Residuals whose squares add up to that mean, where it is one of squares: what least-squares methods train by. Else nothing.
  [[nodiscard]] bool has_residuals() const;
  [[nodiscard]] std::optional<Array> residuals(const Array& outputs, const Array& targets) const;

  [[nodiscard]] static const options::Registry<Loss>& registry();

 private:
  std::shared_ptr<const LossModel> model_;
};

/// Reads `multiclass_hinge(margin=1)`. Throws OptionError that lists what is known.
[[nodiscard]] Loss parse_loss(std::string_view text);

/// The class that scores stand for: the highest of several, or whether a single one is positive. i32[samples]
[[nodiscard]] Array predicted_labels(const Array& scores);

/// -log softmax(scores)[label]
struct CrossEntropy {
  static constexpr std::string_view name = "cross_entropy";
  static constexpr std::string_view doc = "minus the logarithm of the probability given to the right class";
  static constexpr Target target = Target::label;
  static std::vector<options::Field> fields();
};

/// Σ over wrong classes of max(0, score - score of the right one + margin). Reference: Weston & Watkins, ESANN 1999.
struct MulticlassHinge {
  double margin = 1;  ///< in units of the scores

  static constexpr std::string_view name = "multiclass_hinge";
  static constexpr std::string_view doc = "multiclass SVM: how far wrong classes come within a margin of the right one";
  static constexpr Target target = Target::label;
  static std::vector<options::Field> fields();
};

/// log(1 + exp(-score)) for class 1, log(1 + exp(score)) for class 0.
struct LogisticLoss {
  static constexpr std::string_view name = "logistic_loss";
  static constexpr std::string_view doc = "cross-entropy of two classes by one score";
  static constexpr Target target = Target::sign;
  static std::vector<options::Field> fields();
};

/// Mean of squared differences.
struct SquaredError {
  static constexpr std::string_view name = "squared_error";
  static constexpr std::string_view doc = "mean of squared differences";
  static constexpr Target target = Target::number;
  static std::vector<options::Field> fields();
};

/// r²/2 for |r| <= delta, delta (|r| - delta/2) beyond. Reference: Huber, Ann. Math. Stat. 35 (1964) 73-101.
struct HuberError {
  double delta = 1;  ///< in units of the targets

  static constexpr std::string_view name = "huber";
  static constexpr std::string_view doc = "squares of small differences, the size of large ones";
  static constexpr Target target = Target::number;
  static std::vector<options::Field> fields();
};

}  // namespace downhill::learn
