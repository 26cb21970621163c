#pragma once
#include <string>
#include <string_view>

/// The methods and their options as text.
namespace downhill::app {

/// All methods, a line each, and when a run ends.
[[nodiscard]] std::string overview_of_methods();
/// The options of a method, and of what they may be set to. Throws OptionError for an unknown name.
[[nodiscard]] std::string table_of_method(std::string_view name);

}  // namespace downhill::app
