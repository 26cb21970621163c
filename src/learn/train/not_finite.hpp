#pragma once
#include <downhill/learn/train.hpp>

#include <string>

namespace downhill::learn {

/// Why the last step of `trainer` gave `loss`, which is not finite: the first array of the network that is not, in the order of the
/// computation, how far the weights had grown, and the largest rate that could work.
[[nodiscard]] std::string explain_not_finite(Trainer& trainer, double loss);

/// The same of a loss that has only grown, from that of its first steps to that of its last.
[[nodiscard]] std::string explain_growth(Trainer& trainer, double first, double last);

}  // namespace downhill::learn
