#pragma once
#include <downhill/array.hpp>
#include <downhill/method.hpp>
#include <downhill/schedule.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// First-order rules: pure updates (x, state, gradient) -> (x, state), written on arrays and therefore compiled, fused with what
/// surrounds them, and given in any real type. Every rule is a Method as well.
namespace downhill {

class RuleModel;

// ---- what every rule combines with -----------------------------------------------------------------------------------------

/// The gradients of all arrays together are scaled down to Euclidean norm `largest`.
/// Reference: Pascanu, Mikolov & Bengio, ICML 2013, algorithm 1.
struct ClipByNorm {
  double largest = 1;  ///< in units of the gradient

  static constexpr std::string_view name = "norm";
  static constexpr std::string_view doc = "scales the gradient down to a norm";
  static std::vector<options::Field> fields();
};

/// Each entry of a gradient is brought into [-largest, largest].
struct ClipByValue {
  double largest = 1;  ///< in units of the gradient

  static constexpr std::string_view name = "value";
  static constexpr std::string_view doc = "brings each entry of the gradient into an interval";
  static std::vector<options::Field> fields();
};

using Clip = std::optional<std::variant<ClipByNorm, ClipByValue>>;

/// average_t = decay average_{t-1} + (1 - decay) x_t, from the start on.
struct Ema {
  double decay = 0.99;  ///< in [0, 1)

  static constexpr std::string_view name = "ema";
  static constexpr std::string_view doc = "a mean whose weights fall exponentially into the past";
  static std::vector<options::Field> fields();
};

/// The mean of x after step `begin`; before, x itself.
/// Reference: Polyak & Juditsky, SIAM J. Control Optim. 30 (1992) 838-855.
struct Polyak {
  std::uint64_t begin = 0;

  static constexpr std::string_view name = "polyak";
  static constexpr std::string_view doc = "the mean of all x from some step on";
  static std::vector<options::Field> fields();
};

using Average = std::optional<std::variant<Ema, Polyak>>;

// ---- rules -----------------------------------------------------------------------------------------------------------------

/// What a rule is given for one array.
struct RuleInput {
  Array x;                       ///< any shape, f64 or f32
  Array gradient;                ///< of the type of x, clipped
  std::span<const Array> state;  ///< as declared by `start`
  Array learning_rate;           ///< of this step: a scalar of the dtype of x
  Array count;                   ///< of updates, this one included: f64[], 1 at the first
};

/// What it makes of it: arrays of the same types.
struct RuleOutput {
  Array x;
  std::vector<Array> state;
};

/// An array of the state at the start, with its name in checkpoints.
struct NamedArray {
  std::string name;
  Array array;
};

/// A rule of your own: a name and two pure functions of arrays, the second with everything that varies among its inputs.
///
///   CustomRule signum{
///       .name = "signum",
///       .learning_rate = 0.01,
///       .start = [](const Array& x) { return std::vector<NamedArray>{{"momentum", zeros(x.shape(), x.dtype())}}; },
///       .update = [](const RuleInput& in) -> RuleOutput {
///         const Array m = 0.9 * in.state[0] + 0.1 * in.gradient;
///         return {in.x - in.learning_rate * sign(m), {m}};
///       }};
///   Result r = minimize(f, x0, Rule(signum));
struct CustomRule {
  std::string name;
  Schedule learning_rate = 0.01;
  std::function<std::vector<NamedArray>(const Array&)> start = {};  ///< none: a rule without state
  std::function<RuleOutput(const RuleInput&)> update = {};
  double weight_decay = 0;
  Clip clip = {};
  Average average = {};
};

/// A configured rule, made from one of the structs in <downhill/rules/…>, from text or from a CustomRule.
///
/// All rules take, beside their own options:
///   learning_rate  a number or a schedule, in the units that the rule's page states
///   weight_decay   λ: x loses learning_rate λ x in every step, apart from the gradient (Loshchilov & Hutter, ICLR 2019)
///   clip           `norm(1)` or `value(1)`: applied to the gradient before anything else
///   average        `ema(0.99)` or `polyak`: what is reported, while the rule goes on from its own x
class Rule {
 public:
  /// Throws OptionError for an option out of its range.
  template <class Options>
    requires requires { &Options::learning_rate; }
  Rule(const Options& options);  // NOLINT(google-explicit-constructor)

  [[nodiscard]] std::string_view name() const;
  /// `adam(learning_rate=0.01)`, or the name of a CustomRule, which cannot be read back.
  [[nodiscard]] std::string text(options::Detail detail) const;
  [[nodiscard]] std::string text() const;

  /// The state of an array x at the start, averages included.
  [[nodiscard]] std::vector<NamedArray> start(const Array& x) const;

  /// An array under way.
  struct Parameter {
    Array x;
    std::vector<Array> state;
  };
  /// One step of all arrays. Inside a trace it becomes part of the program.
  ///
  /// gradients  one of the type of each x
  /// count      updates before this one: f64[]
  /// Throws ShapeError if the rule gives other types than it was given.
  [[nodiscard]] std::vector<Parameter> update(std::span<const Parameter> parameters, std::span<const Array> gradients,
                                              const Array& count) const;

  /// Whether the result is another array than the x where gradients are taken: an average.
  [[nodiscard]] bool has_result_of_its_own() const;
  [[nodiscard]] Array result(const Parameter& parameter) const;

  /// All rules but those of your own, with their options.
  [[nodiscard]] static const options::Registry<Rule>& registry();

 private:
  std::shared_ptr<const RuleModel> model_;
};

/// Throws OptionError if there is no name or no update.
template <>
Rule::Rule(const CustomRule& rule);

/// Reads `adam(learning_rate=cosine(initial=0.1, steps=1000), clip=norm(1))`. Throws OptionError that lists what is known.
[[nodiscard]] Rule parse_rule(std::string_view text);

/// A rule as a method: one value and gradient per step, two where it averages (one where gradients are taken, one of the result).
/// Not monotone; a trial that is not finite halves the change of x and state.
template <>
Method::Method(const Rule& rule);

}  // namespace downhill
