#pragma once
#include <string>

#include "app/problem.hpp"
#include "app/server/bodies.hpp"

namespace downhill::server {

/// A program for the Python module that does what the run does: docs/guide/python.md. Its formulas are the text of the set-up, its data
/// stand in it up to a thousand numbers.
[[nodiscard]] std::string python_text(const Start& body, const app::Problem& problem);

}  // namespace downhill::server
