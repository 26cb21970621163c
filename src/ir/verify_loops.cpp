#include "ir/loops.hpp"

#include <downhill/error.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace downhill::ir::loops {
namespace {

struct Interval {
  std::int64_t low = 0;
  std::int64_t high = 0;  // inclusive
};

ScalarType scalar_type(DType dtype) {
  switch (dtype) {
    case DType::f64: return ScalarType::f64;
    case DType::f32: return ScalarType::f32;
    case DType::i32: return ScalarType::i32;
    case DType::boolean: return ScalarType::mask;
  }
  return ScalarType::f64;
}

class Verifier {
 public:
  explicit Verifier(const LoopProgram& program) : program_(program) {}

  void run() {
    for (const BufferDeclaration& buffer : program_.buffers) {
      if (buffer.place == BufferDeclaration::Place::constant &&
          (buffer.literal.type.dtype != buffer.dtype || buffer.literal.type.shape.size() != buffer.elements)) {
        fail("a constant's literal is not what its declaration says", buffer.elements,
             buffer.literal.type.shape.size());
      }
      const std::uint64_t bytes = static_cast<std::uint64_t>(buffer.elements) * size_of(buffer.dtype);
      if (buffer.place == BufferDeclaration::Place::workspace && buffer.slot + bytes > program_.workspace_bytes) {
        fail("a buffer ends behind the workspace", buffer.slot + bytes, program_.workspace_bytes);
      }
    }
    steps(program_.steps);
  }

 private:
  template <class A, class B>
  [[noreturn]] static void fail(std::string_view what, const A& found, const B& expected) {
    throw Error(fmt::format("verify: {}: {} and {}", what, found, expected));
  }

  void steps(const std::vector<Step>& list) {
    for (std::size_t k = 0; k < list.size(); ++k) {
      std::visit([&](const auto& one) { check(one); }, list[k]);
      const auto* product = std::get_if<Product>(&list[k]);
      if (product != nullptr && product->result != Product::Result::stored) {
        check_epilogue(*product, k + 1 < list.size() ? std::get_if<Nest>(&list[k + 1]) : nullptr);
      }
    }
  }

  static void check_epilogue(const Product& product, const Nest* nest) {
    if (nest == nullptr || !product.batch.empty() || product.k == 0 || product.tiled == Product::Axis::k ||
        nest->extents != std::vector{product.m, product.n} || nest->lane != 1 || !nest->reductions.empty()) {
      fail("a product hands its result on to what is not its epilogue", product.m, product.n);
    }
    for (const Element& element : nest->body) {
      const std::vector<std::int64_t> strides{product.c.row, product.c.column};
      if (element.kind == Element::Kind::load && element.buffer == product.c.buffer &&
          (element.index.axis != strides || element.index.offset != product.c.offset.offset ||
           element.index.loop != product.c.offset.loop || !element.guards.empty())) {
        fail("an epilogue reads another element than its own", element.index.offset, product.c.offset.offset);
      }
    }
    for (const Store& store : nest->stores) {
      if (store.buffer == product.a.buffer || store.buffer == product.b.buffer || store.buffer == product.c.buffer) {
        fail("an epilogue writes what its product uses", store.buffer, product.c.buffer);
      }
    }
  }

  const BufferDeclaration& buffer(BufferId id) const {
    if (id >= program_.buffers.size()) {
      fail("no such buffer", id, program_.buffers.size());
    }
    return program_.buffers[id];
  }

  // Values that an affine function takes over a box of axes and the enclosing loops.
  Interval range(const Affine& affine, const std::vector<Interval>& box) const {
    Interval result{affine.offset, affine.offset};
    const auto widen = [&](std::int64_t factor, Interval by) {
      result.low += std::min(factor * by.low, factor * by.high);
      result.high += std::max(factor * by.low, factor * by.high);
    };
    if (affine.axis.size() > box.size() || affine.loop.size() > loops_.size()) {
      fail("an index has more axes than its surroundings", affine.axis.size() + affine.loop.size(),
           box.size() + loops_.size());
    }
    for (std::size_t k = 0; k < affine.axis.size(); ++k) {
      widen(affine.axis[k], box[k]);
    }
    for (std::size_t k = 0; k < affine.loop.size(); ++k) {
      widen(affine.loop[k], loops_[k]);
    }
    return result;
  }

  static bool is_empty(const std::vector<Interval>& box) {
    return std::ranges::any_of(box, [](Interval axis) { return axis.low > axis.high; });
  }

