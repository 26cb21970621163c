#pragma once
#include <downhill/minimize.hpp>

#include "optimize/state.hpp"
#include "optimize/walk.hpp"

namespace downhill::optimize {

/// Whether a run stands alone. The end of one inside another is judged, but not diagnosed.
enum class Standing : std::uint8_t { alone, inside };

/// Runs the method from a start whose value and gradient are finite, until something ends the run, and judges the last point.
[[nodiscard]] Result drive(Objective& objective, Point start, const Method& method, const Stop& stop,
                           const RunOptions& run, Standing standing = Standing::alone);

/// Goes on with a run that was kept. `start` is where it was, evaluated anew.
/// Throws InputError if `kept` is of another method or size.
[[nodiscard]] Result drive_on(Objective& objective, Point start, const Snapshot& kept, const Method& method,
                              const Stop& stop, const RunOptions& run);

}  // namespace downhill::optimize
