#include "app/pictures/networks.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/learn/data.hpp>

#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/learning_data.hpp"
#include "app/pictures/frames.hpp"
#include "app/pictures/html.hpp"
#include "app/pictures/network_loss.hpp"
#include "app/pictures/seen.hpp"
#include "learn/files/saved_run.hpp"

namespace downhill::app {
namespace {

landscape::Frame frame_around(const NetworkLoss& loss, const Arguments& arguments) {
  const std::string kind = arguments.landscape.directions.value_or("random");
  if (kind != "random" && kind != "random:1" && kind != "random:2") {
    throw InputError(fmt::format("directions: of a network unknown: '{}' (known: random, random:1)", kind));
  }
  if (arguments.landscape.axes) throw InputError("axes: a network has none: leave out --axes");
  return landscape::random_directions(loss.x, kind.ends_with(":1") ? 1 : 2, arguments.seed.value_or(0), loss.filters);
}

}  // namespace

int draw_network(const Arguments& arguments, const std::optional<PlotTarget>& plot, const Terminal& terminal) {
  if (!arguments.data) throw InputError("landscape: there is no data: give --data FOLDER");
  const learn::TrainedNetwork trained = learn::read_network(*arguments.landscape.trained);
  const auto answer = trained.loss.target() == learn::Target::number ? learn::Answer::number : learn::Answer::label;
  learn::DataRequest request = data_request(arguments, terminal, answer);
  request.names = trained.names;
  NetworkLoss loss = network_loss(trained, learn::read_samples(*arguments.data, request), arguments.threads);
  const landscape::Frame frame = frame_around(loss, arguments);
  const auto windows = windows_of(arguments.landscape, frame, {}, nullptr);
  const std::size_t points = arguments.landscape.points;
  const landscape::GridOptions grid{.columns = points, .rows = points, .arrows = 0};
  Seen seen;
  if (frame.directions.size() == 2) {
    seen.plane = landscape::plane(loss.subject, frame, windows[0], windows[1], grid, &seen.cost);
  } else {
    seen.line = landscape::line(loss.subject, frame, windows[0], grid, &seen.cost);
  }
  if (arguments.format == Output::json) {
    fmt::print(terminal.out, "{}\n", json_of(seen).dump(2));
  } else {
    fmt::print(terminal.out, "{}", text_of(seen));
  }
  if (!plot) return success;
  const std::string title =
      fmt::format("{} of {} weights around {}", trained.loss.text(), loss.x.size(), *arguments.landscape.trained);
  const Report report{.title = title,
                      .sentence = "The mean loss over the samples, around the trained weights at 0, 0.",
                      .command = shell_line(arguments.words)};
  draw_plot(*plot, picture_of(title, seen), report, terminal);
  return success;
}

}  // namespace downhill::app
