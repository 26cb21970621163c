#pragma once
#include <downhill/line_search.hpp>

#include <optional>

#include "optimize/line_search/line_search_model.hpp"

namespace downhill::optimize {

/// A line search that is tried again with the noise of f, measured, where it found no lower point with the rounding of f alone: sums
/// of terms that cancel are far less exact than their value suggests. Part of a method's state.
class PatientSearch {
 public:
  std::optional<Trial> find(const LineSearch& search, Walk& walk, Ray ray, double suggested_step);

  template <class Visitor>
  void visit(Visitor& v) {
    v("noise", noise_);
    v("measured_at", measured_at_);
  }

 private:
  double noise_ = 0;
  double measured_at_ = 0;  // the value of f there
};

/// How far f at points that differ from the present one by rounding is from the straight line. Cost: three values.
[[nodiscard]] double value_noise(Walk& walk);

/// Whether the search ended early, before the slope had flattened: the method's idea of f is far off.
[[nodiscard]] bool has_ended_early(const Trial& trial, const Ray& ray);

}  // namespace downhill::optimize
