#pragma once
#include <memory>

#include "jit/object.hpp"
#include "jit/target.hpp"

namespace llvm {
class Module;
}

namespace downhill::jit {

/// How hard the code generator works.
enum class Effort {
  quick,  ///< straight-line code: no passes, fast instruction selection; code with loops: the cheapest real code generation
  optimised,  ///< simplifying passes and full code generation
};

/// Turns LLVM IR into an object. Pure: equal modules give equal bytes. Not thread-safe: one per thread (0.2 ms to make).
class Compiler {
 public:
  Compiler(const Target& target, Effort effort);
  Compiler(Compiler&&) noexcept;
  Compiler& operator=(Compiler&&) noexcept;
  ~Compiler();

  /// Compiles and consumes `module`: its functions get the target's attributes, then passes rewrite them.
  /// Throws Error if the module is malformed or has an instruction that the target cannot execute.
  /// Cost: linear in the number of instructions as long as each function stays below a few thousand.
  [[nodiscard]] Object compile(llvm::Module& module);

  /// Assembly text instead of an object; for reading.
  [[nodiscard]] std::string assembly(llvm::Module& module);

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace downhill::jit
