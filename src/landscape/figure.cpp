#include "landscape/figure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "support/numbers.hpp"

namespace downhill::landscape {
namespace {

// Whether positive numbers are told apart by their ratios: they spread over more than `decades`.
bool spreads_over(double decades, double low, double high) { return low > 0 && high > low * std::pow(10, decades); }

struct Extent {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  void add(double value) {
    if (!std::isfinite(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

// Runs of very different length are seen side by side on a logarithmic axis, which needs a count from 1.
void count_by_ratios(Chart& chart) {
  double shortest = INFINITY, longest = 0;
  for (const Series& series : chart.series) {
    if (series.x.empty()) continue;
    shortest = std::min(shortest, series.x.back());
    longest = std::max(longest, series.x.back());
  }
  constexpr double comparable = 20;
  if (longest < comparable * shortest || longest < 2 * comparable) return;
  chart.x.scale = AxisScale::logarithmic;
  chart.x.label = "iteration, counted from 1";
  for (Series& series : chart.series) {
    for (double& x : series.x) x += 1;
  }
}

using Quantity = double TracePoint::*;

Chart by_iteration(std::span<const RunRecord> runs, std::string title, std::string label, Quantity quantity,
                   double base = 0) {
  Extent positive;
  bool has_others = false;
  Chart chart{.title = std::move(title), .x = {"iteration"}, .y = {std::move(label)}};
  for (std::size_t r = 0; r < runs.size(); ++r) {
    Series series{.kind = Series::Kind::line, .name = runs[r].name, .color = r, .x = {}, .y = {}};
    for (const TracePoint& point : runs[r].trace) {
      const double value = point.*quantity - base;
      if (!std::isfinite(value)) continue;
      if (value > 0) positive.add(value);
      has_others = has_others || value < 0;
      series.x.push_back(static_cast<double>(point.iteration));
      series.y.push_back(value);
    }
    chart.series.push_back(std::move(series));
  }
  if (!has_others && spreads_over(1.5, positive.low, positive.high)) {
    chart.y.scale = AxisScale::logarithmic;
    for (Series& series : chart.series) {
      std::vector<double> x, y;
      for (std::size_t k = 0; k < series.x.size(); ++k) {
        if (!(series.y[k] > 0)) continue;
        x.push_back(series.x[k]);
        y.push_back(series.y[k]);
      }
      series.x = std::move(x);
      series.y = std::move(y);
    }
  }
  constexpr std::size_t few = 40;
  for (Series& series : chart.series) {
    if (series.x.size() <= few) series.kind = Series::Kind::line_points;
  }
  chart.x.ticks = ChartAxis::Ticks::whole;
  count_by_ratios(chart);
  if (runs.size() == 1) chart.series.front().name.clear();
  return chart;
}

}  // namespace

Heat heat_of(Plane plane, std::string label) {
  Heat heat{.plane = std::move(plane), .scale = {}, .contours = {}, .label = std::move(label)};
  heat.scale = height_scale(heat.plane.values);
  heat.contours = contours(heat.plane, contour_levels(heat.scale, 12));
  return heat;
}

Chart plane_chart(Plane plane, std::string label) {
  Chart chart{.title = {},
              .x = {plane.frame.names[0], AxisScale::linear, Window{plane.s.front(), plane.s.back()}},
              .y = {plane.frame.names[1], AxisScale::linear, Window{plane.t.front(), plane.t.back()}}};
  if (plane.lowest != Plane::none) {
    const std::size_t columns = plane.s.size();
    chart.series.push_back({.kind = Series::Kind::lowest,
                            .name = fmt::format("lowest: {}", rounded(plane.values[plane.lowest], 4)),
                            .x = {plane.s[plane.lowest % columns]},
                            .y = {plane.t[plane.lowest / columns]}});
  }
  chart.heat = heat_of(std::move(plane), std::move(label));
  return chart;
}

void add_path(Chart& chart, std::span<const Position> path, const std::string& name, std::size_t color) {
  if (path.empty()) return;
  Series series{.kind = Series::Kind::path, .name = name, .color = color, .x = {}, .y = {}};
  for (const Position& position : path) {
    series.x.push_back(position.s);
    series.y.push_back(position.t);
  }
  chart.series.push_back(std::move(series));
  chart.series.push_back(
      {.kind = Series::Kind::start, .name = "start", .color = color, .x = {path.front().s}, .y = {path.front().t}});
  chart.series.push_back(
      {.kind = Series::Kind::end, .name = "end", .color = color, .x = {path.back().s}, .y = {path.back().t}});
}

Chart line_chart(const Line& line, const std::string& label, const std::optional<Mark>& mark) {
  Chart chart{
      .title = {}, .x = {line.frame.names[0], AxisScale::linear, Window{line.s.front(), line.s.back()}}, .y = {label}};
  Series series{.kind = Series::Kind::line, .name = {}, .x = {}, .y = {}};
  Extent extent;
  for (std::size_t k = 0; k < line.s.size(); ++k) {
    extent.add(line.values[k]);
    series.x.push_back(line.s[k]);
    series.y.push_back(line.values[k]);  // NaN breaks the line
  }
  const HeightScale scale = height_scale(line.values);
  if (scale.kind == HeightScale::Kind::logarithmic && scale.base == 0 && spreads_over(2, extent.low, extent.high)) {
    chart.y.scale = AxisScale::logarithmic;
  }
  chart.series.push_back(std::move(series));
  if (line.lowest != Line::none) {
    chart.series.push_back({.kind = Series::Kind::lowest,
                            .name = fmt::format("lowest: {}", rounded(line.values[line.lowest], 4)),
                            .x = {line.s[line.lowest]},
                            .y = {line.values[line.lowest]}});
  }
  if (mark && mark->s >= line.s.front() && mark->s <= line.s.back()) {
    const auto k = static_cast<std::size_t>(std::ranges::lower_bound(line.s, mark->s) - line.s.begin());
    chart.series.push_back({.kind = Series::Kind::end, .name = mark->name, .x = {mark->s}, .y = {line.values[k]}});
  }
  return chart;
}

Chart value_chart(std::span<const RunRecord> runs) {
  Extent all;
  for (const RunRecord& run : runs) {
    for (const TracePoint& point : run.trace) all.add(point.value);
  }
  const std::string title = "value by iteration";
  // As it is where it falls over decades towards zero; above the lowest where it settles somewhere else.
  if (all.low >= 0 && (all.low == 0 || spreads_over(3, all.low, all.high))) {
    return by_iteration(runs, title, "f", &TracePoint::value);
  }
  Extent above;
  for (const RunRecord& run : runs) {
    for (const TracePoint& point : run.trace) {
      if (point.value > all.low) above.add(point.value - all.low);
    }
  }
  if (!spreads_over(1.5, above.low, above.high)) return by_iteration(runs, title, "f", &TracePoint::value);
  return by_iteration(runs, title, fmt::format("f above {}", rounded(all.low, 5)), &TracePoint::value, all.low);
}

Chart gradient_chart(std::span<const RunRecord> runs) {
  return by_iteration(runs, "gradient by iteration", "gradient norm", &TracePoint::gradient_norm);
}

Chart step_chart(std::span<const RunRecord> runs) {
  return by_iteration(runs, "step by iteration", "length of the step", &TracePoint::step);
}

Chart spectrum_chart(const Spectrum& spectrum) {
  Chart chart{.title = spectrum.is_complete ? "spectrum of the Hessian" : "extremes of the Hessian's spectrum",
              .x = {"rank, ascending"},
              .y = {"eigenvalue"}};
  chart.x.range = Window{0.4, static_cast<double>(spectrum.size) + 0.6};
  chart.x.ticks = ChartAxis::Ticks::whole;
  Series series{.kind = Series::Kind::impulses, .name = {}, .x = {}, .y = {}};
  const std::size_t found = spectrum.eigenvalues.size();
  for (std::size_t k = 0; k < found; ++k) {
    const bool is_upper = !spectrum.is_complete && k >= found / 2;
    const std::size_t rank = is_upper ? spectrum.size - (found - 1 - k) : k + 1;
    series.x.push_back(static_cast<double>(rank));
    series.y.push_back(spectrum.eigenvalues[k]);
  }
  if (found > 0 && spreads_over(2, spectrum.eigenvalues.front(), spectrum.eigenvalues.back())) {
    chart.y.scale = AxisScale::logarithmic;
  }
  chart.series.push_back(std::move(series));
  return chart;
}

}  // namespace downhill::landscape
