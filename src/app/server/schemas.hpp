#pragma once
#include <nlohmann/json.hpp>
#include <vector>

#include "options/declaration.hpp"

namespace downhill::server {

/// What forms are made from: the schema of each declaration, in their order.
[[nodiscard]] nlohmann::ordered_json schemas(const std::vector<const options::Declaration*>& declarations);

}  // namespace downhill::server
