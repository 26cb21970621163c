#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace downhill::options {
struct Field;
enum class Detail;
template <class Erased>
class Registry;
}  // namespace downhill::options

namespace downhill {

class MethodModel;

/// A configured way down, made from one of the structs in <downhill/methods/…> or from text. Immutable and cheap to copy.
class Method {
 public:
  /// Throws OptionError for an option out of its range.
  template <class Options>
  Method(const Options& options);  // NOLINT(google-explicit-constructor): minimize(f, x0, Newton{}) reads well

  [[nodiscard]] std::string_view name() const;
  /// The text form: `gradient_descent(line_search=exact)`. Reads back to the same method.
  [[nodiscard]] std::string text(options::Detail detail) const;
  [[nodiscard]] std::string text() const;
  [[nodiscard]] const MethodModel& model() const { return *model_; }

  /// All methods, with their options.
  [[nodiscard]] static const options::Registry<Method>& registry();

 private:
  std::shared_ptr<const MethodModel> model_;
};

/// Reads `newton` or `gradient_descent(line_search=fixed(learning_rate=0.01))`. Throws OptionError that lists what is known.
[[nodiscard]] Method parse_method(std::string_view text);

}  // namespace downhill
