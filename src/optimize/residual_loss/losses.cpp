#include <downhill/operations.hpp>

#include <cmath>
#include <memory>

#include "optimize/residual_loss/residual_loss_model.hpp"
#include "options/fields.hpp"

namespace downhill {

namespace optimize {

namespace {

// ρ and its derivatives at s = z², z the residual in units of the scale.
struct Rho {
  double value, first, second;
};

Rho rho(const SquaredLoss&, double s) { return {s, 1, 0}; }
Array rho(const SquaredLoss&, const Array& z) { return square(z); }

Rho rho(const Huber&, double s) {
  if (s <= 1) return {s, 1, 0};
  const double z = std::sqrt(s);
  return {2 * z - 1, 1 / z, -0.5 / (s * z)};
}
Array rho(const Huber&, const Array& z) {
  const Array size = abs(z);
  return where(size <= 1.0, square(z), 2.0 * size - 1.0);
}

// 2 (√(1 + s) - 1) without cancellation: 2 s / (1 + √(1 + s)).
Rho rho(const SoftL1&, double s) {
  const double root = std::sqrt(1 + s);
  return {2 * s / (1 + root), 1 / root, -0.5 / (root * root * root)};
}
Array rho(const SoftL1&, const Array& z) {
  const Array s = square(z);
  return 2.0 * s / (1.0 + sqrt(1.0 + s));
}

Rho rho(const Cauchy&, double s) { return {std::log1p(s), 1 / (1 + s), -1 / ((1 + s) * (1 + s))}; }
Array rho(const Cauchy&, const Array& z) { return log1p(square(z)); }

// (1 - (1 - s)³) / 3 without cancellation: s (1 - s + s²/3).
Rho rho(const Tukey&, double s) {
  if (s >= 1) return {1.0 / 3, 0, 0};
  return {s * (1 - s + s * s / 3), (1 - s) * (1 - s), -2 * (1 - s)};
}
Array rho(const Tukey&, const Array& z) {
  const Array s = square(z);
  return where(s < 1.0, s * (1.0 - s + square(s) / 3.0), 1.0 / 3);
}

Rho rho(const Arctan&, double s) {
  const double first = 1 / (1 + s * s);
  return {std::atan(s), first, -2 * s * first * first};
}
Array rho(const Arctan&, const Array& z) { return atan(square(z)); }

template <class Options>
double scale_of(const Options& options) {
  if constexpr (requires { options.scale; }) {
    return options.scale;
  } else {
    return 1;
  }
}

template <class Options>
class ErasedLoss final : public ResidualLossModel {
 public:
  explicit ErasedLoss(const Options& options) : options_(options), scale_(scale_of(options)) {}
  std::string text(options::Detail detail) const override { return options::print(options_, detail); }

  ResidualCost cost(double residual) const override {
    const double z = residual / scale_;
    const double s = z * z;
    const Rho at = rho(options_, s);
    const double bend = at.second == 0 ? 0 : 2 * s * at.second;
    return {scale_ * scale_ * at.value, at.first, at.first + bend};
  }
  Array total(const Array& residuals) const override {
    if (scale_ == 1) return sum(rho(options_, residuals));
    return (scale_ * scale_) * sum(rho(options_, residuals / scale_));
  }

 private:
  Options options_;
  double scale_;
};

template <class Options>
options::Fields scale_field() {
  return {options::field("scale", &Options::scale, "where a residual begins to count as large, in its units",
                         options::positive())};
}

}  // namespace

}  // namespace optimize

options::Fields SquaredLoss::fields() { return {}; }
options::Fields Huber::fields() { return optimize::scale_field<Huber>(); }
options::Fields SoftL1::fields() { return optimize::scale_field<SoftL1>(); }
options::Fields Cauchy::fields() { return optimize::scale_field<Cauchy>(); }
options::Fields Tukey::fields() { return optimize::scale_field<Tukey>(); }
options::Fields Arctan::fields() { return optimize::scale_field<Arctan>(); }

template <class Options>
ResidualLoss::ResidualLoss(const Options& options) {
  options::validate(options);
  model_ = std::make_shared<optimize::ErasedLoss<Options>>(options);
}

template ResidualLoss::ResidualLoss(const SquaredLoss&);
template ResidualLoss::ResidualLoss(const Huber&);
template ResidualLoss::ResidualLoss(const SoftL1&);
template ResidualLoss::ResidualLoss(const Cauchy&);
template ResidualLoss::ResidualLoss(const Tukey&);
template ResidualLoss::ResidualLoss(const Arctan&);

}  // namespace downhill
