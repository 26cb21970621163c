#pragma once
#include <downhill/landscape.hpp>
#include <downhill/learn/data.hpp>

#include <optional>
#include <vector>

#include "learn/files/saved_run.hpp"

namespace downhill::app {

/// A trained network as a loss of its weights, side by side in one x.
struct NetworkLoss {
  landscape::Subject subject;
  std::vector<double> x;
  std::vector<landscape::Filter> filters;
};

/// The mean loss over the samples, which are scaled as the network takes them. Throws InputError for samples of another shape.
[[nodiscard]] NetworkLoss network_loss(const learn::TrainedNetwork& trained, learn::DataSet data,
                                       std::optional<int> threads);

}  // namespace downhill::app
