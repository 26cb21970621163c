#pragma once
#include <downhill/array.hpp>
#include <downhill/learn/data.hpp>

#include <string>

/// Samples of one shape along a first axis, as arrays and programs take them.
namespace downhill::learn {

/// [samples, the axes of one sample …]
[[nodiscard]] Shape batch_shape(std::int64_t samples, const Shape& sample);

/// Of `features`, and of `labels` (i32[samples]) or `targets` (f32[samples, outputs]).
[[nodiscard]] Type features_type(const DataSet& data);
[[nodiscard]] Type targets_type(const DataSet& data);

/// The same as arrays; targets that are numbers, and features, are of `dtype`.
[[nodiscard]] Array features_array(const DataSet& data, DType dtype);
[[nodiscard]] Array targets_array(const DataSet& data, DType dtype);

/// A checksum of everything that training sees: features, labels or targets, shapes and classes.
[[nodiscard]] std::string checksum_of(const DataSet& data);

}  // namespace downhill::learn
