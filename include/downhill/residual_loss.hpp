#pragma once
#include <downhill/objective.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// What a residual r costs. Least squares takes r²; a robust loss takes less of large residuals, so that outliers weigh less. All are
/// r² near 0: scale² ρ((r / scale)²) with ρ(s) = s + O(s²), and scale in units of the residuals.
namespace downhill::options {
struct Field;
enum class Detail;
template <class Erased>
class Registry;
}  // namespace downhill::options

namespace downhill {

class ResidualLossModel;

/// A configured loss, made from one of the structs below or from text.
class ResidualLoss {
 public:
  template <class Options>
  ResidualLoss(const Options& options);  // NOLINT(google-explicit-constructor)

  [[nodiscard]] std::string text(options::Detail detail) const;
  [[nodiscard]] std::string text() const;
  [[nodiscard]] const ResidualLossModel& model() const { return *model_; }
  [[nodiscard]] static const options::Registry<ResidualLoss>& registry();

 private:
  std::shared_ptr<const ResidualLossModel> model_;
};

/// Whether it is plain least squares.
[[nodiscard]] bool is_squared(const ResidualLoss& loss);

/// r²
struct SquaredLoss {
  static constexpr std::string_view name = "squared";
  static constexpr std::string_view doc = "least squares: the square of the residual";
  static std::vector<options::Field> fields();
};

/// ρ(s) = s up to 1, then 2√s - 1: beyond `scale` a residual counts by its size.
/// Reference: Huber, Ann. Math. Statist. 35 (1964) 73-101.
struct Huber {
  double scale = 1;

  static constexpr std::string_view name = "huber";
  static constexpr std::string_view doc = "the square up to the scale, then straight";
  static std::vector<options::Field> fields();
};

/// ρ(s) = 2 (√(1 + s) - 1): smooth, straight far out.
struct SoftL1 {
  double scale = 1;

  static constexpr std::string_view name = "soft_l1";
  static constexpr std::string_view doc = "smooth, and straight far out";
  static std::vector<options::Field> fields();
};

/// ρ(s) = log(1 + s): grows ever less; there may be several minima.
struct Cauchy {
  double scale = 1;

  static constexpr std::string_view name = "cauchy";
  static constexpr std::string_view doc = "grows like the logarithm far out";
  static std::vector<options::Field> fields();
};

/// ρ(s) = (1 - (1 - s)³) / 3 up to 1, then 1/3: residuals beyond `scale` count for nothing; there may be several minima.
/// Reference: Beaton & Tukey, Technometrics 16 (1974) 147-185.
struct Tukey {
  double scale = 1;

  static constexpr std::string_view name = "tukey";
  static constexpr std::string_view doc = "the biweight: constant beyond the scale";
  static std::vector<options::Field> fields();
};

/// ρ(s) = arctan(s): bounded; there may be several minima.
struct Arctan {
  double scale = 1;

  static constexpr std::string_view name = "arctan";
  static constexpr std::string_view doc = "bounded far out";
  static std::vector<options::Field> fields();
};

/// The objective Σ scale² ρ((r_i / scale)²) of the residuals of `least_squares`, for which methods for sums of squares find the minimum
/// too: they see residuals and a Jacobian whose squares have its gradient and nearly its curvature.
///
/// There are no second derivatives; traced_least_squares in <downhill/loss.hpp> makes a robust objective that has them.
/// Throws OptionError if there are no residuals.
/// Reference: Triggs, McLauchlan, Hartley & Fitzgibbon, LNCS 1883 (2000) 298-372, section 4.3.
[[nodiscard]] Objective with_residual_loss(const Objective& least_squares, const ResidualLoss& loss);

}  // namespace downhill
