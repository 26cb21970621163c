#pragma once
#include <downhill/learn/session.hpp>

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace downhill::app {

/// What `train --explain` prints: two tables and why the run descends.
[[nodiscard]] std::string inspection_text(const learn::TrainingResult& result);
[[nodiscard]] nlohmann::ordered_json inspection_json(const learn::Inspection& inspection);
/// An array, empty without `--explain`.
[[nodiscard]] nlohmann::ordered_json inspections_json(const learn::TrainingResult& result);

}  // namespace downhill::app
