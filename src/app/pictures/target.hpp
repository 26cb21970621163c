#pragma once
#include <optional>
#include <string>

#include "app/arguments.hpp"
#include "app/pictures/html.hpp"
#include "app/terminal.hpp"
#include "landscape/figure.hpp"

/// Where `--plot` draws.
namespace downhill::app {

struct PlotTarget {
  enum class Kind : std::uint8_t { svg, png, pdf, html, terminal };
  Kind kind = Kind::terminal;
  std::string path;  ///< empty for the terminal
};

/// What `--plot` asks for, if it does. Everything that can be known before the run is told before it: throws InputError for an unknown
/// ending and a folder that cannot be written, ExecutionError where gnuplot is not installed, or the build has no Plotly.
[[nodiscard]] std::optional<PlotTarget> plot_target(const std::optional<std::string>& plot);

/// Draws the figure whole or not at all, in HTML with its report. On the terminal the first chart of each column that is not a landscape.
void draw_plot(const PlotTarget& target, const landscape::Figure& figure, const Report& report,
               const Terminal& terminal);

}  // namespace downhill::app
