#include "exec/plugin.hpp"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

namespace downhill::exec {
namespace {

constexpr const char* plugin_name = "libdownhill_jit.so";

/// The folder of the program or library that holds this code.
std::filesystem::path own_folder() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&native_backend), &info) == 0 || info.dli_fname == nullptr) {
    return {};
  }
  std::error_code error;
  const std::filesystem::path itself = std::filesystem::canonical(info.dli_fname, error);
  return error ? std::filesystem::path{} : itself.parent_path();
}

LoadedBackend load() {
  std::vector<std::string> places;
  if (const char* chosen = std::getenv("DOWNHILL_JIT_PLUGIN")) {
    places = {chosen};
  } else {
    const std::filesystem::path folder = own_folder();
    places = {(folder / plugin_name).string(), (folder / "../lib/downhill" / plugin_name).string(),
              (folder / "downhill" / plugin_name).string(), plugin_name};
  }
  std::string reason;
  for (const std::string& place : places) {
    // RTLD_LOCAL keeps LLVM's symbols from every other library of the process.
    void* library = dlopen(place.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      reason = dlerror();
      continue;
    }
    const auto entry = reinterpret_cast<ir::BackendEntry>(dlsym(library, ir::backend_symbol));
    if (entry == nullptr) {
      return {nullptr, place + " has no " + ir::backend_symbol};
    }
    ir::Backend* backend = entry();
    return {backend, backend != nullptr ? "" : place + " cannot generate code on this machine"};
  }
  return {nullptr, "native code is not available: " + reason};
}

}  // namespace

const LoadedBackend& native_backend() {
  static const LoadedBackend loaded = load();
  return loaded;
}

}  // namespace downhill::exec
