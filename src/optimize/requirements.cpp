#include "optimize/requirements.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>

#include <string_view>

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

}  // namespace

void check_requirements(const Method& method, const Objective& objective) {
  const Capabilities& has = objective.capabilities();
  const Traits traits = method.model().traits();
  if (objective.size() > traits.most_variables) {
    throw OptionError(fmt::format("{}: varies at most {} variable{}, but this loss has {}", method.name(),
                                  traits.most_variables, traits.most_variables == 1 ? "" : "s", objective.size()));
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
  if (needs == Needs::quadratic && has.quadratic != true) {
    throw OptionError(fmt::format("{}: needs a loss that is provably quadratic, but this one {}\n  hint: use newton",
                                  method.name(),
                                  has.quadratic == false ? "is not quadratic" : "is not known to be quadratic"));
  }
  if (needs == Needs::gradient || needs == Needs::residuals) return;
  if (has.hessian == Derivatives::none) refuse(method, "second derivatives", supplied(has));
  if (needs == Needs::hessian_products) return;
  if (objective.size() > largest_dense_hessian) {
    throw OptionError(fmt::format("{}: needs a dense Hessian, but {} variables are more than {}", method.name(),
                                  objective.size(), largest_dense_hessian));
  }
}

}  // namespace downhill::optimize
