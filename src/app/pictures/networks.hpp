#pragma once
#include <optional>

#include "app/arguments.hpp"
#include "app/pictures/target.hpp"
#include "app/terminal.hpp"

namespace downhill::app {

/// `landscape --trained FILE --data NAME`: the mean loss over the samples, along random directions with filter normalisation from the
/// trained weights. Returns the exit status.
[[nodiscard]] int draw_network(const Arguments& arguments, const std::optional<PlotTarget>& plot,
                               const Terminal& terminal);

}  // namespace downhill::app
