#include <exception>

#include "jit/backend.hpp"

/// The plugin's only symbol (ir::BackendEntry). Null if LLVM cannot start on this machine.
extern "C" __attribute__((visibility("default"))) downhill::ir::Backend* downhill_backend();

downhill::ir::Backend* downhill_backend() {
  try {
    // Never destroyed: executables may outlive every static object.
    static auto* const backend = new downhill::jit::NativeBackend;
    return backend;
  } catch (const std::exception&) {
    return nullptr;
  }
}
