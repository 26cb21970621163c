#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// How far to go along a direction p from x, with phi(t) = f(x + t p) and slope = gradient(x) · p < 0.
/// A trial whose value is not finite shortens the step.
namespace downhill::options {
struct Field;
enum class Detail;
template <class Erased>
class Registry;
}  // namespace downhill::options

namespace downhill {

class LineSearchModel;

/// A configured line search, made from one of the structs below or from text.
class LineSearch {
 public:
  template <class Options>
  LineSearch(const Options& options);  // NOLINT(google-explicit-constructor)

  [[nodiscard]] std::string text(options::Detail detail) const;
  [[nodiscard]] const LineSearchModel& model() const { return *model_; }
  [[nodiscard]] static const options::Registry<LineSearch>& registry();

 private:
  std::shared_ptr<const LineSearchModel> model_;
};

/// Always t = learning_rate, whether f falls or not.
struct Fixed {
  double learning_rate = 0.01;  ///< in units of x² / f

  static constexpr std::string_view name = "fixed";
  static constexpr std::string_view doc = "always the same step, whether f falls or not";
  static std::vector<options::Field> fields();
};

/// The best of several steps, evaluated as one batch. When none is lower, all are multiplied by `contraction` and tried again.
struct Candidates {
  std::vector<double> steps = {1, 0.1, 0.01, 0.001, 1e-4, 1e-5};  ///< in units of x² / f
  double contraction = 1e-3;                                      ///< in (0, 1)

  static constexpr std::string_view name = "candidates";
  static constexpr std::string_view doc = "the best of several steps, evaluated as one batch";
  static std::vector<options::Field> fields();
};

/// Until the new gradient is orthogonal to the direction: |gradient(x + t p) · p| <= orthogonality * |slope|.
/// Doubles the step until the slope changes sign, then closes in by the secant, safeguarded by bisection.
struct Exact {
  double orthogonality = 1e-6;

  static constexpr std::string_view name = "exact";
  static constexpr std::string_view doc = "until the new gradient is orthogonal to the direction";
  static std::vector<options::Field> fields();
};

/// Backtracks until phi(t) <= phi(0) + sufficient_decrease * t * slope (Armijo, Pacific J. Math. 16 (1966) 1-3).
/// Starts from twice the step accepted before; the first step moves x by an eighth of its size.
struct Armijo {
  double sufficient_decrease = 1e-4;
  double contraction = 0.5;  ///< factor on a refused step

  static constexpr std::string_view name = "armijo";
  static constexpr std::string_view doc = "backtracks until f falls enough";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
