#pragma once
#include "formula/source.hpp"

namespace downhill::formula {

/// Checks the length of the text, that every bracket is closed by its kind, and that they nest at most 200 deep,
/// all in one loop: what reads the text afterwards may recurse over brackets. Throws InputError at the bracket.
void check_brackets(const Source& source);

}  // namespace downhill::formula
