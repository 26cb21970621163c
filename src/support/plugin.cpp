#include "support/plugin.hpp"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

namespace downhill {
namespace {

/// The folder of the program or library that holds this code.
std::filesystem::path own_folder() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&load_plugin), &info) == 0 || info.dli_fname == nullptr) {
    return {};
  }
  std::error_code error;
  const std::filesystem::path itself = std::filesystem::canonical(info.dli_fname, error);
  return error ? std::filesystem::path{} : itself.parent_path();
}

}  // namespace

Plugin load_plugin(const char* file, const char* override, const char* symbol, Symbols symbols) {
  std::vector<std::string> places;
  if (const char* chosen = std::getenv(override)) {
    places = {chosen};
  } else {
    const std::filesystem::path folder = own_folder();
    places = {(folder / file).string(), (folder / "../lib/downhill" / file).string(),
              (folder / "downhill" / file).string(), file};
  }
  std::string reason;
  for (const std::string& place : places) {
    void* library = dlopen(place.c_str(), RTLD_NOW | (symbols == Symbols::shared ? RTLD_GLOBAL : RTLD_LOCAL));
    if (library == nullptr) {
      reason = dlerror();
      continue;
    }
    void* entry = dlsym(library, symbol);
    return {entry, entry != nullptr ? "" : place + " has no " + symbol};
  }
  return {nullptr, reason};
}

}  // namespace downhill
