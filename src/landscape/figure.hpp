#pragma once
#include <downhill/landscape.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// Pictures as data. What draws them - gnuplot, a page, a terminal - reads the same structs.
namespace downhill::landscape {

enum class AxisScale : std::uint8_t { linear, logarithmic };

struct ChartAxis {
  std::string label;  ///< with its unit in brackets where it has one
  AxisScale scale = AxisScale::linear;
  std::optional<Window> range = {};  ///< else what the data need
  enum class Ticks : std::uint8_t { any, whole } ticks = Ticks::any;
};

/// Numbers of one kind in a chart.
struct Series {
  enum class Kind : std::uint8_t {
    line,
    line_points,  ///< a line through dots
    points,
    path,      ///< a line through dots, readable on any ground
    band,      ///< between y and high
    impulses,  ///< from zero to y
    start,     ///< a mark where a run began
    end,       ///< and where it ended
    lowest,    ///< the lowest point of a grid
  };
  Kind kind = Kind::line;
  std::string name;       ///< in the legend; empty: not in it
  std::size_t color = 0;  ///< of the distinct ones
  std::vector<double> x;
  std::vector<double> y;
  std::vector<double> high = {};
};

/// Heights as colours under the series of a chart, with their contours.
struct Heat {
  Plane plane;
  HeightScale scale;
  std::vector<Contour> contours;
  std::string label;  ///< of the heights
  enum class Tone : std::uint8_t { full, pale } tone = Tone::full;
  enum class Arrows : std::uint8_t { hidden, shown } arrows = Arrows::hidden;
};

struct Chart {
  std::string title;
  ChartAxis x;
  ChartAxis y;
  std::vector<Series> series = {};
  std::optional<Heat> heat = {};
};

/// Charts side by side in one picture; the rightmost column holds those that are stacked.
struct Figure {
  std::string title;
  std::vector<std::vector<Chart>> columns;  ///< from left to right, each from top to bottom
  std::vector<double> widths = {};          ///< of the columns, relative; equal ones unless given
  double width = 0;                         ///< of the picture, in pixels of 1/96 inch
  double height = 0;
};

/// The heights of a plane with their scale and contours.
[[nodiscard]] Heat heat_of(Plane plane, std::string label);
/// A chart of a plane: its heights and the lowest point of its grid.
[[nodiscard]] Chart plane_chart(Plane plane, std::string label);
/// Draws a path that was projected on the chart's plane, with its start and end.
void add_path(Chart& chart, std::span<const Position> path, const std::string& name, std::size_t color);
/// A place on a line that a chart marks.
struct Mark {
  double s = 0;
  std::string name;
};
/// A chart of values along a line.
[[nodiscard]] Chart line_chart(const Line& line, const std::string& label, const std::optional<Mark>& mark = {});

/// One run of a convergence chart.
struct RunRecord {
  std::string name;
  std::span<const TracePoint> trace;
};
/// f by iteration: on a logarithmic axis where it falls over decades, as it is or above the lowest value of all runs.
[[nodiscard]] Chart value_chart(std::span<const RunRecord> runs);
/// Gradient norm by iteration.
[[nodiscard]] Chart gradient_chart(std::span<const RunRecord> runs);
/// Step length by iteration.
[[nodiscard]] Chart step_chart(std::span<const RunRecord> runs);
/// Eigenvalues by rank.
[[nodiscard]] Chart spectrum_chart(const Spectrum& spectrum);

}  // namespace downhill::landscape
