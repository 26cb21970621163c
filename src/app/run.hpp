#pragma once
#include <string>
#include <vector>

#include "app/terminal.hpp"

namespace downhill::app {

/// Does what the words after the program's name say. Returns the exit status: 0 success, 1 ran without success,
/// 2 wrong call or bad input (one message on terminal.err), 3 internal error. Throws nothing.
[[nodiscard]] int run(std::vector<std::string> words, const Terminal& terminal) noexcept;

}  // namespace downhill::app
