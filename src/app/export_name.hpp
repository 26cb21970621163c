#pragma once
#include <filesystem>
#include <string>

namespace downhill::app {

/// The C function is called after the file: `out/my-gradient.o` gives `my_gradient`.
[[nodiscard]] std::string function_name(const std::filesystem::path& object);

}  // namespace downhill::app
