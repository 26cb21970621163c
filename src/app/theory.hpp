#pragma once
#include <downhill/descent_theory.hpp>

#include <nlohmann/json_fwd.hpp>

namespace downhill::app {

/// `theory` of a result's JSON; see docs/guide/convergence.md.
[[nodiscard]] nlohmann::ordered_json theory_json(const DescentTheory& theory);

}  // namespace downhill::app
