#pragma once
#include <downhill/learn/data.hpp>

#include "app/arguments.hpp"
#include "app/terminal.hpp"

namespace downhill::app {

/// What the command line asks of the data; downloads are told on the terminal.
[[nodiscard]] learn::DataRequest data_request(const Arguments& arguments, const Terminal& terminal,
                                              learn::Answer answer);

}  // namespace downhill::app
