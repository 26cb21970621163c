#include "app/inspection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/json.hpp"

namespace downhill::app {
namespace {

using Json = nlohmann::ordered_json;
using learn::Inspection;
using learn::LayerInspection;

constexpr std::size_t number_width = 10;

std::string cell(const std::string& text, std::size_t width = number_width) {
  return fmt::format("  {:>{}}", text, std::max(width, text.size()));
}
std::string cell(double number, std::size_t width = number_width) { return cell(fmt::format("{:.3g}", number), width); }

// A table with one line for each inspection and one column for each layer that is taken.
template <class Take, class Number>
std::string by_layer(const std::string& head, const std::vector<Inspection>& run, Take take, Number number) {
  std::string text;
  for (const LayerInspection& layer : run.front().layers) {
    if (take(layer)) text += cell(layer.name);
  }
  if (text.empty()) return "";
  text = fmt::format("{}\n   steps{}\n", head, text);
  for (const Inspection& one : run) {
    text += fmt::format("{:>8}", one.steps);
    for (const LayerInspection& layer : one.layers) {
      if (take(layer)) text += cell(number(layer), std::max(number_width, layer.name.size()));
    }
    text += "\n";
  }
  return text + "\n";
}

}  // namespace

std::string inspection_text(const learn::TrainingResult& result) {
  const std::vector<Inspection>& run = result.inspections;
  std::string text = "   steps        loss    residual    gradient   curvature\n";
  for (const Inspection& one : run) {
    text += fmt::format("{:>8}{}{}{}{}\n", one.steps, cell(one.loss), cell(one.residual), cell(one.gradient),
                        cell(one.curvature));
  }
  text += "\n";
  const auto has_parameters = [](const LayerInspection& layer) { return layer.numbers > 0; };
  text += by_layer("gradient by layer", run, has_parameters, [](const LayerInspection& one) { return one.gradient; });
  text += by_layer("curvature by layer", run, has_parameters, [](const LayerInspection& one) { return one.curvature; });
  const auto falls_silent = [&](const LayerInspection& layer) {
    return std::ranges::any_of(run, [&](const Inspection& one) { return one.layers[layer.layer].silent > 0; });
  };
  text += by_layer("share of units that give 0 for every sample", run, falls_silent,
                   [](const LayerInspection& one) { return one.silent; });
  return text + learn::explain(run, result.convex_part);
}

Json inspection_json(const Inspection& one) {
  Json layers = Json::array();
  for (const LayerInspection& layer : one.layers) {
    layers.push_back({{"name", layer.name},
                      {"parameters", layer.numbers},
                      {"weights", json_number(layer.weights)},
                      {"gradient", json_number(layer.gradient)},
                      {"curvature", json_number(layer.curvature)},
                      {"silent", json_number(layer.silent)}});
  }
  return {{"steps", one.steps},
          {"loss", json_number(one.loss)},
          {"residual", json_number(one.residual)},
          {"gradient", json_number(one.gradient)},
          {"curvature", json_number(one.curvature)},
          {"layers", layers}};
}

Json inspections_json(const learn::TrainingResult& result) {
  Json json = Json::array();
  for (const Inspection& one : result.inspections) json.push_back(inspection_json(one));
  return json;
}

}  // namespace downhill::app
