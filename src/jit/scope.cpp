#include "jit/scope.hpp"

#include "llvm/IR/Constants.h"

namespace downhill::jit {
namespace {

constexpr std::uint64_t round_up(std::uint64_t bytes, std::uint64_t alignment) {
  return (bytes + alignment - 1) / alignment * alignment;
}

}  // namespace

Layout::Layout(Emitter& with, const loops::LoopProgram& of)
    : emitter(with), program(of), workspace_(of.workspace_bytes) {}

Value* Layout::constant(loops::BufferId id) {
  llvm::GlobalVariable*& known = constants_[id];
  if (known == nullptr) {
    const loops::BufferDeclaration& declared = buffer(id);
    const auto bytes = static_cast<std::size_t>(declared.elements * element_bytes(declared.dtype));
    const llvm::StringRef raw(reinterpret_cast<const char*>(declared.literal.buffer.data()), bytes);
    known = emitter.data(llvm::ConstantDataArray::getRaw(raw, bytes, emitter.ir.getInt8Ty()));
  }
  return known;
}

Value* Layout::zeros() {
  return emitter.data(llvm::Constant::getNullValue(llvm::ArrayType::get(emitter.ir.getInt8Ty(), 64)));
}

std::uint64_t Layout::reserve(std::uint64_t bytes, std::uint64_t alignment) {
  const std::uint64_t offset = round_up(workspace_, alignment);
  workspace_ = offset + bytes;
  return offset;
}

loops::BufferId Layout::add_scratch(DType dtype, std::int64_t elements) {
  const std::uint64_t offset = reserve(static_cast<std::uint64_t>(elements * element_bytes(dtype)), 8);
  program.buffers.push_back({.dtype = dtype,
                             .elements = elements,
                             .place = loops::BufferDeclaration::Place::workspace,
                             .slot = offset,
                             .literal = {}});
  return static_cast<loops::BufferId>(program.buffers.size() - 1);
}

Scope::Scope(Layout& in, const std::string& name, llvm::Type* result, const std::vector<llvm::Type*>& extra)
    : layout(in), emitter(in.emitter) {
  std::vector<llvm::Type*> parameters{emitter.pointer()};
  parameters.insert(parameters.end(), extra.begin(), extra.end());
  function_ = emitter.begin_function(name, result, parameters, Emitter::Visibility::internal);
  frame_ = function_->getArg(0);
  entry_ = emitter.ir.GetInsertBlock();
  llvm::BasicBlock* const body = llvm::BasicBlock::Create(emitter.context, "", function_);
  emitter.ir.CreateBr(body);
  emitter.ir.SetInsertPoint(body);
}

Scope::Scope(Layout& in, Value* frame, llvm::BasicBlock* entry)
    : layout(in), emitter(in.emitter), function_(entry->getParent()), frame_(frame), entry_(entry) {}

template <class F>
Value* Scope::in_entry(F&& make) {
  const llvm::IRBuilderBase::InsertPointGuard guard(emitter.ir);
  emitter.ir.SetInsertPoint(entry_->getTerminator());
  return make();
}

Value* Scope::word(std::int64_t position, llvm::Type* type) {
  Value*& known_word = words_[position];
  if (known_word == nullptr) {
    known_word =
        in_entry([&] { return emitter.ir.CreateAlignedLoad(type, emitter.at(frame_, position * 8), llvm::Align(8)); });
  }
  return known_word;
}

Value* Scope::control() { return word(static_cast<std::int64_t>(FrameWord::control), emitter.pointer()); }

Value* Scope::workspace(std::uint64_t offset) {
  Value* const start = word(static_cast<std::int64_t>(FrameWord::workspace), emitter.pointer());
  return in_entry([&] { return emitter.at(start, static_cast<std::int64_t>(offset)); });
}

Value* Scope::tile_memory() const {
  return tile_memory_ != nullptr ? tile_memory_ : llvm::ConstantPointerNull::get(emitter.ir.getPtrTy());
}

Value* Scope::tile_first() const { return tile_first_ != nullptr ? tile_first_ : emitter.index(0); }

Value* Scope::tile_address(std::uint64_t offset) {
  return in_entry([&] { return emitter.at(tile_memory_, static_cast<std::int64_t>(offset)); });
}

Value* Scope::base(loops::BufferId id) {
  Value*& address = bases_[id];
  if (address != nullptr) return address;
  const loops::BufferDeclaration& declared = layout.buffer(id);
  using Place = loops::BufferDeclaration::Place;
  switch (declared.place) {
    case Place::input:
    case Place::output: {
      const FrameWord list = declared.place == Place::input ? FrameWord::inputs : FrameWord::outputs;
      Value* const pointers = word(static_cast<std::int64_t>(list), emitter.pointer());
      address = in_entry([&] {
        return emitter.ir.CreateAlignedLoad(
            emitter.pointer(), emitter.at(pointers, static_cast<std::int64_t>(declared.slot) * 8), llvm::Align(8));
      });
      break;
    }
    case Place::constant: address = layout.constant(id); break;
    case Place::workspace: address = workspace(declared.slot); break;
    case Place::tile: {
      const auto offset = static_cast<std::int64_t>(layout.tile_offsets.at(id));
      address = tile_address(static_cast<std::uint64_t>(offset));
      break;
    }
  }
  return address;
}

Value* Scope::loop_index(std::size_t depth) {
  const auto set = loop_indices_.find(depth);
  if (set != loop_indices_.end()) return set->second;
  return word(static_cast<std::int64_t>(FrameWord::first_loop_index) + static_cast<std::int64_t>(depth),
              emitter.ir.getInt64Ty());
}

void Scope::set_loop_index(std::size_t depth, Value* value) {
  emitter.ir.CreateAlignedStore(
      value,
      emitter.at(frame_,
                 (static_cast<std::int64_t>(FrameWord::first_loop_index) + static_cast<std::int64_t>(depth)) * 8),
      llvm::Align(8));
  loop_indices_[depth] = value;
}

Value* Scope::stack(std::uint64_t bytes) {
  return in_entry([&] {
    auto* const room = emitter.ir.CreateAlloca(llvm::ArrayType::get(emitter.ir.getInt8Ty(), bytes));
    room->setAlignment(llvm::Align(64));
    return room;
  });
}

Value* affine_start(Scope& scope, const loops::Affine& affine) {
  Value* sum = scope.emitter.index(affine.offset);
  for (std::size_t depth = 0; depth < affine.loop.size(); ++depth) {
    if (affine.loop[depth] != 0)
      sum = scope.emitter.plus(sum, scope.emitter.times(scope.loop_index(depth), affine.loop[depth]));
  }
  return sum;
}

}  // namespace downhill::jit
