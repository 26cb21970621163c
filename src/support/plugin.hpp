#pragma once
#include <string>

/// Parts of downhill that are loaded when they are first needed.
namespace downhill {

enum class Symbols : unsigned char {
  hidden,  ///< from every other library of the process
  shared,  ///< for libraries that load parts of their own, which look for them
};

/// A plugin's function, or null with the reason.
struct Plugin {
  void* entry = nullptr;
  std::string reason;
};

/// Loads `file` from beside this code or the folders of an installation, or from the path that the environment variable `override`
/// holds, and finds `symbol` in it. It stays loaded.
[[nodiscard]] Plugin load_plugin(const char* file, const char* override, const char* symbol, Symbols symbols);

}  // namespace downhill
