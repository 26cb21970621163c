#include "app/pictures/seen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/json.hpp"
#include "app/pictures/landscape_json.hpp"
#include "app/report.hpp"
#include "support/numbers.hpp"

namespace downhill::app {

using nlohmann::ordered_json;

landscape::Figure picture_of(const std::string& title, const Seen& seen) {
  landscape::Figure figure{.title = title, .columns = {}, .width = 1120, .height = 600};
  landscape::Chart chart =
      seen.plane ? landscape::plane_chart(*seen.plane, "f") : landscape::line_chart(*seen.line, "f");
  if (seen.plane && seen.run) {
    chart.heat->arrows = landscape::Heat::Arrows::shown;
    landscape::add_path(chart, seen.path, "path of " + seen.run->method.substr(0, seen.run->method.find('(')), 0);
  } else if (seen.plane) {
    chart.heat->arrows = landscape::Heat::Arrows::shown;
  }
  std::vector<landscape::Chart> stack;
  if (seen.slice) {
    stack.push_back(landscape::line_chart(*seen.slice, "f", landscape::Mark{1, "the step taken"}));
    stack.back().title = "along a step";
  } else if (seen.run && seen.run->trace.size() > 1) {
    const landscape::RunRecord record{.name = "", .trace = seen.run->trace};
    stack.push_back(landscape::value_chart({&record, 1}));
    stack.push_back(landscape::step_chart({&record, 1}));
  }
  if (seen.spectrum && seen.spectrum->size > 1) stack.push_back(landscape::spectrum_chart(*seen.spectrum));
  if (stack.size() > 2) figure.height = 760;
  figure.columns.push_back({std::move(chart)});
  if (!stack.empty()) {
    figure.columns.push_back(std::move(stack));
    figure.widths = {1.35, 1};
  } else {
    figure.width = 700;
  }
  return figure;
}

std::string text_of(const Seen& seen) {
  const landscape::Frame& frame = seen.plane ? seen.plane->frame : seen.line->frame;
  std::vector<std::vector<std::string>> rows;
  for (std::size_t k = 0; k < frame.names.size(); ++k) {
    const std::vector<double>& at = seen.line ? seen.line->s : k == 0 ? seen.plane->s : seen.plane->t;
    rows.push_back({fmt::format("{} axis", k == 0 ? "first" : "second"),
                    fmt::format("{}: {} to {}", frame.names[k], rounded(at.front(), 5), rounded(at.back(), 5))});
  }
  if (seen.plane && seen.plane->lowest != landscape::Plane::none) {
    const std::size_t columns = seen.plane->s.size();
    rows.push_back({"lowest point", fmt::format("f = {} at {}, {}", rounded(seen.plane->values[seen.plane->lowest], 8),
                                                rounded(seen.plane->s[seen.plane->lowest % columns], 5),
                                                rounded(seen.plane->t[seen.plane->lowest / columns], 5))});
  } else if (seen.line && seen.line->lowest != landscape::Line::none) {
    rows.push_back({"lowest point", fmt::format("f = {} at {}", rounded(seen.line->values[seen.line->lowest], 8),
                                                rounded(seen.line->s[seen.line->lowest], 5))});
  }
  if (seen.run) {
    double furthest = 0;
    for (const landscape::Position& position : seen.path) furthest = std::max(furthest, position.distance);
    rows.push_back(
        {"path", fmt::format("{} points of {}, ends at f = {}, at most {} away from what is drawn", seen.path.size(),
                             seen.run->method, rounded(seen.run->value, 8), rounded(furthest, 3))});
  }
  if (seen.spectrum) {
    rows.push_back({"curvature", fmt::format("{} to {}", rounded(seen.spectrum->eigenvalues.front(), 5),
                                             rounded(seen.spectrum->eigenvalues.back(), 5))});
  }
  rows.push_back({"grid", fmt::format("{} points, {} in one call, compiled in {}, evaluated in {}", seen.cost.points,
                                      seen.cost.batch, duration(seen.cost.compile), duration(seen.cost.run))});
  std::string text;
  for (const auto& row : rows) text += fmt::format("  {:<12}  {}\n", row[0], row[1]);
  return text;
}

ordered_json json_of(const Seen& seen) {
  ordered_json json;
  json["plane"] = seen.plane ? plane_json(*seen.plane) : ordered_json(nullptr);
  json["line"] = seen.line ? line_json(*seen.line) : ordered_json(nullptr);
  json["slice"] = seen.slice ? line_json(*seen.slice) : ordered_json(nullptr);
  json["path"] = seen.run ? path_json(seen.path) : ordered_json(nullptr);
  json["convergence"] = seen.run ? convergence_json(seen.run->trace) : ordered_json(nullptr);
  json["spectrum"] = seen.spectrum ? spectrum_json(*seen.spectrum) : ordered_json(nullptr);
  json["grid"] = {{"points", seen.cost.points},
                  {"batch", seen.cost.batch},
                  {"compile_seconds", json_number(seen.cost.compile)},
                  {"seconds", json_number(seen.cost.run)}};
  return json;
}

}  // namespace downhill::app