  // The part of the box where a guard on a single axis holds; guards on several axes leave it as it is.
  static void clip(std::vector<Interval>& box, const Guard& guard) {
    std::size_t axis = box.size();
    for (std::size_t k = 0; k < guard.position.axis.size(); ++k) {
      if (guard.position.axis[k] != 0) {
        if (axis != box.size()) {
          return;
        }
        axis = k;
      }
    }
    if (axis == box.size() || std::ranges::any_of(guard.position.loop, [](auto f) { return f != 0; })) {
      return;
    }
    const std::int64_t factor = guard.position.axis[axis];
    const auto holds = [&](std::int64_t i) {
      const std::int64_t p = guard.position.offset + factor * i;
      return guard.begin <= p && p < guard.end;
    };
    while (box[axis].low <= box[axis].high && !holds(box[axis].low)) {
      ++box[axis].low;
    }
    while (box[axis].low <= box[axis].high && !holds(box[axis].high)) {
      --box[axis].high;
    }
  }

  void check_access(BufferId id, const Affine& index, std::vector<Interval> box, std::int64_t tiled) {
    const BufferDeclaration& declaration = buffer(id);
    if (declaration.place == BufferDeclaration::Place::tile) {
      if (block_ == 0) {
        fail("a tile buffer is used outside of a tile loop", id, block_);
      }
      if (tiled >= 0 && static_cast<std::size_t>(tiled) < box.size()) {
        Interval& axis = box[static_cast<std::size_t>(tiled)];
        axis.low = std::min<std::int64_t>(axis.low, block_ - 1);
        axis.high = std::min<std::int64_t>(axis.high, block_ - 1);
      }
    }
    if (is_empty(box)) {
      return;
    }
    const Interval reached = range(index, box);
    if (reached.low < 0 || reached.high >= declaration.elements) {
      fail(fmt::format("an index of b{} is outside: {} to {}", id, reached.low, reached.high), reached.high,
           declaration.elements);
    }
  }

  void check(const Nest& nest) {
    std::vector<Interval> box;
    for (const std::int64_t extent : nest.extents) {
      box.push_back({0, extent - 1});
    }
    if (nest.reduced > box.size() || (nest.reductions.empty() != (nest.reduced == 0) && !nest.reductions.empty())) {
      fail("a nest has reductions but no reduced axis, or too many reduced axes", nest.reduced, nest.reductions.size());
    }
    const auto rank = static_cast<std::int32_t>(box.size());
    if (nest.lane < -1 || nest.lane >= rank || nest.tiled < -1 || nest.tiled >= rank) {
      fail("a nest's lane or tiled axis does not exist", nest.lane, nest.tiled);
    }
    if ((nest.tiled >= 0) != (block_ > 0)) {
      fail("a nest is tiled and not in a tile loop, or the other way round", nest.tiled, block_);
    }
    for (std::size_t k = 0; k < nest.body.size(); ++k) {
      check(nest, nest.body[k], k, box);
    }
    for (const Store& store : nest.stores) {
      check_result(nest, store.element, store.buffer);
      check_access(store.buffer, store.index, box, nest.tiled);
    }
    for (const Reduction& reduction : nest.reductions) {
      check_result(nest, reduction.element, reduction.buffer);
      for (std::size_t k = box.size() - nest.reduced; k < reduction.index.axis.size(); ++k) {
        if (reduction.index.axis[k] != 0) {
          fail("a reduction's result depends on a reduced axis", k, reduction.index.axis[k]);
        }
      }
      std::vector<Interval> kept = box;
      std::fill(kept.end() - nest.reduced, kept.end(), Interval{0, 0});
      check_access(reduction.buffer, reduction.index, kept, nest.tiled);
    }
  }

  void check_result(const Nest& nest, std::uint32_t element, BufferId id) const {
    if (element >= nest.body.size() || nest.body[element].dtype != buffer(id).dtype) {
      fail("a result has another type than its buffer", element, id);
    }
    if (buffer(id).place == BufferDeclaration::Place::input || buffer(id).place == BufferDeclaration::Place::constant) {
      fail("a buffer is written that may only be read", element, id);
    }
  }

  void check(const Nest& nest, const Element& element, std::size_t position, std::vector<Interval> box) {
    for (const std::uint32_t operand : element.operands) {
      if (operand >= position) {
        fail("an element is used before it is made", operand, position);
      }
    }
    for (const Guard& guard : element.guards) {
      static_cast<void>(range(guard.position, box));
    }
    switch (element.kind) {
      case Element::Kind::load:
        if (buffer(element.buffer).dtype != element.dtype) {
          fail("a load has another type than its buffer", name(element.dtype), name(buffer(element.buffer).dtype));
        }
        for (const Guard& guard : element.guards) {
          clip(box, guard);
        }
        check_access(element.buffer, element.index, std::move(box), nest.tiled);
        break;
      case Element::Kind::formula: check_formula(nest, element); break;
      case Element::Kind::select:
        if (element.operands.empty() || element.operands.size() > 2) {
          fail("a select has not one or two operands", element.operands.size(), position);
        }
        for (const std::uint32_t operand : element.operands) {
          if (nest.body[operand].dtype != element.dtype) {
            fail("a select has another type than its operand", name(element.dtype), name(nest.body[operand].dtype));
          }
        }
        break;
      case Element::Kind::index: static_cast<void>(range(element.index, box)); break;
    }
  }

