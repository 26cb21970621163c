#pragma once
#include <downhill/learn/data.hpp>

#include <cmath>

/// Small data sets with a known answer.
namespace downhill::learn {

/// Points of the plane in rings around the origin, class k at radius k + 1, evenly spread with a little ripple.
inline DataSet rings(std::int64_t samples, std::int64_t classes) {
  DataSet data{.sample = {2}, .classes = classes};
  for (std::int64_t k = 0; k < samples; ++k) {
    const auto label = static_cast<std::int32_t>(k % classes);
    const double angle = 2.399963 * static_cast<double>(k);  // the golden angle
    const double radius = 1 + label + 0.2 * std::sin(7.0 * static_cast<double>(k));
    data.features.push_back(static_cast<float>(radius * std::cos(angle)));
    data.features.push_back(static_cast<float>(radius * std::sin(angle)));
    data.labels.push_back(label);
  }
  return data;
}

/// Images of 8 × 6 numbers 7 … 255, most of them 7; as bytes.
inline DataSet byte_images(std::int64_t samples, std::int64_t classes) {
  DataSet data{.sample = {8, 6}, .classes = classes};
  for (std::int64_t k = 0; k < samples; ++k) {
    data.labels.push_back(static_cast<std::int32_t>(k % classes));
    for (std::int64_t i = 0; i < data.sample.size(); ++i) {
      const bool is_background = (i * i + k) % 5 < 3;
      data.packed.bytes.push_back(static_cast<std::uint8_t>(is_background ? 7 : 8 + (i * k * 13 + k % classes) % 248));
    }
  }
  return data;
}

/// y = 2 x0 - 3 x1 + 0.5
inline DataSet plane(std::int64_t samples) {
  DataSet data{.sample = {2}, .outputs = 1};
  for (std::int64_t k = 0; k < samples; ++k) {
    const double a = std::sin(1.7 * static_cast<double>(k));
    const double b = std::cos(2.3 * static_cast<double>(k));
    data.features.push_back(static_cast<float>(a));
    data.features.push_back(static_cast<float>(b));
    data.targets.push_back(static_cast<float>(2 * a - 3 * b + 0.5));
  }
  return data;
}

}  // namespace downhill::learn
