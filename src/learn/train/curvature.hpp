#pragma once
#include <downhill/learn/train.hpp>

#include <span>

namespace downhill::learn {

/// The largest eigenvalue in size of the Hessian of a batch's loss with respect to all parameters, by the power method; about 5 %
/// below it at worst. data: features, targets, rows.
[[nodiscard]] double largest_curvature(const Network& network, const Task& task, std::span<const Array> parameters,
                                       std::span<const Array> buffers, std::span<const Array> data);

}  // namespace downhill::learn
