#pragma once
#include <cstddef>

namespace downhill {

/// Bytes of memory that the machine has.
[[nodiscard]] std::size_t machine_memory();

}  // namespace downhill
