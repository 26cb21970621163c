#pragma once
#include <memory>
#include <string>
#include <vector>

#include "jit/nest.hpp"
#include "jit/runtime.hpp"
#include "jit/zero_sources.hpp"

namespace downhill::jit {

/// Emits a whole loop program into one module.
class ProgramEmitter {
 public:
  ProgramEmitter(Emitter& emitter, const loops::LoopProgram& program);
  /// The function `name`, an Entry, and everything that it calls.
  void emit(const std::string& name);

  [[nodiscard]] std::uint64_t workspace_bytes() const { return layout_.workspace_bytes(); }
  /// The kernel calls of a program in the order in which emitted code numbers them. Needs no emission.
  [[nodiscard]] static std::vector<const loops::KernelCall*> kernels(const loops::LoopProgram& program);

 private:
  Emitter& emitter_;
  llvm::IRBuilder<>& ir_;
  Layout layout_;
  std::vector<Zeros> zeros_;  // of every buffer
  std::int64_t next_kernel_ = 0;

  /// Code that is being gathered into functions of limited size: LLVM's time grows faster than a function does.
  struct Gathering {
    Scope* parent = nullptr;                 // returns i32; calls the rest
    std::unique_ptr<Scope> child = nullptr;  // returns nothing
    llvm::BasicBlock* resume = nullptr;      // where the parent goes on
    std::int64_t weight = 0;                 // of the function that is being written
  };

  void emit_steps(const std::vector<loops::Step>& steps, Scope& scope, std::size_t depth);
  void emit_nest(const loops::Nest& nest, Gathering& gathering);
  void emit_in_parallel(const NestPlan& plan, const std::vector<ReductionRoom>& rooms, Scope& scope);
  void emit_product(const loops::Product& product, const loops::Nest* epilogue, Scope& scope);
  void emit_zero(const loops::Product& product, Scope& scope);
  void emit_call(const loops::KernelCall& call, Scope& scope);
  void emit_loop(const loops::Loop& loop, Scope& scope, std::size_t depth);
  void emit_branch(const loops::Branch& branch, Scope& scope, std::size_t depth);
  void emit_tile_loop(const loops::TileLoop& tile, Scope& scope);
  struct TiledStep;
  std::vector<TiledStep> plan_tile(const loops::TileLoop& tile, std::uint64_t& tile_bytes, Scope& scope);
  void emit_tiled_step(const loops::TileLoop& tile, const TiledStep& step, Scope& part, Value* memory, Value* first,
                       Value* is_last);
  Scope& room_for(std::int64_t weight, Gathering& gathering);
  void close(Gathering& gathering);
  std::vector<ReductionRoom> rooms_for(const NestPlan& plan);
  void dispatch(Scope& scope, llvm::Function* body, std::int64_t count);
};

/// Runs `body` in the default floating-point environment and restores the caller's: rounding to nearest, subnormals kept, nothing trapped.
void in_default_environment(Emitter& emitter, const std::function<void()>& body);

}  // namespace downhill::jit
