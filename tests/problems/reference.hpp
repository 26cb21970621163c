#pragma once
#include <cmath>
#include <cstddef>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

/// Values and gradients of other implementations, tests/data/problem_values.json: at the start, and at a second point.
namespace downhill::testing {

struct Reference {
  std::string name;
  std::int64_t n = 0;
  double value = 0;
  double largest_gradient = 0;
  std::vector<double> second_x;  ///< empty: the start plus 0.05 sin i, to six decimals
  double second_value = 0;
  double second_gradient_sum = 0;
};

inline std::vector<Reference> references() {
  std::vector<Reference> list;
  for (const auto& row : nlohmann::json::parse(std::ifstream("tests/data/problem_values.json"))) {
    list.push_back({row["name"], row["n"], row["value"], row["largest_gradient"],
                    row.value("second_x", std::vector<double>{}), row["second_value"], row["second_gradient_sum"]});
  }
  return list;
}

inline std::vector<double> second_point(const Reference& reference, std::vector<double> start) {
  if (!reference.second_x.empty()) return reference.second_x;
  for (std::size_t i = 0; i < start.size(); ++i) {
    start[i] = std::round((start[i] + 0.05 * std::sin(static_cast<double>(i + 1))) * 1e6) / 1e6;
  }
  return start;
}

}  // namespace downhill::testing
