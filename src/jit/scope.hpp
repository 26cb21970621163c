#pragma once
#include <map>
#include <optional>
#include <unordered_map>

#include "ir/loops.hpp"
#include "jit/emitter.hpp"

namespace downhill::jit {

namespace loops = ir::loops;

/// What all functions of one emitted program share.
class Layout {
 public:
  Layout(Emitter& emitter, const loops::LoopProgram& program);

  Emitter& emitter;
  loops::LoopProgram program;

  [[nodiscard]] const loops::BufferDeclaration& buffer(loops::BufferId id) const { return program.buffers[id]; }
  /// The constant's bytes in the object; made at first use.
  Value* constant(loops::BufferId id);
  /// 64 zero bytes: what a guarded scalar load reads where its guard fails.
  Value* zeros();
  /// Room in the workspace beyond what the program planned; offset in bytes.
  std::uint64_t reserve(std::uint64_t bytes, std::uint64_t alignment = 64);
  /// A new buffer there.
  loops::BufferId add_scratch(DType dtype, std::int64_t elements);
  [[nodiscard]] std::uint64_t workspace_bytes() const { return (workspace_ + 63) / 64 * 64; }
  /// Places of the tile buffers within the memory of one tile loop.
  std::map<loops::BufferId, std::uint64_t> tile_offsets;

 private:
  std::uint64_t workspace_;
  std::unordered_map<loops::BufferId, llvm::GlobalVariable*> constants_;
};

/// Every emitted function starts with a pointer to a frame: 8-byte words in this order, then the indices of the enclosing loops.
enum class FrameWord : std::int64_t { inputs, outputs, workspace, control, first_loop_index };

/// The function being written: addresses of buffers and indices of loops, each fetched once, in its entry block.
class Scope {
 public:
  /// Starts `name(frame, extra…)`; emission goes on in a block after the entry.
  Scope(Layout& layout, const std::string& name, llvm::Type* result, const std::vector<llvm::Type*>& extra);
  /// Goes on in a function that is already there, whose frame is `frame`, with `entry` as the block where addresses are fetched.
  Scope(Layout& layout, Value* frame, llvm::BasicBlock* entry);

  Layout& layout;
  Emitter& emitter;

  [[nodiscard]] Value* frame() const { return frame_; }
  [[nodiscard]] Value* argument(unsigned k) { return function_->getArg(k + 1); }
  [[nodiscard]] llvm::Function* function() const { return function_; }
  Value* base(loops::BufferId id);
  Value* workspace(std::uint64_t offset);
  Value* control();
  Value* loop_index(std::size_t depth);
  void set_loop_index(std::size_t depth, Value* value);
  void forget_loop_index(std::size_t depth) { loop_indices_.erase(depth); }
  /// Memory of the enclosing tile loop, and the first index of its block.
  void set_tile(Value* memory, Value* first) { tile_memory_ = memory, tile_first_ = first; }
  Value* tile_address(std::uint64_t offset);
  /// Null pointer and 0 outside of tile loops.
  [[nodiscard]] Value* tile_memory() const;
  [[nodiscard]] Value* tile_first() const;
  /// Stack memory of the function, aligned to 64.
  Value* stack(std::uint64_t bytes);

  /// Values that this function has just stored or loaded, by buffer and element: straight-line code reads them from here.
  std::map<std::pair<loops::BufferId, std::int64_t>, Value*> known;

 private:
  llvm::Function* function_;
  Value* frame_;
  llvm::BasicBlock* entry_;
  Value* tile_memory_ = nullptr;
  Value* tile_first_ = nullptr;
  std::unordered_map<loops::BufferId, Value*> bases_;
  std::map<std::int64_t, Value*> words_;
  std::map<std::size_t, Value*> loop_indices_;

  template <class F>
  Value* in_entry(F&& make);
  Value* word(std::int64_t position, llvm::Type* type);
};

/// Bytes of one element in memory (a bool takes one).
[[nodiscard]] inline std::int64_t element_bytes(DType dtype) { return static_cast<std::int64_t>(size_of(dtype)); }

/// offset + Σ loop[d] t_d of an affine function, without its axes.
Value* affine_start(Scope& scope, const loops::Affine& affine);

}  // namespace downhill::jit
