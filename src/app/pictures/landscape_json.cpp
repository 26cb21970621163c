#include "app/pictures/landscape_json.hpp"

#include <nlohmann/json.hpp>

#include "app/json.hpp"

namespace downhill::app {

using nlohmann::ordered_json;

ordered_json frame_json(const landscape::Frame& frame) {
  ordered_json directions = ordered_json::array();
  for (const auto& direction : frame.directions) directions.push_back(json_numbers(direction));
  return {{"kind", landscape::name(frame.kind)},
          {"origin", json_numbers(frame.origin)},
          {"directions", directions},
          {"names", frame.names},
          {"weights", json_numbers(frame.weights)}};
}

ordered_json path_json(std::span<const landscape::Position> path) {
  ordered_json s = ordered_json::array(), t = ordered_json::array(), distance = ordered_json::array();
  for (const landscape::Position& position : path) {
    s.push_back(json_number(position.s));
    t.push_back(json_number(position.t));
    distance.push_back(json_number(position.distance));
  }
  return {{"s", s}, {"t", t}, {"distance", distance}};
}

ordered_json line_json(const landscape::Line& line) {
  ordered_json json{
      {"frame", frame_json(line.frame)}, {"s", json_numbers(line.s)}, {"values", json_numbers(line.values)}};
  json["lowest"] = nullptr;
  if (line.lowest != landscape::Line::none) {
    json["lowest"] = {{"s", json_number(line.s[line.lowest])}, {"value", json_number(line.values[line.lowest])}};
  }
  return json;
}

ordered_json plane_json(const landscape::Plane& plane) {
  const std::size_t columns = plane.s.size();
  ordered_json json{{"frame", frame_json(plane.frame)},
                    {"s", json_numbers(plane.s)},
                    {"t", json_numbers(plane.t)},
                    {"values", json_matrix(plane.values, columns)}};
  json["lowest"] = nullptr;
  if (plane.lowest != landscape::Plane::none) {
    json["lowest"] = {{"s", json_number(plane.s[plane.lowest % columns])},
                      {"t", json_number(plane.t[plane.lowest / columns])},
                      {"value", json_number(plane.values[plane.lowest])}};
  }
  const landscape::HeightScale scale = landscape::height_scale(plane.values);
  json["scale"] = {{"kind", scale.kind == landscape::HeightScale::Kind::linear ? "linear" : "logarithmic"},
                   {"base", json_number(scale.base)},
                   {"low", json_number(scale.low)},
                   {"high", json_number(scale.high)}};
  json["contours"] = ordered_json::array();
  for (const landscape::Contour& contour : landscape::contours(plane, landscape::contour_levels(scale, 12))) {
    ordered_json lines = ordered_json::array();
    for (const auto& line : contour.lines) lines.push_back({{"s", json_numbers(line.s)}, {"t", json_numbers(line.t)}});
    json["contours"].push_back({{"level", json_number(contour.level)}, {"lines", lines}});
  }
  json["field"] = {{"s", json_numbers(plane.field.s)},
                   {"t", json_numbers(plane.field.t)},
                   {"along_s", json_numbers(plane.field.along_s)},
                   {"along_t", json_numbers(plane.field.along_t)}};
  return json;
}

ordered_json spectrum_json(const landscape::Spectrum& spectrum) {
  return {
      {"eigenvalues", json_numbers(spectrum.eigenvalues)}, {"complete", spectrum.is_complete}, {"size", spectrum.size}};
}

ordered_json convergence_json(std::span<const TracePoint> trace) {
  ordered_json iteration = ordered_json::array(), value = iteration, gradient_norm = iteration, step = iteration;
  for (const TracePoint& point : trace) {
    iteration.push_back(point.iteration);
    value.push_back(json_number(point.value));
    gradient_norm.push_back(json_number(point.gradient_norm));
    step.push_back(json_number(point.step));
  }
  return {{"iteration", iteration}, {"value", value}, {"gradient_norm", gradient_norm}, {"step", step}};
}

}  // namespace downhill::app
