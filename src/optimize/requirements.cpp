#include "optimize/requirements.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <downhill/error.hpp>

#include <string_view>
#include <vector>

#include "optimize/method_model.hpp"

namespace downhill::optimize {

namespace {

constexpr std::size_t largest_dense_hessian = 5000;  // variables; 200 MB

std::string_view supplied(const Capabilities& capabilities) {
  if (capabilities.gradient == Derivatives::none) return "values only";
  if (capabilities.hessian == Derivatives::none) return "a gradient only";
  return "derivatives but no residuals";
}

[[noreturn]] void refuse(const Method& method, std::string_view needs, std::string_view has,
                         std::string_view hint = {}) {
  throw OptionError(fmt::format("{}: needs {}, but this loss supplies {}{}{}", method.name(), needs, has,
                                hint.empty() ? "" : "\n  hint: ", hint));
}

bool gives(const Capabilities& has, Needs needs) {
  switch (needs) {
    case Needs::values: return true;
    case Needs::gradient: return has.gradient != Derivatives::none;
    case Needs::hessian_products:
    case Needs::hessian: return has.hessian != Derivatives::none;
    case Needs::residuals: return has.residuals > 0 && has.gradient != Derivatives::none;
    case Needs::quadratic: return has.quadratic == true;
  }
  return false;
}

// The methods that keep to bounds and need no more than the loss has.
std::vector<std::string_view> methods_within_bounds(const Objective& objective) {
  std::vector<std::string_view> result;
  for (const std::string_view name : Method::registry().names()) {
    const Traits traits = Method::registry().parse(name).model().traits();
    if (traits.bounds != Traits::Bounds::keeps || objective.size() > traits.most_variables) continue;
    if (gives(objective.capabilities(), traits.needs)) result.push_back(name);
  }
  return result;
}

}  // namespace

void check_requirements(const Method& method, const Objective& objective) {
  const Capabilities& has = objective.capabilities();
  const Traits traits = method.model().traits();
  if (objective.size() > traits.most_variables) {
    throw OptionError(fmt::format("{}: varies at most {} variable{}, but this loss has {}", method.name(),
                                  traits.most_variables, traits.most_variables == 1 ? "" : "s", objective.size()));
  }
  if (objective.bounds() != nullptr && traits.bounds == Traits::Bounds::ignores) {
    throw OptionError(fmt::format("{}: cannot keep to bounds on variables\n  hint: use {}", method.name(),
                                  fmt::join(methods_within_bounds(objective), ", ")));
  }
  const Needs needs = traits.needs;
  if (needs == Needs::values) return;
  if (needs == Needs::residuals && has.residuals == 0) {
    throw OptionError(fmt::format("{}: needs a sum of squared residuals, but this loss is one value", method.name()));
  }
  if (has.gradient == Derivatives::none) {
    refuse(method, needs == Needs::residuals ? "the Jacobian of the residuals" : "a gradient", supplied(has),
           "ask for finite differences, or use local_search or random_search");
  }
  if (traits.kinks == Traits::Kinks::of_l1_terms && has.smooth == false && objective.l1().empty()) {
    throw OptionError(
        fmt::format("{}: needs a loss that is smooth but for terms w*abs(x[i] - c) with constant w >= 0 and c, as "
                    "sum(square(A @ x - b)) + 0.1*sum(abs(x)), but this loss has other kinks\n  hint: use bfgs",
                    method.name()));
  }
  if (needs == Needs::quadratic && has.quadratic != true) {
    throw OptionError(fmt::format("{}: needs a loss that is provably quadratic, but this one {}\n  hint: use newton",
                                  method.name(),
                                  has.quadratic == false ? "is not quadratic" : "is not known to be quadratic"));
  }
  if (needs == Needs::gradient || needs == Needs::residuals) return;
  if (has.hessian == Derivatives::none) refuse(method, "second derivatives", supplied(has));
  if (needs == Needs::hessian_products) return;
  if (traits.matrix == Traits::Matrix::dense_or_sparse && objective.source()->sparse() != nullptr) return;
  if (objective.size() > largest_dense_hessian) {
    throw OptionError(fmt::format("{}: needs a dense Hessian, but {} variables are more than {}", method.name(),
                                  objective.size(), largest_dense_hessian));
  }
}

}  // namespace downhill::optimize
