#pragma once
#include <downhill/learn/data.hpp>

#include <optional>
#include <string>

namespace downhill::learn {

/// The set of that name, read where it is or downloaded; none if no set has the name. Throws InputError.
[[nodiscard]] std::optional<Split> read_known_set(const std::string& name, const DataRequest& request);

}  // namespace downhill::learn
