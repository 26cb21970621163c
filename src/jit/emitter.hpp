#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "jit/target.hpp"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

namespace downhill::jit {

using llvm::Value;
using Values = std::vector<llvm::Value*>;

/// A module being written for one target. Everything in it is emitted through `ir`, whose insertion point moves along.
class Emitter {
 public:
  explicit Emitter(const Target& for_target, const std::string& name = "downhill");

  const Target& target;
  llvm::LLVMContext context;
  llvm::Module module;
  llvm::IRBuilder<> ir;

  [[nodiscard]] llvm::Type* pointer() { return ir.getPtrTy(); }
  [[nodiscard]] Value* index(std::int64_t value) { return ir.getInt64(static_cast<std::uint64_t>(value)); }

  /// Starts a function and moves to its entry block. `internal` functions are not visible in the object.
  enum class Visibility { exported, internal };
  llvm::Function* begin_function(const std::string& name, llvm::Type* result,
                                 const std::vector<llvm::Type*>& parameters, Visibility visibility);
  /// The function being written.
  [[nodiscard]] llvm::Function* function() { return ir.GetInsertBlock()->getParent(); }

  /// Read-only data in the object, aligned to 64 bytes; equal data exist once.
  llvm::GlobalVariable* data(llvm::Constant* contents);

  /// Address of the element that lies `offset` bytes after `base`.
  Value* at(Value* base, Value* offset);
  Value* at(Value* base, std::int64_t offset) { return at(base, index(offset)); }
  /// Asks for the cache line at `place`, which need not exist, before it is read.
  void prefetch(Value* place);
  /// a * b and a + b on indices, folded where they are constants. What is constant in a sum is kept apart, so that neighbouring
  /// places share an address and differ in the displacement only.
  Value* times(Value* a, std::int64_t b);
  Value* plus(Value* a, Value* b);

  /// `for (i = begin; i < end; i += step)`: `body` gets i and the carried values and returns their next values.
  /// Returns the values after the last turn. With constant bounds that allow a turn there is no test before the first one.
  using Body = std::function<Values(Value* i, const Values& carried)>;
  Values loop(Value* begin, Value* end, std::int64_t step, Values carried, const Body& body);
  void loop(Value* begin, Value* end, std::int64_t step, const std::function<void(Value* i)>& body);

  /// `condition ? then() : otherwise()`, with only the chosen side executed.
  Values branch(Value* condition, const std::function<Values()>& then, const std::function<Values()>& otherwise);
  /// As above, where nothing is to be done otherwise.
  void when(Value* condition, const std::function<void()>& then);
};

}  // namespace downhill::jit
