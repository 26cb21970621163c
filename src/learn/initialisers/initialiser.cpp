#include <fmt/format.h>
#include <downhill/error.hpp>

#include "ir/tracing.hpp"
#include "learn/initialisers/initialiser_model.hpp"
#include "support/machine_memory.hpp"

namespace downhill::learn {

Array Initialiser::draw(const Weights& weights, const Array& key) const {
  // Of weights that are trained there are the present and the best ones, gradients and averages.
  constexpr double copies = 4;
  double bytes = copies * static_cast<double>(size_of(weights.dtype));
  for (const std::int64_t extent : weights.shape) bytes *= static_cast<double>(extent);
  const auto machine = static_cast<double>(machine_memory());
  if (!ir::is_tracing() && bytes > machine) {
    throw ExecutionError(fmt::format("{}: weights {} are too large to be trained here: {:.3g} GB of {:.3g}",
                                     text(options::Detail::changed), to_string(Type{weights.dtype, weights.shape}),
                                     bytes * 1e-9, machine * 1e-9));
  }
  return model_->draw(weights, key);
}
std::string Initialiser::text(options::Detail detail) const { return model_->text(detail); }

const options::Registry<Initialiser>& Initialiser::registry() {
  using options::entry;
  static const options::Registry<Initialiser> initialisers{
      "initialiser", {entry<Initialiser, He>(), entry<Initialiser, Glorot>(), entry<Initialiser, Orthogonal>()}};
  return initialisers;
}

}  // namespace downhill::learn
