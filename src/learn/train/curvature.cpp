#include "learn/train/curvature.hpp"

#include <downhill/operations.hpp>
#include <downhill/random.hpp>

#include <cmath>
#include <vector>

#include "learn/train/step.hpp"

namespace downhill::learn {
namespace {

constexpr int products = 20;

double length(std::span<const Array> v) {
  double squares = 0;
  for (const Array& one : v) squares += sum(square(astype(one, DType::f64))).item();
  return std::sqrt(squares);
}

}  // namespace

double largest_curvature(const Network& network, const Task& task, std::span<const Array> parameters,
                         std::span<const Array> buffers, std::span<const Array> data) {
  const ArrayFunction loss = [&](std::span<const Array> x) -> std::vector<Array> {
    return {batch_loss(network, task, x, buffers, data, 0.0).value};
  };
  const ArrayFunction gradients = [&](std::span<const Array> x) -> std::vector<Array> {
    const VjpResult derivative = vjp(loss, {x.begin(), x.end()});
    return derivative.pullback({astype(Array(1.0), network.dtype())});
  };
  const std::vector<Array> x(parameters.begin(), parameters.end());
  std::vector<Array> v;
  for (std::size_t k = 0; k < x.size(); ++k) {
    v.push_back(random_normal(fold_in(random_key(task.seed), static_cast<int>(k)), x[k].shape(), x[k].dtype()));
  }
  double curvature = 0;
  for (int k = 0; k < products; ++k) {
    const double size = length(v);
    if (!(size > 0) || !std::isfinite(size)) return curvature;
    for (Array& one : v) one = one * (1 / size);
    v = jvp(gradients, x, v).tangents;
    curvature = length(v);
  }
  return curvature;
}

}  // namespace downhill::learn
