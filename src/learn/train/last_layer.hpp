#pragma once
#include <downhill/learn/inspection.hpp>

#include <optional>

namespace downhill::learn {

/// What changing the last layer alone could reach, on some thousand samples of the data; none where that layer is not dense.
[[nodiscard]] std::optional<ConvexPart> last_layer_alone(const Trainer& trainer);

}  // namespace downhill::learn
