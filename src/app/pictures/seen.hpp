#pragma once
#include <downhill/landscape.hpp>
#include <downhill/result.hpp>

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "landscape/figure.hpp"

/// What `landscape` draws and tells.
namespace downhill::app {

struct Seen {
  std::optional<Result> run;
  std::vector<landscape::Position> path;
  std::optional<landscape::Plane> plane;  ///< or a line
  std::optional<landscape::Line> line;
  std::optional<landscape::Line> slice;
  std::optional<landscape::Spectrum> spectrum;
  landscape::GridCost cost;
};

[[nodiscard]] landscape::Figure picture_of(const std::string& title, const Seen& seen);
[[nodiscard]] std::string text_of(const Seen& seen);
/// `plane`, `line`, `slice`, `path`, `convergence`, `spectrum` as in landscape_json.hpp, each null where there is none; `grid` {`points`,
/// `batch`, `compile_seconds`, `seconds`}
[[nodiscard]] nlohmann::ordered_json json_of(const Seen& seen);

}  // namespace downhill::app
