#pragma once
#include <cstddef>
#include <optional>
#include <string>

namespace CLI {  // NOLINT(readability-identifier-naming): the library's
class App;
}

namespace downhill::app {

/// What `landscape` is asked for besides the problem, the method and the picture.
struct LandscapeArguments {
  std::optional<std::string> axes;        ///< one or two variables by name
  std::optional<std::string> directions;  ///< random, principal, curvature, or one or two named vectors
  std::optional<std::string> window;      ///< of s and t
  std::size_t points = 200;               ///< along each axis
  std::optional<std::size_t> slice;       ///< an iteration
  std::optional<std::string> trained;     ///< file of a trained network, in place of a problem
};

/// Adds the options of `landscape` to its subcommand.
void define_landscape(CLI::App& subcommand, LandscapeArguments& arguments);

}  // namespace downhill::app
