#include "app/json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "support/numbers.hpp"

namespace downhill::app {

using nlohmann::ordered_json;

ordered_json json_number(double number) {
  if (!std::isfinite(number)) return shortest(number);
  return number;
}

ordered_json json_numbers(std::span<const double> numbers) {
  ordered_json result = ordered_json::array();
  for (const double number : numbers) result.push_back(json_number(number));
  return result;
}

ordered_json json_matrix(std::span<const double> numbers, std::size_t columns) {
  ordered_json result = ordered_json::array();
  for (std::size_t i = 0; i < numbers.size(); i += columns) result.push_back(json_numbers(numbers.subspan(i, columns)));
  return result;
}

ordered_json json_array(std::span<const double> numbers, std::span<const std::int64_t> shape) {
  if (shape.empty()) return json_number(numbers[0]);
  if (shape.size() == 1) return json_numbers(numbers);
  ordered_json result = ordered_json::array();
  const auto rows = static_cast<std::size_t>(shape[0]);
  const std::size_t length = rows == 0 ? 0 : numbers.size() / rows;
  for (std::size_t i = 0; i < rows; ++i)
    result.push_back(json_array(numbers.subspan(i * length, length), shape.subspan(1)));
  return result;
}

}  // namespace downhill::app
