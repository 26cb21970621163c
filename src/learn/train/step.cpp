#include "learn/train/step.hpp"

#include <fmt/format.h>
#include <downhill/learn/layers/dense.hpp>
#include <downhill/learn/layers/flatten.hpp>
#include <downhill/operations.hpp>
#include <downhill/random.hpp>

#include <limits>
#include <optional>

#include "learn/without_numbers.hpp"

namespace downhill::learn {
namespace {

// Streams of random numbers of one seed.
constexpr int weights_stream = 0;
constexpr int steps_stream = 1;

Array key_of(std::uint64_t seed, int stream) { return fold_in(random_key(seed), stream); }

// What a loss takes of features and targets.
struct Batch {
  Array features;
  Array targets;
};

Batch batch_of(const Network& network, const Task& task, const Array& features, const Array& targets) {
  const bool are_numbers = task.loss.target() == Target::number;
  return {astype(features, network.dtype()), are_numbers ? astype(targets, network.dtype()) : targets};
}

}  // namespace

std::vector<Type> Layout::types() const {
  std::vector<Type> result;
  for (const Array& array : start) result.push_back(array.type());
  return result;
}

Layout layout_of(const Network& network, const Rule& rule, std::uint64_t seed) {
  Layout layout;
  const Network::Start start = network.start(key_of(seed, weights_stream));
  const auto add = [&](const std::string& name, const Array& array) {
    layout.names.push_back(name);
    layout.start.push_back(array);
  };
  layout.parameters = start.parameters.size();
  for (std::size_t k = 0; k < start.parameters.size(); ++k) add(network.parameters()[k].name, start.parameters[k]);
  for (std::size_t k = 0; k < start.parameters.size(); ++k) {
    const std::vector<NamedArray> state = rule.start(start.parameters[k]);
    layout.states.push_back(state.size());
    for (const NamedArray& one : state) {
      add(fmt::format("{}/{}.{}", rule.name(), network.parameters()[k].name, one.name), one.array);
    }
  }
  layout.first_buffer = layout.start.size();
  for (std::size_t k = 0; k < start.buffers.size(); ++k) add(network.buffers()[k].name, start.buffers[k]);
  return layout;
}

Layout bare_layout_of(const Network& network, const Rule& rule) {
  Layout layout;
  without_numbers([&] { layout = layout_of(network, rule, 0); });
  return layout;
}

namespace {

std::vector<Rule::Parameter> rule_parameters(const Layout& layout, std::span<const Array> arrays) {
  std::vector<Rule::Parameter> result;
  std::size_t next = layout.parameters;
  for (std::size_t k = 0; k < layout.parameters; ++k) {
    const std::span<const Array> state = arrays.subspan(next, layout.states[k]);
    result.push_back({arrays[k], std::vector<Array>(state.begin(), state.end())});
    next += layout.states[k];
  }
  return result;
}

}  // namespace

Array penalty(const Task& task, std::span<const Array> parameters, DType dtype) {
  Array total = astype(Array(0.0), dtype);
  for (const Array& one : parameters) {
    if (one.rank() < 2) continue;
    if (task.l1 > 0) total = total + task.l1 * sum(abs(one));
    if (task.l2 > 0) total = total + (task.l2 / 2) * sum(square(one));
  }
  return total;
}

namespace {

bool counts_from_lowest(const Network& network, std::int64_t samples) {
  constexpr std::int64_t worth_it = 1 << 18;  // multiplications
  const std::vector<Layer>& layers = network.layers();
  const std::vector<Network::Variable>& parameters = network.parameters();
  return network.sample().rank() >= 2 && layers.size() >= 2 && layers[0].name() == Flatten::name &&
         layers[1].name() == Dense::name && parameters.size() >= 2 && parameters[1].layer == 1 &&
         samples * network.sample().size() * parameters[1].type.shape.size() >= worth_it;
}

// See origin_of_step. The difference loses nothing in the type of the network: doubles take it themselves.
struct FromLowest {
  Array low;
  Array features;
  std::vector<Array> parameters;
};

std::optional<FromLowest> from_lowest(const Network& network, const Array& features, const Array& low,
                                      std::span<const Array> parameters) {
  const std::int64_t samples = features.shape()[0];
  if (!counts_from_lowest(network, samples)) return std::nullopt;
  const bool is_taken = origin_of_step(network, samples) == Origin::lowest;
  FromLowest result{is_taken ? low : min(features), features, {parameters.begin(), parameters.end()}};
  if (!is_taken) result.features = features - result.low;
  result.parameters[1] = parameters[1] + result.low * sum(parameters[0], {{0}});
  return result;
}

}  // namespace

Origin origin_of_step(const Network& network, std::int64_t samples) {
  return network.dtype() == DType::f32 && counts_from_lowest(network, samples) ? Origin::lowest : Origin::zero;
}

BatchLoss batch_loss(const Network& network, const Task& task, std::span<const Array> parameters,
                     std::span<const Array> buffers, std::span<const Array> data, const Array& count,
                     const PartOfBatch& part) {
  const Batch batch = batch_of(network, task, data[0], data[1]);
  const Array key = fold_in(key_of(task.seed, steps_stream), astype(count, DType::i32));
  const std::optional<FromLowest> from = from_lowest(network, batch.features, data[2], parameters);
  Network::Output out = network.apply(from ? from->features : batch.features, from ? from->parameters : parameters,
                                      buffers, Mode::training, key, part);
  if (from) out.between[0] = out.between[0] + from->low;
  Array value = task.loss(out.y, batch.targets);
  if (part.batch > 0) value = value * (static_cast<double>(data[0].shape()[0]) / static_cast<double>(part.batch));
  if ((task.l1 > 0 || task.l2 > 0) && part.first == 0) value = value + penalty(task, parameters, network.dtype());
  return {value, std::move(out)};
}

namespace {

struct BatchDerivative {
  Array loss;
  std::vector<Array> gradients;
  std::vector<Array> buffers;
};

// in: arrays of the layout, features, targets, rows, steps before.
BatchDerivative derivative_of(const Network& network, const Task& task, const Layout& layout, std::span<const Array> in,
                              const PartOfBatch& part) {
  const std::size_t size = layout.size();
  const std::span<const Array> arrays = in.first(size);
  const ArrayFunction loss = [&](std::span<const Array> parameters) -> std::vector<Array> {
    const BatchLoss one = batch_loss(network, task, parameters, arrays.subspan(layout.first_buffer),
                                     in.subspan(size, 3), in[size + 3], part);
    std::vector<Array> results{one.value};
    results.insert(results.end(), one.output.buffers.begin(), one.output.buffers.end());
    return results;
  };
  const VjpResult derivative =
      vjp(loss, {arrays.begin(), arrays.begin() + static_cast<std::ptrdiff_t>(layout.parameters)});
  std::vector<Array> cotangents{astype(Array(1.0), network.dtype())};
  for (std::size_t k = 1; k < derivative.results.size(); ++k) {
    cotangents.push_back(zeros(derivative.results[k].shape(), derivative.results[k].dtype()));
  }
  return {derivative.results[0],
          derivative.pullback(cotangents),
          {derivative.results.begin() + 1, derivative.results.end()}};
}

// Parameters and their states after the update, in the order of the layout.
std::vector<Array> updated(const Task& task, const Layout& layout, std::span<const Array> arrays,
                           const std::vector<Array>& gradients, const Array& count) {
  const std::vector<Rule::Parameter> next = task.rule.update(rule_parameters(layout, arrays), gradients, count);
  std::vector<Array> out;
  for (const Rule::Parameter& one : next) out.push_back(one.x);
  for (const Rule::Parameter& one : next) out.insert(out.end(), one.state.begin(), one.state.end());
  return out;
}

}  // namespace

ArrayFunction step_function(const Network& network, const Task& task, const Layout& layout) {
  return [network, task, layout](std::span<const Array> in) -> std::vector<Array> {
    const BatchDerivative derivative = derivative_of(network, task, layout, in, {});
    std::vector<Array> out{derivative.loss};
    const std::vector<Array> next =
        updated(task, layout, in.first(layout.size()), derivative.gradients, in[layout.size() + 3]);
    out.insert(out.end(), next.begin(), next.end());
    out.insert(out.end(), derivative.buffers.begin(), derivative.buffers.end());
    // Arrays may be overwritten: what led to a loss that is not finite has to stay.
    const Array is_finite = less(abs(derivative.loss), std::numeric_limits<double>::infinity());
    for (std::size_t k = 0; k < layout.size(); ++k) out[k + 1] = where(is_finite, out[k + 1], in[k]);
    return out;
  };
}

ArrayFunction part_function(const Network& network, const Task& task, const Layout& layout, const PartOfBatch& part) {
  return [network, task, layout, part](std::span<const Array> in) -> std::vector<Array> {
    const BatchDerivative derivative = derivative_of(network, task, layout, in, part);
    std::vector<Array> out{astype(derivative.loss, DType::f64)};
    out.insert(out.end(), derivative.gradients.begin(), derivative.gradients.end());
    return out;
  };
}

ArrayFunction update_function(const Task& task, const Layout& layout) {
  return [task, layout](std::span<const Array> in) -> std::vector<Array> {
    const std::span<const Array> gradients = in.subspan(layout.size(), layout.parameters);
    return updated(task, layout, in.first(layout.size()), {gradients.begin(), gradients.end()}, in.back());
  };
}

std::vector<Array> reported(const Task& task, const Layout& layout, std::span<const Array> arrays) {
  std::vector<Array> result;
  for (const Rule::Parameter& one : rule_parameters(layout, arrays)) result.push_back(task.rule.result(one));
  return result;
}

ArrayFunction score_function(const Network& network, const Task& task, const Layout& layout) {
  return [network, task, layout](std::span<const Array> in) -> std::vector<Array> {
    const std::size_t size = layout.size();
    const std::span<const Array> arrays = in.first(size);
    const Batch batch = batch_of(network, task, in[size], in[size + 1]);
    const Array outputs =
        network.apply(batch.features, reported(task, layout, arrays), arrays.subspan(layout.first_buffer)).y;
    const auto samples = static_cast<double>(in[size].shape()[0]);
    Array right = 0.0;
    if (task.loss.target() != Target::number) {
      right = sum(astype(equal(predicted_labels(outputs), batch.targets), DType::f64));
    }
    return {astype(task.loss(outputs, batch.targets), DType::f64) * samples, astype(right, DType::f64)};
  };
}

ArrayFunction output_function(const Network& network, const Task& task, const Layout& layout) {
  return [network, task, layout](std::span<const Array> in) -> std::vector<Array> {
    const std::size_t size = layout.size();
    const std::span<const Array> arrays = in.first(size);
    const Array features = astype(in[size], network.dtype());
    return {astype(network.apply(features, reported(task, layout, arrays), arrays.subspan(layout.first_buffer)).y,
                   DType::f32)};
  };
}

}  // namespace downhill::learn
