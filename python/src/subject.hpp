#pragma once
#include <nanobind/nanobind.h>
#include <downhill/landscape.hpp>
#include <downhill/objective.hpp>

#include <optional>

#include "app/problem.hpp"

/// What Python gives for a loss.
namespace downhill::python {

namespace nb = nanobind;

/// A loss with its variables, its start and what a run is told: `app::Problem`; or functions of Python in place of a traced loss.
struct Subject {
  app::Problem problem;
  std::optional<Callbacks> called = {};  ///< functions called at every point
  Derivatives derivatives = Derivatives::exact;
  std::optional<int> threads = {};  ///< of native code

  /// The objective within the bounds, if there are any. Traces and compiles nothing before it is needed.
  [[nodiscard]] Objective objective() const;
  /// What pictures are drawn of. objective: as above.
  [[nodiscard]] landscape::Subject pictured(const Objective& objective) const;
};

void bind_subjects(nb::module_& module);

}  // namespace downhill::python
