#pragma once
#include <string>

#include "ir/backend.hpp"
#include "jit/target.hpp"

namespace downhill::jit {

/// An object file that defines the C function of the request, and a header that declares it. The object needs no library.
/// Throws OptionError if its name is no C identifier, Error if the program calls into downhill (a Cholesky factorisation, say).
[[nodiscard]] ir::Export export_program(const ir::loops::LoopProgram& program, const ir::ExportRequest& request,
                                        const Target& target);

}  // namespace downhill::jit
