#pragma once
#include <downhill/learn/loss.hpp>

#include "learn/losses/loss_model.hpp"
#include "options/fields.hpp"

/// Makes a Loss of a struct of options. Included by losses.cpp alone, which defines Mean<Options> for each.
namespace downhill::learn {

/// Specialised by each:  static Array of(const Options&, const Array& outputs, const Array& targets)
/// and, where that is a mean of squares, the same named `residuals`, whose squares add up to it.
template <class Options>
struct Mean;

template <class Options>
class ErasedLoss final : public LossModel {
 public:
  explicit ErasedLoss(const Options& options) : options_(options) {}
  std::string_view name() const override { return Options::name; }
  std::string text(options::Detail detail) const override { return options::print(options_, detail); }
  Target target() const override { return Options::target; }
  Array mean(const Array& outputs, const Array& targets) const override {
    return Mean<Options>::of(options_, outputs, targets);
  }
  static constexpr bool is_of_squares =
      requires(const Options& options, const Array& array) { Mean<Options>::residuals(options, array, array); };
  bool has_residuals() const override { return is_of_squares; }
  std::optional<Array> residuals(const Array& outputs, const Array& targets) const override {
    if constexpr (is_of_squares) {
      return Mean<Options>::residuals(options_, outputs, targets);
    }
    return std::nullopt;
  }

 private:
  Options options_;
};

template <class Options>
  requires requires { Options::name; }
Loss::Loss(const Options& options) {
  options::validate(options);
  model_ = std::make_shared<ErasedLoss<Options>>(options);
}

}  // namespace downhill::learn
