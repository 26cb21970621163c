#include <algorithm>
#include <downhill/error.hpp>

#include "jit/product.hpp"
#include "jit/program.hpp"
#include "jit/skipping_product.hpp"
#include "llvm/IR/Constants.h"

namespace downhill::jit {
namespace {

// Tile memory up to this size lies on the stack of the thread that runs the tile; beyond it there is one, in the workspace.
constexpr std::uint64_t stack_limit = std::uint64_t{1} << 19;

std::int64_t tiled_extent(const loops::Product& product) {
  switch (product.tiled) {
    case loops::Product::Axis::none: break;
    case loops::Product::Axis::batch: return product.batch[product.tiled_batch_axis];
    case loops::Product::Axis::m: return product.m;
    case loops::Product::Axis::n: return product.n;
    case loops::Product::Axis::k: return product.k;
  }
  return 0;
}

std::int64_t divided_up(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

}  // namespace

/// One step of a tile loop, ready to be emitted.
struct ProgramEmitter::TiledStep {
  std::int64_t extent = 0;  // along the tiled axis
  std::optional<NestPlan> nest = std::nullopt;
  std::vector<ReductionRoom> rooms = {};
  const loops::Product* product = nullptr;
  const loops::Nest* epilogue = nullptr;
  std::uint64_t product_room = 0;
};

// Plans every step, places the tile buffers and the state of reductions, and handles what needs no tile: steps over nothing.
std::vector<ProgramEmitter::TiledStep> ProgramEmitter::plan_tile(const loops::TileLoop& tile, std::uint64_t& tile_bytes,
                                                                 Scope& scope) {
  const auto place = [&](std::uint64_t bytes) {
    const std::uint64_t offset = tile_bytes;
    tile_bytes += (bytes + 63) / 64 * 64;
    return offset;
  };
  const auto use = [&](loops::BufferId id) {
    const loops::BufferDeclaration& buffer = layout_.buffer(id);
    if (buffer.place != loops::BufferDeclaration::Place::tile || layout_.tile_offsets.contains(id)) return;
    layout_.tile_offsets[id] = place(static_cast<std::uint64_t>(buffer.elements * element_bytes(buffer.dtype)));
  };
  std::vector<TiledStep> steps;
  const auto use_all = [&](const loops::Nest& nest) {
    for (const loops::Element& element : nest.body) {
      if (element.kind == loops::Element::Kind::load) use(element.buffer);
    }
    for (const loops::Store& store : nest.stores) use(store.buffer);
    for (const loops::Reduction& reduction : nest.reductions) use(reduction.buffer);
  };
  for (std::size_t at = 0; at < tile.body.size(); ++at) {
    const loops::Step& step = tile.body[at];
    if (const auto* product = std::get_if<loops::Product>(&step)) {
      for (const loops::Matrix* matrix : {&product->a, &product->b, &product->c}) use(matrix->buffer);
      TiledStep planned{.extent = tiled_extent(*product), .product = product};
      if (product->result != loops::Product::Result::stored) {
        planned.epilogue = &std::get<loops::Nest>(tile.body[++at]);
        use_all(*planned.epilogue);
      }
      const ProductEmitter emission(layout_, *product, tile.block);
      if (product->tiled == loops::Product::Axis::k && product->k == 0) {
        emit_zero(*product, scope);
      } else if (emission.units() > 0 && planned.extent > 0) {
        planned.product_room = layout_.reserve(emission.room_bytes());
        steps.push_back(std::move(planned));
      }
      continue;
    }
    const loops::Nest& nest = std::get<loops::Nest>(step);
    use_all(nest);
    TiledStep planned{.nest = plan_nest(nest)};
    const NestPlan& plan = *planned.nest;
    planned.extent = plan.extent(plan.tiled);
    planned.rooms = rooms_for(plan);
    if (plan.is_reduction() && plan.tiled > plan.parallel) {
      throw Error("native code: a tile loop cuts a reduced axis that is not the outermost one: " +
                  std::to_string(plan.tiled) + " and " + std::to_string(plan.parallel));
    }
    if (plan.is_reduction() && plan.tiled == plan.parallel) {
      for (std::size_t k = 0; k < planned.rooms.size(); ++k) {
        const DType dtype = plan.nest.body[plan.nest.reductions[k].element].dtype;
        const auto elements = static_cast<std::uint64_t>(output_order(plan).count) * partial_count(dtype);
        planned.rooms[k].state = place(elements * size_of(dtype));
      }
    }
    if (plan.points == 0) {
      // A sum over nothing is written once; anything else over nothing is not there.
      if (plan.tiled >= plan.parallel || plan.reduced_points() > 0) NestEmitter(scope, plan, planned.rooms).emit({});
      if (plan.tiled >= plan.parallel || plan.reduced_points() > 0) continue;
    }
    steps.push_back(std::move(planned));
  }
  return steps;
}

// The step as a function of its own, called for the block that starts at `first`.
void ProgramEmitter::emit_tiled_step(const loops::TileLoop& tile, const TiledStep& step, Scope& part, Value* memory,
                                     Value* first, Value* is_last) {
  llvm::Type* const i64 = ir_.getInt64Ty();
  llvm::BasicBlock* const resume = ir_.GetInsertBlock();
  Scope own(layout_, "tiled", ir_.getVoidTy(), {emitter_.pointer(), i64, i64, i64});
  own.set_tile(own.argument(0), own.argument(1));
  Value* const begin = own.argument(2);
  Value* const end = own.argument(3);
  if (step.nest) {
    NestEmitter(own, *step.nest, step.rooms).emit({step.nest->tiled, begin, end});
  } else if (step.product->tiled == loops::Product::Axis::k) {
    const std::int64_t cut = std::min(tile.block, step.extent);
    // A range may reach over the end of a block of 512: where k is longer than the tile loop.
    Value* const blocks_end =
        ir_.CreateAShr(emitter_.plus(end, emitter_.index(ProductShape::block - 1)), emitter_.index(9));
    emitter_.loop(ir_.CreateAShr(begin, emitter_.index(9)), blocks_end, 1, [&](Value* block) {
      Value* const block_begin = emitter_.times(block, ProductShape::block);
      Value* const from = ir_.CreateBinaryIntrinsic(llvm::Intrinsic::smax, begin, block_begin);
      Value* const to = ir_.CreateBinaryIntrinsic(llvm::Intrinsic::smin, end,
                                                  emitter_.plus(block_begin, emitter_.index(ProductShape::block)));
      ProductEmitter(layout_, *step.product, cut).emit_k_range(own, from, to, step.product_room);
    });
  } else {
    const auto run = [&](std::int64_t cut) {
      return [&, cut] {
        ProductEmitter emission(layout_, *step.product, cut, step.epilogue);
        emission.emit_units(own, emitter_.index(0), emitter_.index(emission.units()), begin);
        return Values{};
      };
    };
    // Two lengths occur: a whole block, and what the last one leaves.
    const std::int64_t blocks = std::max<std::int64_t>(divided_up(tile.extent, tile.block), 1);
    const std::int64_t last_begin = std::min((step.extent - 1) / tile.block, blocks - 1) * tile.block;
    const std::int64_t rest = step.extent - last_begin;
    if (rest == tile.block || last_begin == 0) {
      run(rest)();
    } else {
      emitter_.branch(ir_.CreateICmpEQ(ir_.CreateSub(end, begin), emitter_.index(tile.block)), run(tile.block),
                      run(rest));
    }
  }
  ir_.CreateRetVoid();
  ir_.SetInsertPoint(resume);

  Value* const own_extent = emitter_.index(step.extent);
  Value* const block_end =
      ir_.CreateBinaryIntrinsic(llvm::Intrinsic::smin, emitter_.plus(first, emitter_.index(tile.block)), own_extent);
  Value* const until = ir_.CreateSelect(is_last, own_extent, block_end);
  emitter_.when(ir_.CreateICmpSLT(first, until),
                [&] { ir_.CreateCall(own.function(), {part.frame(), memory, first, first, until}); });
}

void ProgramEmitter::emit_tile_loop(const loops::TileLoop& tile, Scope& scope) {
  std::uint64_t tile_bytes = 0;
  const std::vector<TiledStep> steps = plan_tile(tile, tile_bytes, scope);
  if (steps.empty()) return;
  const bool on_stack = tile_bytes <= stack_limit;
  const std::uint64_t room = on_stack ? 0 : layout_.reserve(tile_bytes);
  const std::int64_t blocks = std::max<std::int64_t>(divided_up(tile.extent, tile.block), 1);
  const std::int64_t group = block_elements / tile.block;  // blocks that stay on one thread
  const std::int64_t units = divided_up(blocks, group);

  llvm::BasicBlock* const resume = ir_.GetInsertBlock();
  Scope part(layout_, "tiles", ir_.getVoidTy(), {ir_.getInt64Ty(), ir_.getInt64Ty()});
  in_default_environment(emitter_, [&] {
    Value* const memory = on_stack ? part.stack(std::max<std::uint64_t>(tile_bytes, 64)) : part.workspace(room);
    Value* const last = ir_.CreateBinaryIntrinsic(llvm::Intrinsic::smin, emitter_.times(part.argument(1), group),
                                                  emitter_.index(blocks));
    emitter_.loop(emitter_.times(part.argument(0), group), last, 1, [&](Value* block) {
      Value* const is_last = ir_.CreateICmpEQ(block, emitter_.index(blocks - 1));
      for (const TiledStep& step : steps)
        emit_tiled_step(tile, step, part, memory, emitter_.times(block, tile.block), is_last);
    });
  });
  ir_.CreateRetVoid();
  ir_.SetInsertPoint(resume);
  if (on_stack && tile.extent >= 8 * block_elements) {
    dispatch(scope, part.function(), units);
  } else {
    ir_.CreateCall(part.function(), {scope.frame(), emitter_.index(0), emitter_.index(units)});
  }
  for (const TiledStep& step : steps) {
    if (step.nest && step.nest->is_reduction() && step.nest->tiled >= step.nest->parallel &&
        reduced_blocks(*step.nest) > 1) {
      NestEmitter(scope, *step.nest, step.rooms).emit_combination();
    }
    if (step.product != nullptr) {
      ProductEmitter emission(layout_, *step.product, std::min(tile.block, step.extent));
      if (emission.room_bytes() > 0) emission.emit_combination(scope, step.product_room);
    }
  }
}

// C = 0, for a product over no k.
void ProgramEmitter::emit_zero(const loops::Product& product, Scope& scope) {
  loops::Nest nest;
  nest.extents = product.batch;
  nest.extents.push_back(product.m);
  nest.extents.push_back(product.n);
  loops::Element zero{.kind = loops::Element::Kind::select,
                      .dtype = product.dtype,
                      .index = {},
                      .guards = {},
                      .code = nullptr,
                      .operands = {}};
  ir::ScalarCode code;
  code.result_type = product.dtype == DType::f64 ? ir::ScalarType::f64 : ir::ScalarType::f32;
  code.instructions = {{.op = ir::ScalarOp::constant, .type = code.result_type, .operands = {}, .immediate = 0}};
  zero.kind = loops::Element::Kind::formula;
  zero.code = std::make_shared<const ir::ScalarCode>(code);
  nest.body = {zero};
  loops::Affine index = product.c.offset;
  index.axis = product.c.batch;
  index.axis.push_back(product.c.row);
  index.axis.push_back(product.c.column);
  nest.stores = {{0, product.c.buffer, index}};
  const NestPlan plan = plan_nest(nest);
  NestEmitter(scope, plan, {}).emit({});
}

void ProgramEmitter::emit_product(const loops::Product& product, const loops::Nest* epilogue, Scope& scope) {
  if (product.k == 0) {
    emit_zero(product, scope);
    return;
  }
  ProductEmitter emission(layout_, product, 0, epilogue);
  const std::int64_t units = emission.units();
  if (units == 0) return;
  constexpr double worth_threads = 4e6;  // multiplications
  const ProductShape& shape = emission.shape();
  const double work =
      static_cast<double>(units) *
      static_cast<double>(std::min(shape.row_chunk(), shape.m) * std::min(shape.panel() * shape.group(), shape.n)) *
      static_cast<double>(shape.k);
  const auto run = [&](const char* name, std::int64_t count, const std::function<void(Scope&)>& body) {
    llvm::BasicBlock* const resume = ir_.GetInsertBlock();
    Scope part(layout_, name, ir_.getVoidTy(), {ir_.getInt64Ty(), ir_.getInt64Ty()});
    in_default_environment(emitter_, [&] { body(part); });
    ir_.CreateRetVoid();
    ir_.SetInsertPoint(resume);
    if (work >= worth_threads) {
      dispatch(scope, part.function(), count);
    } else {
      ir_.CreateCall(part.function(), {scope.frame(), emitter_.index(0), emitter_.index(count)});
    }
  };
  const auto dense = [&] {
    if (const std::int64_t tiles = emission.packing_units(); tiles > 0) {
      run("pack_first", tiles, [&](Scope& part) { emission.emit_packing(part, part.argument(0), part.argument(1)); });
    }
    run("product", units, [&](Scope& part) { emission.emit_units(part, part.argument(0), part.argument(1), nullptr); });
    return Values{};
  };
  const std::optional<SkippingPlan> plan =
      plan_skipping(product, zeros_[product.a.buffer], zeros_[product.b.buffer], emitter_.target);
  if (!plan) {
    dense();
    return;
  }
  SkippingProduct skipping(layout_, product, *plan, epilogue);
  const auto without_zeros = [&] {
    run("search", skipping.search_units(),
        [&](Scope& part) { skipping.emit_search(part, part.argument(0), part.argument(1)); });
    run("skipping", skipping.units(),
        [&](Scope& part) { skipping.emit_units(part, part.argument(0), part.argument(1)); });
    return Values{};
  };
  if (plan->always) {
    without_zeros();
  } else {
    emitter_.branch(skipping.emit_choice(scope), without_zeros, dense);
  }
}

}  // namespace downhill::jit
