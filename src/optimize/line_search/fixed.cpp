#include "optimize/line_search/line_search_erasure.hpp"

namespace downhill {

options::Fields Fixed::fields() {
  using options::field;
  return {field("learning_rate", &Fixed::learning_rate, "the step, in units of x² / f", options::positive())};
}

namespace optimize {

template <>
struct Search<Fixed> {
  static Traits::Descent descent(const Fixed&) { return Traits::Descent::free; }
  static double fixed_rate(const Fixed& options) { return options.learning_rate; }

  // Only a trial that is not finite shortens the step.
  static std::optional<Trial> find(const Fixed& options, Walk& walk, const Ray& ray, double) {
    double t = ray.unit * options.learning_rate;
    for (int trial = 0; trial < 60 && !walk.is_over(); ++trial, t *= 0.5) {
      Trial next = try_step(walk, ray, t);
      if (is_usable(next)) return next;
    }
    return std::nullopt;
  }
};

}  // namespace optimize

template LineSearch::LineSearch(const Fixed&);

}  // namespace downhill
