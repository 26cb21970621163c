#pragma once
#include <string_view>

namespace downhill::app {

/// The style of a report.
extern const std::string_view report_style;
/// The script that draws `figure`, with Plotly, into the element `charts`.
extern const std::string_view report_script;

}  // namespace downhill::app
