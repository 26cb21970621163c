#include "learn/train/last_layer.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/learn/layers/dense.hpp>
#include <downhill/loss.hpp>
#include <downhill/methods/lbfgs.hpp>
#include <downhill/operations.hpp>

#include <algorithm>
#include <cmath>

#include "learn/data/batch.hpp"
#include "learn/data/order.hpp"
#include "learn/data/rows.hpp"
#include "learn/train/step.hpp"
#include "learn/train/tensors.hpp"

namespace downhill::learn {
namespace {

constexpr std::int64_t most_samples = 4096;
constexpr std::uint64_t most_iterations = 500;
constexpr int products = 15;

std::vector<double> flat(std::span<const Array> arrays) {
  std::vector<double> result;
  for (const Array& one : arrays) {
    const std::vector<double> values = one.values();
    result.insert(result.end(), values.begin(), values.end());
  }
  return result;
}

double length(std::span<const double> v) {
  double squares = 0;
  for (const double one : v) squares += one * one;
  return std::sqrt(squares);
}

// Largest eigenvalue of the Hessian at x, by the power method: the loss is convex.
double largest_curvature(Objective& objective, std::span<const double> x, std::span<const double> direction) {
  std::vector<double> v(direction.begin(), direction.end());
  std::vector<double> product(v.size());
  double curvature = 0;
  for (int k = 0; k < products; ++k) {
    const double size = length(v);
    if (!(size > 0) || !std::isfinite(size)) break;
    for (double& one : v) one /= size;
    objective.hessian_vector(x, v, product);
    curvature = length(product);
    v.swap(product);
  }
  return curvature;
}

// What the last layer is given for these samples: f64[samples, …].
Array features_before(const Network& network, std::size_t last, const DataSet& part, std::span<const Array> parameters,
                      std::span<const Array> buffers, int threads) {
  const ArrayFunction front = [&](std::span<const Array>) -> std::vector<Array> {
    const Array x = features_array(part, network.dtype());
    return {astype(last == 0 ? x : network.apply(x, parameters, buffers).between[last - 1], DType::f64)};
  };
  const Program program = Program::compile(front, {}, {.threads = threads});
  Tensors memory({program.outputs()[0], {DType::boolean, {static_cast<std::int64_t>(program.workspace_bytes())}}});
  void* const output = memory.data(0);
  const RunStatus status = program.run(nullptr, &output, memory.data(1));
  if (!status.is_ok()) throw ExecutionError(status.message());
  return memory.array(0);
}

}  // namespace

std::optional<ConvexPart> last_layer_alone(const Trainer& trainer) {
  const Network& network = trainer.network();
  const Task& task = trainer.task();
  const std::size_t last = network.layers().size() - 1;
  if (network.layers()[last].name() != Dense::name) return std::nullopt;

  const DataSet& data = trainer.data();
  const std::vector<std::int32_t> order = random_order(data.samples(), task.seed, 0);
  const auto count = static_cast<std::size_t>(std::min(most_samples, data.samples()));
  const DataSet part = rows_of(data, std::span(order).first(count));

  std::vector<Array> arrays;
  for (const NamedArray& one : trainer.weights()) arrays.push_back(one.array);
  const std::span<const Array> parameters = std::span(arrays).first(network.parameters().size());
  const std::span<const Array> buffers = std::span(arrays).subspan(parameters.size());
  std::vector<Array> own;
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    if (network.parameters()[k].layer == last) own.push_back(astype(parameters[k], DType::f64));
  }

  const Array x = features_before(network, last, part, parameters, buffers, task.threads);
  const Array targets = targets_array(part, DType::f64);
  const Layer& layer = network.layers()[last];
  const ArrayFunction loss = [&](std::span<const Array> in) -> std::vector<Array> {
    std::vector<Array> pieces;
    std::int64_t begin = 0;
    for (const Array& one : own) {
      pieces.push_back(reshape(slice(in[0], {{begin, begin + one.size()}}), one.shape()));
      begin += one.size();
    }
    const Array value = task.loss(layer.apply({.x = x, .parameters = pieces}).y, targets);
    return {task.l1 > 0 || task.l2 > 0 ? value + penalty(task, pieces, DType::f64) : value};
  };
  const std::vector<double> here = flat(own);
  const auto n = static_cast<std::int64_t>(here.size());
  Objective objective = traced_objective(loss, {DType::f64, {n}}, {.threads = task.threads});
  const Result lowest = minimize(objective, here, Lbfgs{}, Stop{.max_iterations = most_iterations});

  ConvexPart result{.layer = fmt::format("{}.{}", last + 1, layer.name())};
  result.loss = objective.value(here);
  result.lowest = lowest.value;
  result.is_attained = lowest.success;
  std::vector<double> way(here.size());
  for (std::size_t i = 0; i < way.size(); ++i) way[i] = lowest.x[i] - here[i];
  result.distance = length(way);
  std::vector<double> gradient(here.size());
  objective.value_and_gradient(here, gradient);
  result.curvature =
      std::max(largest_curvature(objective, here, gradient), largest_curvature(objective, lowest.x, gradient));
  return result;
}

}  // namespace downhill::learn
