#pragma once
#include "landscape/figure.hpp"

namespace downhill::landscape {

/// A line or path with fewer points that looks the same: the first 200 as they are, of later ones the ends and the extremes of ever longer
/// stretches, so that also a logarithmic axis of counts loses nothing. Others as they are.
[[nodiscard]] Series thinned(const Series& series);

}  // namespace downhill::landscape
