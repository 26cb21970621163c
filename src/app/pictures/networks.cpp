#include "app/pictures/networks.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/learn/data.hpp>
#include <downhill/loss.hpp>
#include <downhill/operations.hpp>

#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/learning_data.hpp"
#include "app/pictures/frames.hpp"
#include "app/pictures/html.hpp"
#include "app/pictures/seen.hpp"
#include "learn/data/batch.hpp"
#include "learn/files/saved_run.hpp"

namespace downhill::app {
namespace {

/// A trained network as a loss of its weights, side by side in one x.
struct NetworkLoss {
  landscape::Subject subject;
  std::vector<double> x;
  std::vector<landscape::Filter> filters;
};

std::vector<Array> cut(const learn::Network& network, const Array& x) {
  std::vector<Array> parameters;
  std::int64_t begin = 0;
  for (const learn::Network::Variable& one : network.parameters()) {
    const std::int64_t end = begin + one.type.shape.size();
    parameters.push_back(reshape(astype(slice(x, {Range{begin, end, 1}}), one.type.dtype), one.type.shape));
    begin = end;
  }
  return parameters;
}

NetworkLoss loss_of(const learn::TrainedNetwork& trained, learn::DataSet data, std::optional<int> threads) {
  if (data.sample != trained.network.sample()) {
    throw InputError(fmt::format("landscape: the samples have another shape than the network was trained on: {} and {}",
                                 to_string(data.sample), to_string(trained.network.sample())));
  }
  trained.normalisation.apply(data);
  const DType dtype = trained.network.dtype();
  const Array features = learn::features_array(data, dtype), targets = learn::targets_array(data, dtype);
  // The mean over some rows, so often as there are.
  const ArrayFunction sum = [trained](std::span<const Array> in) -> std::vector<Array> {
    const std::vector<Array> parameters = cut(trained.network, in[0]);
    const Array mean = trained.loss(trained.network.apply(in[1], parameters, trained.buffers).y, in[2]);
    return {astype(mean, DType::f64) * static_cast<double>(in[1].shape()[0])};
  };
  const ArrayFunction mean = [sum, features, targets](std::span<const Array> in) -> std::vector<Array> {
    return {sum(std::vector<Array>{in[0], features, targets}).front() / static_cast<double>(features.shape()[0])};
  };
  const ProgramOptions options{.threads = threads.value_or(0)};
  const Type x{DType::f64, Shape{trained.network.parameter_count()}};
  NetworkLoss result{.subject = {.objective = traced_objective(mean, x, options),
                                 .rows = landscape::Subject::Rows{sum, {features, targets}},
                                 .options = options},
                     .x = {},
                     .filters = {}};
  for (const Array& array : trained.parameters) {
    add_filters(array.shape(), result.x.size(), result.filters);
    const std::vector<double> values = array.values();
    result.x.insert(result.x.end(), values.begin(), values.end());
  }
  return result;
}

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
  NetworkLoss loss = loss_of(trained, learn::read_samples(*arguments.data, request), arguments.threads);
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
