#include "jit/compile_program.hpp"

#include "jit/program.hpp"
#include "llvm/Support/raw_ostream.h"

namespace downhill::jit {

CompiledProgram compile_program(const ir::loops::LoopProgram& program, const Target& target, Effort effort) {
  Emitter emitter(target);
  ProgramEmitter emission(emitter, program);
  emission.emit(entry_name);
  return {Compiler(target, effort).compile(emitter.module), emission.workspace_bytes()};
}

std::string print_program(const ir::loops::LoopProgram& program, const Target& target) {
  Emitter emitter(target);
  ProgramEmitter(emitter, program).emit(entry_name);
  std::string text;
  llvm::raw_string_ostream(text) << emitter.module;
  return text;
}

}  // namespace downhill::jit
