#include "exec/plugin.hpp"

#include "support/plugin.hpp"

namespace downhill::exec {
namespace {

LoadedBackend load() {
  // Hidden: LLVM's symbols stay away from every other library of the process.
  const Plugin plugin = load_plugin("libdownhill_jit.so", "DOWNHILL_JIT_PLUGIN", ir::backend_symbol, Symbols::hidden);
  if (plugin.entry == nullptr) return {nullptr, "native code is not available: " + plugin.reason};
  ir::Backend* backend = reinterpret_cast<ir::BackendEntry>(plugin.entry)();
  return {backend, backend != nullptr ? "" : "native code is not available: none can be generated on this machine"};
}

}  // namespace

const LoadedBackend& native_backend() {
  static const LoadedBackend loaded = load();
  return loaded;
}

}  // namespace downhill::exec
