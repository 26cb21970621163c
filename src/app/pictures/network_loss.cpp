#include "app/pictures/network_loss.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/loss.hpp>
#include <downhill/operations.hpp>

#include "app/pictures/frames.hpp"
#include "learn/data/batch.hpp"

namespace downhill::app {
namespace {

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

}  // namespace

NetworkLoss network_loss(const learn::TrainedNetwork& trained, learn::DataSet data, std::optional<int> threads) {
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

}  // namespace downhill::app
