#include <downhill/learn/inspection.hpp>
#include <downhill/operations.hpp>
#include <downhill/program.hpp>
#include <downhill/random.hpp>

#include <fmt/format.h>
#include <downhill/error.hpp>

#include <algorithm>
#include <cmath>

#include "learn/data/batch.hpp"
#include "learn/data/order.hpp"
#include "learn/data/rows.hpp"
#include "learn/train/last_layer.hpp"
#include "learn/train/step.hpp"
#include "learn/train/tensors.hpp"

namespace downhill::learn {
namespace {

constexpr int most_products = 20;      // of the power method
constexpr double close_enough = 0.02;  // relative change of the curvature that ends it
constexpr double everything = -1;      // in place of a layer's number

Array squares(const Array& array) { return sum(square(astype(array, DType::f64))); }

// Whether outputs of this layer are units that can fall silent: an activation has no parameters and keeps the shape.
bool is_activation(const Network& network, std::size_t layer) {
  const auto owns = [&](const Network::Variable& one) { return one.layer == layer; };
  return std::ranges::none_of(network.parameters(), owns) &&
         network.sample_after(layer) == network.sample_after(layer + 1);
}

// Share of the units, along the last axis, that are 0 for every sample and place.
Array silent_share(const Array& y) {
  const std::int64_t units = y.shape()[y.rank() - 1];
  const Array largest = max(reshape(abs(y), {y.size() / units, units}), std::vector<std::int64_t>{0});
  return mean(astype(equal(largest, 0.0), DType::f64));
}

}  // namespace

struct Inspector::Work {
  Work(const Trainer& trainer, std::int64_t wanted)
      : network(trainer.network()),
        task(trainer.task()),
        layout(layout_of(network, task.rule, task.seed)),
        part(chosen(trainer, wanted)),
        program(Program::compile(function(), input_types(), {.threads = task.threads})),
        workspace({{DType::boolean, {static_cast<std::int64_t>(program.workspace_bytes())}}}),
        results(program.outputs()) {
    const Array key = random_key(task.seed);
    for (std::size_t k = 0; k <= network.layers().size(); ++k) {
      fronts.emplace_back(parameter_types());
      for (std::size_t p = 0; p < layout.parameters; ++p) {
        const Type& type = layout.start[p].type();
        fronts[k].set(p, random_normal(fold_in(key, static_cast<int>(p)), type.shape, type.dtype).data());
      }
    }
  }

  static DataSet chosen(const Trainer& trainer, std::int64_t wanted) {
    const DataSet& data = trainer.data();
    const std::vector<std::int32_t> order = random_order(data.samples(), trainer.task().seed, 0);
    const std::int64_t count = std::clamp<std::int64_t>(wanted, 1, data.samples());
    return rows_of(data, std::span(order).first(static_cast<std::size_t>(count)));
  }

  [[nodiscard]] std::vector<Type> parameter_types() const {
    const std::vector<Type> types = layout.types();
    return {types.begin(), types.begin() + static_cast<std::ptrdiff_t>(layout.parameters)};
  }
  [[nodiscard]] std::size_t buffers() const { return layout.size() - layout.first_buffer; }

  // parameters, buffers, a direction for each parameter, the layer whose part of the direction counts
  [[nodiscard]] std::vector<Type> input_types() const {
    std::vector<Type> types = parameter_types();
    const std::vector<Type> all = layout.types();
    types.insert(types.end(), all.begin() + static_cast<std::ptrdiff_t>(layout.first_buffer), all.end());
    const std::vector<Type> parameters = parameter_types();
    types.insert(types.end(), parameters.begin(), parameters.end());
    types.push_back({DType::f64, {}});
    return types;
  }

  // -> loss, residual, curvature, [layers] silent shares, [parameters] squared norms of parameters and gradients, Hessian times
  // the direction's part
  [[nodiscard]] ArrayFunction function() const {
    const Array features = features_array(part, DType::f32);
    const Array targets = targets_array(part, DType::f32);
    return [this, features, targets](std::span<const Array> in) -> std::vector<Array> {
      const std::size_t count = layout.parameters;
      const std::vector<Array> x(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(count));
      const std::span<const Array> own_buffers = in.subspan(count, buffers());
      const std::span<const Array> direction = in.subspan(count + buffers(), count);
      const Array& which = in[2 * count + buffers()];
      const std::array<Array, 3> data{features, targets, astype(Array(0.0), DType::f32)};

      const auto loss_of = [&](std::span<const Array> parameters) {
        return batch_loss(network, task, parameters, own_buffers, data, 0.0);
      };
      const ArrayFunction gradients = [&](std::span<const Array> parameters) -> std::vector<Array> {
        const ArrayFunction value = [&](std::span<const Array> y) -> std::vector<Array> { return {loss_of(y).value}; };
        return vjp(value, {parameters.begin(), parameters.end()}).pullback({astype(Array(1.0), network.dtype())});
      };
      std::vector<Array> tangents;
      std::vector<Array> masks;
      Array size = 0.0;
      for (std::size_t p = 0; p < count; ++p) {
        const auto layer = static_cast<double>(network.parameters()[p].layer);
        masks.push_back(astype(logical_or(equal(which, everything), equal(which, layer)), network.dtype()));
        tangents.push_back(direction[p] * masks[p]);
        size = size + squares(tangents[p]);
      }
      const Array factor = astype(where(greater(size, 0.0), rsqrt(size), 0.0), network.dtype());
      for (Array& one : tangents) one = one * factor;
      const JvpResult second = jvp(gradients, x, tangents);

      const BatchLoss here = loss_of(x);
      const Array slope = residual(here.output.y, targets);
      std::vector<Array> silent;
      for (std::size_t k = 0; k < network.layers().size(); ++k) {
        silent.push_back(is_activation(network, k) ? reshape(silent_share(here.output.between[k]), {1}) : zeros({1}));
      }
      std::vector<Array> weights;
      std::vector<Array> slopes;
      std::vector<Array> products;
      Array curvature = 0.0;
      for (std::size_t p = 0; p < count; ++p) {
        weights.push_back(reshape(squares(x[p]), {1}));
        slopes.push_back(reshape(squares(second.results[p]), {1}));
        products.push_back(second.tangents[p] * masks[p]);
        curvature = curvature + squares(products[p]);
      }
      std::vector<Array> out{astype(here.value, DType::f64),
                             slope,
                             sqrt(curvature),
                             concatenate(silent),
                             concatenate(weights),
                             concatenate(slopes)};
      out.insert(out.end(), products.begin(), products.end());
      return out;
    };
  }

