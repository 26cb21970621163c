#include "learn/train/not_finite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace downhill::learn {
namespace {

bool is_finite(const Array& array) {
  const std::vector<double> values = array.values();
  return std::ranges::all_of(values, [](double value) { return std::isfinite(value); });
}

std::string place(const Trainer& trainer, Network::Output& output) {
  const Network& network = trainer.network();
  for (const NamedArray& one : trainer.weights()) {
    if (!is_finite(one.array)) return fmt::format("{} is not finite", one.name);
  }
  for (std::size_t k = 0; k < output.between.size(); ++k) {
    if (!is_finite(output.between[k])) {
      return fmt::format("the output of layer {}, {}, is not finite", k + 1, network.layers()[k].text());
    }
  }
  return fmt::format("the outputs are finite, {} of them is not", trainer.task().loss.name());
}

// What rates could work, as the curvature at the start has it.
std::string hint_of_rates(Trainer& trainer) {
  const double curvature = trainer.curvature_at_start();
  if (!(curvature > 0) || !std::isfinite(curvature)) return {};
  return fmt::format(
      "\n  hint: the largest curvature at the start is {:.3g}: plain descent diverges there above a learning rate of "
      "{:.2g}; "
      "try {:.2g}",
      curvature, 2 / curvature, 1 / curvature);
}

}  // namespace

std::string explain_not_finite(Trainer& trainer, double loss) {
  Network::Output output = trainer.forward();
  return fmt::format("the loss of step {} is {}: {}{}", trainer.steps() + 1, std::isnan(loss) ? "nan" : "infinite",
                     place(trainer, output), hint_of_rates(trainer));
}

std::string explain_growth(Trainer& trainer, double first, double last) {
  return fmt::format("the loss has grown from {:.3g} to {:.3g} in {} steps{}", first, last, trainer.steps(),
                     hint_of_rates(trainer));
}

}  // namespace downhill::learn
