#include "app/pictures/figure_json.hpp"

#include <nlohmann/json.hpp>

#include "app/json.hpp"
#include "landscape/color_map.hpp"
#include "landscape/thinned.hpp"
#include "landscape/ticks.hpp"
#include "support/numbers.hpp"

namespace downhill::app {
namespace {

using landscape::Chart;
using landscape::ChartAxis;
using landscape::Heat;
using landscape::Series;
using nlohmann::ordered_json;

// null where there is no number: JSON of a page has no others.
ordered_json plain(std::span<const double> numbers) {
  ordered_json result = ordered_json::array();
  for (const double number : numbers) {
    if (number - number == 0) {
      result.push_back(number);
    } else {
      result.push_back(nullptr);
    }
  }
  return result;
}

// Pictures need no more digits.
double short_number(double number) { return number - number == 0 ? *read_number(rounded(number, 6)) : number; }

ordered_json rows(std::span<const double> numbers, std::size_t columns) {
  ordered_json result = ordered_json::array();
  for (std::size_t k = 0; k < numbers.size(); k += columns) {
    std::vector<double> row;
    for (const double number : numbers.subspan(k, columns)) row.push_back(short_number(number));
    result.push_back(plain(row));
  }
  return result;
}

ordered_json axis_json(const ChartAxis& axis) {
  ordered_json json{{"label", axis.label},
                    {"scale", axis.scale == landscape::AxisScale::linear ? "linear" : "logarithmic"}};
  json["range"] = axis.range ? ordered_json{axis.range->low, axis.range->high} : ordered_json(nullptr);
  return json;
}

ordered_json series_json(const Series& all) {
  const Series series = landscape::thinned(all);
  constexpr const char* kinds[] = {"line",     "line_points", "points", "path",  "band",
                                   "impulses", "start",       "end",    "lowest"};
  return {{"kind", kinds[static_cast<std::size_t>(series.kind)]},
          {"name", series.name},
          {"color", landscape::hex(landscape::distinct(series.color))},
          {"x", plain(series.x)},
          {"y", plain(series.y)},
          {"high", plain(series.high)}};
}

ordered_json heat_json(const Heat& heat) {
  std::vector<double> places;
  for (const double value : heat.plane.values) places.push_back(heat.scale.position(value));
  ordered_json ticks = ordered_json::array();
  const bool is_above = heat.scale.kind == landscape::HeightScale::Kind::logarithmic && heat.scale.base != 0;
  for (const double level : landscape::contour_levels(heat.scale, 7)) {
    ticks.push_back({{"place", heat.scale.position(level)},
                     {"text", landscape::tick_text(is_above ? level - heat.scale.base : level)}});
  }
  ordered_json contours = ordered_json::array();
  for (const landscape::Contour& contour : heat.contours) {
    // One line with gaps for all pieces of a level.
    ordered_json s = ordered_json::array(), t = ordered_json::array();
    for (const auto& line : contour.lines) {
      for (std::size_t k = 0; k < line.s.size(); ++k) {
        s.push_back(short_number(line.s[k]));
        t.push_back(short_number(line.t[k]));
      }
      s.push_back(nullptr);
      t.push_back(nullptr);
    }
    contours.push_back({{"level", contour.level}, {"place", heat.scale.position(contour.level)}, {"s", s}, {"t", t}});
  }
  ordered_json colors = ordered_json::array();
  for (const landscape::Color color : landscape::stops(landscape::ColorMap::viridis))
    colors.push_back(landscape::hex(color));
  return {{"s", plain(heat.plane.s)},
          {"t", plain(heat.plane.t)},
          {"values", rows(heat.plane.values, heat.plane.s.size())},
          {"places", rows(places, heat.plane.s.size())},
          {"label", is_above ? heat.label + " above " + rounded(heat.scale.base, 5) : heat.label},
          {"ticks", ticks},
          {"colors", colors},
          {"contours", contours}};
}

}  // namespace

ordered_json figure_json(const landscape::Figure& figure) {
  ordered_json columns = ordered_json::array();
  for (const auto& column : figure.columns) {
    ordered_json charts = ordered_json::array();
    for (const Chart& chart : column) {
      ordered_json series = ordered_json::array();
      for (const Series& one : chart.series) series.push_back(series_json(one));
      charts.push_back({{"title", chart.title},
                        {"x", axis_json(chart.x)},
                        {"y", axis_json(chart.y)},
                        {"series", series},
                        {"heat", chart.heat ? heat_json(*chart.heat) : ordered_json(nullptr)}});
    }
    columns.push_back(charts);
  }
  return {{"title", figure.title}, {"columns", columns}};
}

}  // namespace downhill::app