  // Root mean square over the samples of the norm of d loss / d outputs, times the number of samples.
  [[nodiscard]] Array residual(const Array& outputs, const Array& targets) const {
    const Array known = task.loss.target() == Target::number ? astype(targets, network.dtype()) : targets;
    const ArrayFunction value = [&](std::span<const Array> y) -> std::vector<Array> {
      return {task.loss(y[0], known)};
    };
    const Array slope = vjp(value, {outputs}).pullback({astype(Array(1.0), network.dtype())})[0];
    return sqrt(squares(slope) * static_cast<double>(part.samples()));
  }

  void run(const std::vector<const void*>& state, Tensors& front, double which) {
    std::vector<const void*> inputs = state;
    for (std::size_t p = 0; p < layout.parameters; ++p) inputs.push_back(front.data(p));
    inputs.push_back(&which);
    std::vector<void*> outputs;
    for (std::size_t k = 0; k < results.size(); ++k) outputs.push_back(results.data(k));
    const RunStatus status = program.run(inputs.data(), outputs.data(), workspace.data(0));
    if (!status.is_ok()) throw ExecutionError(status.message());
  }
  [[nodiscard]] double number(std::size_t output, std::size_t k = 0) const {
    return static_cast<const double*>(results.data(output))[k];
  }

  // By the power method, from the direction that the last look ended with.
  double curvature(const std::vector<const void*>& state, Tensors& front, double which) {
    double last = 0;
    for (int k = 0; k < most_products; ++k) {
      run(state, front, which);
      const double now = number(2);
      if (!(now > 0) || !std::isfinite(now)) return now;
      for (std::size_t p = 0; p < layout.parameters; ++p) front.set(p, results.data(first_product + p));
      if (k > 2 && std::abs(now - last) <= close_enough * now) return now;
      last = now;
    }
    return last;
  }

  static constexpr std::size_t first_product = 6;

  Network network;
  Task task;
  Layout layout;
  DataSet part;
  Program program;
  Tensors workspace;
  Tensors results;
  std::vector<Tensors> fronts;  // directions of largest curvature: of each layer, then of all together
};

Inspector::Inspector(const Trainer& trainer, std::int64_t samples) : work_(std::make_unique<Work>(trainer, samples)) {}
Inspector::Inspector(Inspector&&) noexcept = default;
Inspector& Inspector::operator=(Inspector&&) noexcept = default;
Inspector::~Inspector() = default;

std::int64_t Inspector::samples() const { return work_->part.samples(); }

Inspection Inspector::look(const Trainer& trainer) {
  Work& work = *work_;
  std::vector<const void*> state;
  const std::vector<NamedNumbers> all = trainer.state();
  for (std::size_t k = 0; k < all.size(); ++k) {
    if (k < work.layout.parameters || k >= work.layout.first_buffer) state.push_back(all[k].data);
  }
  Inspection result{.steps = trainer.steps()};
  result.curvature = work.curvature(state, work.fronts.back(), everything);
  result.loss = work.number(0);
  result.residual = work.number(1);
  for (std::size_t k = 0; k < work.network.layers().size(); ++k) {
    LayerInspection layer{.layer = k, .name = fmt::format("{}.{}", k + 1, work.network.layers()[k].name())};
    layer.silent = work.number(3, k);
    for (std::size_t p = 0; p < work.layout.parameters; ++p) {
      if (work.network.parameters()[p].layer != k) continue;
      layer.numbers += work.network.parameters()[p].type.shape.size();
      layer.weights += work.number(4, p);
      layer.gradient += work.number(5, p);
    }
    result.gradient += layer.gradient;
    layer.weights = std::sqrt(layer.weights);
    layer.gradient = std::sqrt(layer.gradient);
    result.layers.push_back(layer);
  }
  result.gradient = std::sqrt(result.gradient);
  for (LayerInspection& layer : result.layers) {
    if (layer.numbers > 0) {
      layer.curvature = work.curvature(state, work.fronts[layer.layer], static_cast<double>(layer.layer));
    }
  }
  return result;
}

std::optional<ConvexPart> Inspector::convex_part(const Trainer& trainer) { return last_layer_alone(trainer); }

}  // namespace downhill::learn
