#pragma once
#include "ir/backend.hpp"

#include <string>

namespace downhill::exec {

/// The code generator, loaded at first use, or null with the reason why there is none.
struct LoadedBackend {
  ir::Backend* backend = nullptr;
  std::string reason;
};
[[nodiscard]] const LoadedBackend& native_backend();

}  // namespace downhill::exec
