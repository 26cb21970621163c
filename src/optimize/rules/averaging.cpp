#include <downhill/operations.hpp>

#include "optimize/rules/rule_model.hpp"
#include "options/fields.hpp"

namespace downhill {

options::Fields Ema::fields() {
  return {options::field("decay", &Ema::decay, "weight of the average before", options::right_open(0, 1))};
}
options::Fields Polyak::fields() { return {options::field("begin", &Polyak::begin, "steps that are left out")}; }

namespace optimize {

namespace {

// What x weighs in the average: f64[].
Array weight(const Ema& options, const Array&) { return full({}, 1 - options.decay); }
Array weight(const Polyak& options, const Array& count) {
  return 1.0 / maximum(count - static_cast<double>(options.begin), 1.0);
}

}  // namespace

Array averaged(const Average& average, const Array& before, const Array& x, const Array& count) {
  const Array share = std::visit([&](const auto& options) { return weight(options, count); }, *average);
  // At share 1 this is x itself, not before + (x - before).
  return where(share >= 1.0, x, before + astype(share, x.dtype()) * (x - before));
}

}  // namespace optimize

}  // namespace downhill