  static void check_formula(const Nest& nest, const Element& element) {
    const ScalarCode& code = *element.code;
    if (code.arguments.size() != element.operands.size() || code.result_type != scalar_type(element.dtype)) {
      fail("a formula does not fit its element", code.arguments.size(), element.operands.size());
    }
    for (std::size_t k = 0; k < element.operands.size(); ++k) {
      if (scalar_type(nest.body[element.operands[k]].dtype) != code.arguments[k]) {
        fail("a formula's argument has another type", name(nest.body[element.operands[k]].dtype),
             name(code.arguments[k]));
      }
    }
  }

  void check(const Product& product) {
    if ((product.tiled != Product::Axis::none) != (block_ > 0)) {
      fail("a product is tiled and not in a tile loop, or the other way round", block_, product.tiled_batch_axis);
    }
    const auto check_matrix = [&](const Matrix& matrix, Product::Axis row, std::int64_t rows, Product::Axis column,
                                  std::int64_t columns) {
      Affine index = matrix.offset;
      index.axis = matrix.batch;
      index.axis.push_back(matrix.row);
      index.axis.push_back(matrix.column);
      std::vector<Interval> box;
      for (const std::int64_t extent : product.batch) {
        box.push_back({0, extent - 1});
      }
      box.push_back({0, rows - 1});
      box.push_back({0, columns - 1});
      std::int64_t tiled = -1;
      if (product.tiled == Product::Axis::batch) {
        tiled = product.tiled_batch_axis;
      } else if (product.tiled == row) {
        tiled = static_cast<std::int64_t>(product.batch.size());
      } else if (product.tiled == column) {
        tiled = static_cast<std::int64_t>(product.batch.size()) + 1;
      }
      if (matrix.batch.size() != product.batch.size() || buffer(matrix.buffer).dtype != product.dtype) {
        fail("a matrix does not fit its product", matrix.batch.size(), product.batch.size());
      }
      check_access(matrix.buffer, index, std::move(box), tiled);
    };
    using Axis = Product::Axis;
    if (product.k > 0) {
      check_matrix(product.a, Axis::m, product.m, Axis::k, product.k);
      check_matrix(product.b, Axis::k, product.k, Axis::n, product.n);
    }
    check_matrix(product.c, Axis::m, product.m, Axis::n, product.n);
  }

  void check(const KernelCall& call) {
    if (block_ > 0) {
      fail("a call stands in a tile loop", call.operands.size(), block_);
    }
    const auto check_arguments = [&](const std::vector<KernelCall::Argument>& arguments,
                                     const std::vector<Type>& types) {
      if (arguments.size() != types.size()) {
        fail("a call has not an argument for each type", arguments.size(), types.size());
      }
      for (std::size_t k = 0; k < arguments.size(); ++k) {
        if (types[k].shape.size() == 0) {
          continue;
        }
        check_access(arguments[k].buffer, arguments[k].offset, {}, -1);
        Affine last = arguments[k].offset;
        last.offset += types[k].shape.size() - 1;
        check_access(arguments[k].buffer, last, {}, -1);
      }
    };
    check_arguments(call.operands, call.operand_types);
    check_arguments(call.results, call.result_types);
  }

  void check(const std::shared_ptr<const Loop>& loop) {
    loops_.push_back({0, std::max<std::int64_t>(loop->length - 1, 0)});
    steps(loop->body);
    loops_.pop_back();
  }

  void check(const std::shared_ptr<const Branch>& branch) {
    if (buffer(branch->predicate).dtype != DType::boolean) {
      fail("a predicate is not bool", branch->predicate, name(buffer(branch->predicate).dtype));
    }
    check_access(branch->predicate, branch->offset, {}, -1);
    steps(branch->then_body);
    steps(branch->else_body);
  }

  void check(const std::shared_ptr<const TileLoop>& tile) {
    if (block_ != 0 || tile->block <= 0 || 512 % tile->block != 0) {
      fail("a tile loop stands in another, or its block does not divide 512", tile->block, block_);
    }
    block_ = tile->block;
    for (const Step& step : tile->body) {
      if (!std::holds_alternative<Nest>(step) && !std::holds_alternative<Product>(step)) {
        fail("a step in a tile loop is neither a nest nor a product", step.index(), block_);
      }
    }
    steps(tile->body);
    block_ = 0;
  }

  const LoopProgram& program_;
  std::vector<Interval> loops_;
  std::int64_t block_ = 0;
};

}  // namespace

void verify(const LoopProgram& program) { Verifier(program).run(); }

}  // namespace downhill::ir::loops
