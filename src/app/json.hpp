#pragma once
#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <span>
#include <vector>

/// Numbers as the command line's JSON writes them.
namespace downhill::app {

/// A finite number reads back to the same bits; others are the strings "nan", "inf", "-inf".
[[nodiscard]] nlohmann::ordered_json json_number(double number);
[[nodiscard]] nlohmann::ordered_json json_numbers(std::span<const double> numbers);
/// Row-major rows × columns as an array of rows.
[[nodiscard]] nlohmann::ordered_json json_matrix(std::span<const double> numbers, std::size_t columns);
/// Numbers of a shape as nested arrays; a scalar as a number.
[[nodiscard]] nlohmann::ordered_json json_array(std::span<const double> numbers, std::span<const std::int64_t> shape);

}  // namespace downhill::app
