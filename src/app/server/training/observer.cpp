#include "app/server/training/observer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/inspection.hpp"
#include "learn/data/order.hpp"
#include "learn/data/rows.hpp"

namespace downhill::server {
namespace {

constexpr std::int64_t most_samples = 512;  // of a landscape
constexpr std::size_t points = 33;          // along each of its axes: odd, so that the weights are the middle one
constexpr double reach = 1;                 // in lengths of the weights

learn::DataSet some_of(const learn::Trainer& trainer) {
  const learn::DataSet& data = trainer.data();
  const std::vector<std::int32_t> order = learn::random_order(data.samples(), trainer.task().seed, 0);
  return learn::rows_of(
      data, std::span(order).first(static_cast<std::size_t>(std::min<std::int64_t>(data.samples(), most_samples))));
}

// The data are scaled already.
learn::TrainedNetwork network_of(const learn::Trainer& trainer) {
  learn::TrainedNetwork network{.network = trainer.network(),
                                .loss = trainer.task().loss,
                                .parameters = {},
                                .buffers = {},
                                .normalisation = {},
                                .names = {}};
  const std::size_t parameters = trainer.network().parameters().size();
  for (NamedArray& one : trainer.weights()) {
    (network.parameters.size() < parameters ? network.parameters : network.buffers).push_back(std::move(one.array));
  }
  return network;
}

void append_rounded(std::string& text, double number) {
  text += std::isfinite(number) ? fmt::format("{:.6g}", number) : fmt::format("\"{}\"", number);
}

}  // namespace

Observer::Observer(const learn::Trainer& trainer, Training& run)
    : run_(run), inspector_(trainer), part_(some_of(trainer)) {}

void Observer::inspect(const learn::Trainer& trainer) {
  inspections_.take([&] { run_.tell("look", app::inspection_json(inspector_.look(trainer)).dump()); });
}

void Observer::draw(const learn::Trainer& trainer) {
  landscapes_.take([&] {
    app::NetworkLoss loss = app::network_loss(network_of(trainer), part_, trainer.task().threads);
    const landscape::Frame frame = landscape::random_directions(loss.x, 2, trainer.task().seed, loss.filters);
    const landscape::Window window{-reach, reach};
    const landscape::GridOptions grid{.columns = points, .rows = points, .arrows = 0};
    const landscape::Plane plane = landscape::plane(loss.subject, frame, window, window, grid);
    std::string json = fmt::format(R"({{"steps":{},"samples":{},"points":{},"reach":{},"values":[)", trainer.steps(),
                                   part_.samples(), points, reach);
    for (std::size_t k = 0; k < plane.values.size(); ++k) {
      if (k > 0) json += ',';
      append_rounded(json, plane.values[k]);
    }
    run_.show("landscape", json + "]}");
  });
}

void Observer::look(const learn::Trainer& trainer) {
  inspect(trainer);
  draw(trainer);
}

void Observer::look_when_due(const learn::Trainer& trainer) {
  if (inspections_.is_due()) inspect(trainer);
  if (landscapes_.is_due()) draw(trainer);
}

}  // namespace downhill::server
