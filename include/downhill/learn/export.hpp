#pragma once
#include <downhill/program.hpp>

#include <cstdint>
#include <string>

/// Trained networks for other programs.
namespace downhill::learn {

/// The network of a file that training wrote as the bytes of an ONNX file: `input` [samples, the axes of one sample …] as the data were
/// before their scaling, which is part of the graph; `output` f32[samples, outputs] and, for a loss of labels, `label` i64[samples].
/// The number of samples is free. Operators are those of version 17 of ONNX.
/// Throws InputError for a file that is none, and for a layer that has no ONNX form.
[[nodiscard]] std::string export_onnx(const std::string& network);

/// The same network as native code that needs no library: the C function `function`(input0, output0, output1) of `samples` samples a call,
/// f32 features to f32 outputs and, for a loss of labels, int32 labels; bit for bit those of Predictor. Weights are part of the object.
/// Throws InputError, and ExecutionError if there is no native code for it.
[[nodiscard]] Program::Exported export_c(const std::string& network, const std::string& function,
                                         std::int64_t samples = 1);

}  // namespace downhill::learn
