#pragma once

namespace downhill::jit {

/// Registers LLVM's code generator for the machine's architecture; every entry into LLVM calls it first. Cheap after the first time, thread-safe.
void start_llvm();

}  // namespace downhill::jit
