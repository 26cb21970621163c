#pragma once
#include <nlohmann/json_fwd.hpp>

#include "landscape/figure.hpp"

namespace downhill::app {

/// A figure for a page to draw: `columns` of charts {`title`, `x`, `y` {`label`, `scale`, `range`}, `series` [{`kind`, `name`, `color`,
/// `x`, `y`, `high`}], `heat` {`s`, `t`, `values`, `places` (0 to 1, as coloured), `label`, `levels`, `ticks` [{`place`, `text`}],
/// `colors`, `contours`}}.
[[nodiscard]] nlohmann::ordered_json figure_json(const landscape::Figure& figure);

}  // namespace downhill::app
