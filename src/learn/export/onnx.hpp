#pragma once
#include <string>

#include "learn/files/saved_run.hpp"

namespace downhill::learn {

/// A trained network as an ONNX file: see export_onnx.
[[nodiscard]] std::string onnx_model(const TrainedNetwork& trained);

}  // namespace downhill::learn
