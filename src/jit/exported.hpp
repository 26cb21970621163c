#pragma once
#include <string>

#include "ir/backend.hpp"
#include "jit/target.hpp"

namespace downhill::jit {

/// An object file that defines the C function `name`, and a header that declares it. The object needs no library.
/// Throws OptionError if `name` is no C identifier, Error if the program calls into downhill (a Cholesky factorisation, say).
[[nodiscard]] ir::Export export_program(const ir::loops::LoopProgram& program, const std::string& name,
                                        const Target& target);

}  // namespace downhill::jit
