#include "jit/program.hpp"

#include <downhill/error.hpp>

#include "jit/long_nest.hpp"
#include "llvm/IR/Constants.h"

namespace downhill::jit {
namespace {

// Instructions of a function of straight-line code, roughly.
constexpr std::int64_t function_weight = 400;
// Instructions times points from which a nest is worth several threads.
constexpr std::int64_t parallel_weight = std::int64_t{1} << 21;

void collect(const std::vector<loops::Step>& steps, std::vector<const loops::KernelCall*>& found) {
  for (const loops::Step& step : steps) {
    if (const auto* call = std::get_if<loops::KernelCall>(&step)) found.push_back(call);
    if (const auto* loop = std::get_if<std::shared_ptr<const loops::Loop>>(&step)) collect((*loop)->body, found);
    if (const auto* branch = std::get_if<std::shared_ptr<const loops::Branch>>(&step)) {
      collect((*branch)->then_body, found);
      collect((*branch)->else_body, found);
    }
  }
}

std::size_t depth_of(const std::vector<loops::Step>& steps) {
  std::size_t depth = 0;
  for (const loops::Step& step : steps) {
    if (const auto* loop = std::get_if<std::shared_ptr<const loops::Loop>>(&step))
      depth = std::max(depth, 1 + depth_of((*loop)->body));
    if (const auto* branch = std::get_if<std::shared_ptr<const loops::Branch>>(&step)) {
      depth = std::max({depth, depth_of((*branch)->then_body), depth_of((*branch)->else_body)});
    }
  }
  return depth;
}

bool is_written_out(const NestPlan& plan) {
  if (plan.lane >= 0) return false;
  for (const bool unrolled : plan.unrolled) {
    if (!unrolled) return false;
  }
  return true;
}

// Instructions that a nest becomes.
std::int64_t emitted_weight(const NestPlan& plan) {
  std::int64_t weight = plan.weight + 8;
  for (int axis = 0; axis < plan.rank(); ++axis) {
    if (plan.unrolled[static_cast<std::size_t>(axis)]) weight *= plan.extent(axis);
  }
  return plan.lane >= 0 ? weight * (plan.copies + 1) : weight;
}

}  // namespace

ProgramEmitter::ProgramEmitter(Emitter& emitter, const loops::LoopProgram& program)
    : emitter_(emitter), ir_(emitter.ir), layout_(emitter, program), zeros_(zeros_of_buffers(program)) {}

std::vector<const loops::KernelCall*> ProgramEmitter::kernels(const loops::LoopProgram& program) {
  std::vector<const loops::KernelCall*> found;
  collect(program.steps, found);
  return found;
}

void ProgramEmitter::emit(const std::string& name) {
  llvm::Type* const i32 = ir_.getInt32Ty();
  llvm::Function* body = nullptr;
  {
    Scope scope(layout_, "steps", i32, {});
    emit_steps(layout_.program.steps, scope, 0);
    ir_.CreateRet(ir_.getInt32(0));
    body = scope.function();
  }
  llvm::Type* const pointer = emitter_.pointer();
  llvm::Function* const entry =
      emitter_.begin_function(name, i32, {pointer, pointer, pointer, pointer}, Emitter::Visibility::exported);
  const auto words = static_cast<std::uint64_t>(FrameWord::first_loop_index) + depth_of(layout_.program.steps);
  Value* const frame = ir_.CreateAlloca(llvm::ArrayType::get(ir_.getInt64Ty(), words));
  for (unsigned k = 0; k < 4; ++k)
    ir_.CreateStore(entry->getArg(k), emitter_.at(frame, static_cast<std::int64_t>(k) * 8));
  Value* status = nullptr;
  in_default_environment(emitter_, [&] { status = ir_.CreateCall(body, {frame}); });
  ir_.CreateRet(status);
}

void ProgramEmitter::emit_steps(const std::vector<loops::Step>& steps, Scope& scope, std::size_t depth) {
  Gathering gathering{.parent = &scope};
  for (std::size_t k = 0; k < steps.size(); ++k) {
    const loops::Step& step = steps[k];
    if (const auto* nest = std::get_if<loops::Nest>(&step)) {
      for (const loops::Nest& part : split_long_nest(*nest, layout_)) emit_nest(part, gathering);
      continue;
    }
    close(gathering);
    scope.known.clear();
    if (const auto* product = std::get_if<loops::Product>(&step)) {
      const bool hands_on = product->result != loops::Product::Result::stored;
      emit_product(*product, hands_on ? &std::get<loops::Nest>(steps[++k]) : nullptr, scope);
    } else if (const auto* call = std::get_if<loops::KernelCall>(&step)) {
      emit_call(*call, scope);
    } else if (const auto* loop = std::get_if<std::shared_ptr<const loops::Loop>>(&step)) {
      emit_loop(**loop, scope, depth);
    } else if (const auto* branch = std::get_if<std::shared_ptr<const loops::Branch>>(&step)) {
      emit_branch(**branch, scope, depth);
    } else {
      emit_tile_loop(*std::get<std::shared_ptr<const loops::TileLoop>>(step), scope);
    }
    scope.known.clear();
  }
  close(gathering);
}

// The function in which `weight` more instructions belong: the parent while it is small, then one child after the other.
Scope& ProgramEmitter::room_for(std::int64_t weight, Gathering& gathering) {
  if (gathering.weight > 0 && gathering.weight + weight > function_weight) {
    if (gathering.child) close(gathering);
    gathering.resume = ir_.GetInsertBlock();
    gathering.child = std::make_unique<Scope>(layout_, "part", ir_.getVoidTy(), std::vector<llvm::Type*>{});
    gathering.weight = 0;
  }
  gathering.weight += weight;
  return gathering.child ? *gathering.child : *gathering.parent;
}

void ProgramEmitter::close(Gathering& gathering) {
  if (!gathering.child) return;
  ir_.CreateRetVoid();
  ir_.SetInsertPoint(gathering.resume);
  ir_.CreateCall(gathering.child->function(), {gathering.parent->frame()});
  gathering.child.reset();
  gathering.parent->known.clear();
  gathering.weight = function_weight;  // the parent is full: what follows goes to the next child
}

std::vector<ReductionRoom> ProgramEmitter::rooms_for(const NestPlan& plan) {
  std::vector<ReductionRoom> rooms(plan.nest.reductions.size());
  const std::int64_t blocks = reduced_blocks(plan);
  if (blocks < 2) return rooms;
  for (std::size_t k = 0; k < rooms.size(); ++k) {
    const DType dtype = plan.nest.body[plan.nest.reductions[k].element].dtype;
    rooms[k].results =
        layout_.reserve(static_cast<std::uint64_t>(blocks * output_order(plan).count * element_bytes(dtype)));
  }
  return rooms;
}

void ProgramEmitter::emit_nest(const loops::Nest& nest, Gathering& gathering) {
  const NestPlan plan = plan_nest(nest);
  const std::vector<ReductionRoom> rooms = rooms_for(plan);
  if (plan.points * plan.weight >= parallel_weight && plan.rank() > 0) {
    close(gathering);
    emit_in_parallel(plan, rooms, *gathering.parent);
    return;
  }
  Scope& scope = room_for(emitted_weight(plan), gathering);
  if (!is_written_out(plan)) scope.known.clear();
  NestEmitter(scope, plan, rooms).emit({});
  if (plan.points > 0 && plan.is_reduction() && reduced_blocks(plan) > 1)
    NestEmitter(scope, plan, rooms).emit_combination();
  if (!is_written_out(plan)) scope.known.clear();
}

// A function over a part of the outermost axis, or of the blocks of a long sum, and its dispatch.
void ProgramEmitter::emit_in_parallel(const NestPlan& plan, const std::vector<ReductionRoom>& rooms, Scope& scope) {
  const bool over_blocks = plan.parallel == 0 && plan.lane == 0;
  const bool cut = over_blocks || plan.parallel > 0;
  const std::int64_t extent = plan.extent(0);
  // Lanes are dealt out by the thousand, so that vectors stay whole.
  const std::int64_t grain = plan.lane == 0 && !over_blocks ? block_elements : 1;
  const std::int64_t count = over_blocks ? reduced_blocks(plan) : (extent + grain - 1) / grain;

  llvm::BasicBlock* const resume = ir_.GetInsertBlock();
  Scope part(layout_, "nest", ir_.getVoidTy(), {ir_.getInt64Ty(), ir_.getInt64Ty()});
  in_default_environment(emitter_, [&] {
    AxisRange range;
    if (cut && count > 1) {
      Value* end = part.argument(1);
      if (grain > 1)
        end = ir_.CreateBinaryIntrinsic(llvm::Intrinsic::smin, emitter_.times(end, grain), emitter_.index(extent));
      range = {0, emitter_.times(part.argument(0), grain), end};
    }
    NestEmitter(part, plan, rooms).emit(range);
  });
  ir_.CreateRetVoid();
  ir_.SetInsertPoint(resume);
  dispatch(scope, part.function(), cut ? count : 1);
  if (plan.is_reduction() && reduced_blocks(plan) > 1) NestEmitter(scope, plan, rooms).emit_combination();
}

// body(frame, 0, count), by the threads' parallel_for if there is one.
void ProgramEmitter::dispatch(Scope& scope, llvm::Function* body, std::int64_t count) {
  Value* const all = emitter_.index(count);
  const auto alone = [&] {
    ir_.CreateCall(body, {scope.frame(), emitter_.index(0), all});
    return Values{};
  };
  if (count < 2) {
    alone();
    return;
  }
  llvm::Type* const pointer = emitter_.pointer();
  const auto field = [&](ControlOffset offset) {
    return ir_.CreateAlignedLoad(pointer, emitter_.at(scope.control(), static_cast<std::int64_t>(offset)),
                                 llvm::Align(8));
  };
  Value* const parallel_for = field(ControlOffset::parallel_for);
  emitter_.branch(
      ir_.CreateIsNotNull(parallel_for),
      [&] {
        auto* const type =
            llvm::FunctionType::get(ir_.getVoidTy(), {pointer, ir_.getInt64Ty(), pointer, pointer}, false);
        ir_.CreateCall(type, parallel_for, {field(ControlOffset::pool), all, scope.frame(), body});
        return Values{};
      },
      alone);
}

void ProgramEmitter::emit_call(const loops::KernelCall& call, Scope& scope) {
  const auto list = [&](const std::vector<loops::KernelCall::Argument>& arguments) {
    Value* const pointers = scope.stack(std::max<std::size_t>(arguments.size(), 1) * 8);
    for (std::size_t k = 0; k < arguments.size(); ++k) {
      const std::int64_t bytes = element_bytes(layout_.buffer(arguments[k].buffer).dtype);
      Value* const start =
          emitter_.at(scope.base(arguments[k].buffer), emitter_.times(affine_start(scope, arguments[k].offset), bytes));
      ir_.CreateStore(start, emitter_.at(pointers, static_cast<std::int64_t>(k) * 8));
    }
    return pointers;
  };
  Value* const operands = list(call.operands);
  Value* const results = list(call.results);
  llvm::Type* const pointer = emitter_.pointer();
  Value* const function = ir_.CreateAlignedLoad(
      pointer, emitter_.at(scope.control(), static_cast<std::int64_t>(ControlOffset::kernel)), llvm::Align(8));
  auto* const type = llvm::FunctionType::get(ir_.getInt32Ty(), {pointer, ir_.getInt64Ty(), pointer, pointer}, false);
  Value* const number = emitter_.index(next_kernel_++);
  Value* const failed =
      ir_.CreateIsNotNull(ir_.CreateCall(type, function, {scope.control(), number, operands, results}));
  llvm::BasicBlock* const leave = llvm::BasicBlock::Create(emitter_.context, "", scope.function());
  llvm::BasicBlock* const go_on = llvm::BasicBlock::Create(emitter_.context, "", scope.function());
  ir_.CreateCondBr(failed, leave, go_on);
  ir_.SetInsertPoint(leave);
  ir_.CreateRet(ir_.getInt32(static_cast<std::uint32_t>(next_kernel_)));
  ir_.SetInsertPoint(go_on);
}

void ProgramEmitter::emit_loop(const loops::Loop& loop, Scope& scope, std::size_t depth) {
  if (loop.length == 0) {
    // Nothing runs, but the kernel calls inside have their numbers.
    std::vector<const loops::KernelCall*> skipped;
    collect(loop.body, skipped);
    next_kernel_ += static_cast<std::int64_t>(skipped.size());
    return;
  }
  emitter_.loop(emitter_.index(0), emitter_.index(loop.length), 1, [&](Value* t) {
    scope.set_loop_index(depth, t);
    emit_steps(loop.body, scope, depth + 1);
  });
  scope.forget_loop_index(depth);
}

void ProgramEmitter::emit_branch(const loops::Branch& branch, Scope& scope, std::size_t depth) {
  Value* const place = emitter_.at(scope.base(branch.predicate), affine_start(scope, branch.offset));
  Value* const chosen = ir_.CreateICmpNE(ir_.CreateAlignedLoad(ir_.getInt8Ty(), place, llvm::Align(1)), ir_.getInt8(0));
  const auto side = [&](const std::vector<loops::Step>& steps) {
    return [&] {
      scope.known.clear();  // of the other side
      emit_steps(steps, scope, depth);
      return Values{};
    };
  };
  emitter_.branch(chosen, side(branch.then_body), side(branch.else_body));
}

}  // namespace downhill::jit
