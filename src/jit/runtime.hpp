#pragma once
#include <cstdint>

#include "ir/backend.hpp"

namespace downhill::jit {

/// What emitted code calls back; it knows the layout by offset (`ControlOffset`).
struct Control {
  /// Runs kernel call `number`; 0 if all went well.
  std::int32_t (*kernel)(Control* control, std::int64_t number, const void* const* operands,
                         void* const* results) = nullptr;
  ir::ParallelFor parallel_for = nullptr;  ///< null: run on the caller's thread
  void* pool = nullptr;
  void (*fetch)(Control* control,
                std::int64_t lines) = nullptr;  ///< of what a later call reads; null: nothing is known of it
};
static_assert(sizeof(Control) == 32);
enum class ControlOffset : std::int64_t { kernel = 0, parallel_for = 8, pool = 16, fetch = 24 };

/// A compiled program's entry: 0, or 1 + the number of the kernel call that failed.
using Entry = std::int32_t(const void* const* inputs, void* const* outputs, void* workspace, Control* control);
inline constexpr const char* entry_name = "downhill_run";

}  // namespace downhill::jit
