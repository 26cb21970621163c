#include "jit/reference.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <map>
#include <stdexcept>

namespace downhill::jit {
namespace {

namespace loops = ir::loops;
using ir::ScalarValue;

ScalarValue read(DType dtype, const std::byte* at) {
  switch (dtype) {
    case DType::f64: {
      double v = 0;
      std::memcpy(&v, at, sizeof v);
      return ir::scalar_value(v);
    }
    case DType::f32: {
      float v = 0;
      std::memcpy(&v, at, sizeof v);
      return ir::scalar_value(v);
    }
    case DType::i32: {
      std::int32_t v = 0;
      std::memcpy(&v, at, sizeof v);
      return ir::scalar_value(v);
    }
    case DType::boolean: return ir::scalar_value(*at != std::byte{0});
  }
  throw std::logic_error("dtype");
}

void write(DType dtype, std::byte* at, ScalarValue value) {
  switch (dtype) {
    case DType::f64: std::memcpy(at, &value.bits, 8); break;
    case DType::f32:
    case DType::i32: {
      const auto low = static_cast<std::uint32_t>(value.bits);
      std::memcpy(at, &low, 4);
      break;
    }
    case DType::boolean: *at = static_cast<std::byte>(value.bits != 0 ? 1 : 0); break;
  }
}

ir::ScalarType scalar_type(DType dtype) {
  switch (dtype) {
    case DType::f64: return ir::ScalarType::f64;
    case DType::f32: return ir::ScalarType::f32;
    case DType::i32: return ir::ScalarType::i32;
    case DType::boolean: return ir::ScalarType::mask;
  }
  throw std::logic_error("dtype");
}

ScalarValue zero(DType dtype) { return {scalar_type(dtype), 0}; }

ScalarValue number(DType dtype, double value) {
  switch (dtype) {
    case DType::f64: return ir::scalar_value(value);
    case DType::f32: return ir::scalar_value(static_cast<float>(value));
    case DType::i32: return ir::scalar_value(static_cast<std::int32_t>(value));
    case DType::boolean: return ir::scalar_value(value != 0);
  }
  throw std::logic_error("dtype");
}

ScalarValue identity(DType dtype, ir::Combine combine) {
  const bool real = is_real(dtype);
  const double infinity = std::numeric_limits<double>::infinity();
  switch (combine) {
    case ir::Combine::sum: return number(dtype, real ? -0.0 : 0.0);
    case ir::Combine::product: return number(dtype, 1);
    case ir::Combine::maximum:
      return dtype == DType::i32 ? number(dtype, -2147483648.0) : number(dtype, real ? -infinity : 0);
    case ir::Combine::minimum:
      return dtype == DType::i32 ? number(dtype, 2147483647.0) : number(dtype, real ? infinity : 1);
  }
  throw std::logic_error("combine");
}

double extreme(double a, double b, bool larger) {
  if (std::isnan(a) || std::isnan(b)) return std::numeric_limits<double>::quiet_NaN();
  if (a == b) return std::signbit(a) == larger ? b : a;
  return (a < b) == larger ? b : a;
}

ScalarValue combined(DType dtype, ir::Combine combine, ScalarValue a, ScalarValue b) {
  const std::array<ScalarValue, 2> both{a, b};
  switch (combine) {
    case ir::Combine::sum: return ir::apply(ir::ScalarOp::add, a.type, both);
    case ir::Combine::product: return ir::apply(ir::ScalarOp::multiply, a.type, both);
    default: return number(dtype, extreme(ir::to_double(a), ir::to_double(b), combine == ir::Combine::maximum));
  }
}

ScalarValue pairwise(const std::vector<ScalarValue>& list, std::size_t begin, std::size_t end,
                     const std::function<ScalarValue(ScalarValue, ScalarValue)>& combine) {
  if (end - begin == 1) return list[begin];
  const std::size_t split = std::bit_floor(end - begin - 1);
  return combine(pairwise(list, begin, begin + split, combine), pairwise(list, begin + split, end, combine));
}

class Reference {
 public:
  Reference(const loops::LoopProgram& program, const std::vector<Bytes>& inputs, std::vector<Bytes>& outputs)
      : program_(program),
        inputs_(inputs),
        outputs_(outputs),
        workspace_(program.workspace_bytes),
        tiles_(program.buffers.size()) {}

  void run() { steps(program_.steps); }

 private:
  const loops::LoopProgram& program_;
  const std::vector<Bytes>& inputs_;
  std::vector<Bytes>& outputs_;
  Bytes workspace_;
  std::vector<Bytes> tiles_;
  std::vector<std::int64_t> loop_;
  // Of the enclosing tile loop.
  std::int64_t tile_begin_ = 0;
  std::int64_t tile_end_ = 0;
  bool last_block_ = false;
  // Elements of reductions and products over the tiled axis, gathered until the last block: [step][output].
  std::map<const void*, std::map<std::pair<std::size_t, std::int64_t>, std::vector<ScalarValue>>> gathered_;

  std::byte* at(loops::BufferId id, std::int64_t index) {
    const loops::BufferDeclaration& buffer = program_.buffers[id];
    const std::size_t offset = static_cast<std::size_t>(index) * size_of(buffer.dtype);
    if (index < 0 || index >= buffer.elements)
      throw std::logic_error(fmt::format("index {} of buffer {} with {} elements", index, id, buffer.elements));
    switch (buffer.place) {
      case loops::BufferDeclaration::Place::input: return const_cast<std::byte*>(inputs_[buffer.slot].data()) + offset;
      case loops::BufferDeclaration::Place::output: return outputs_[buffer.slot].data() + offset;
      case loops::BufferDeclaration::Place::constant:
        return const_cast<std::byte*>(buffer.literal.buffer.data()) + offset;
      case loops::BufferDeclaration::Place::workspace: return workspace_.data() + buffer.slot + offset;
      case loops::BufferDeclaration::Place::tile:
        tiles_[id].resize(static_cast<std::size_t>(buffer.elements) * size_of(buffer.dtype));
        return tiles_[id].data() + offset;
    }
    throw std::logic_error("place");
  }

  std::int64_t value(const loops::Affine& affine, const std::vector<std::int64_t>& axes) const {
    std::int64_t sum = affine.offset;
    for (std::size_t k = 0; k < affine.axis.size(); ++k) sum += affine.axis[k] * axes[k];
    for (std::size_t k = 0; k < affine.loop.size(); ++k) sum += affine.loop[k] * loop_[k];
    return sum;
  }

  // The element's place: a tile buffer counts from the block's first index.
  std::byte* element(loops::BufferId id, const loops::Affine& index, std::vector<std::int64_t> axes,
                     std::int64_t tiled) {
    if (program_.buffers[id].place == loops::BufferDeclaration::Place::tile && tiled >= 0)
      axes[static_cast<std::size_t>(tiled)] -= tile_begin_;
    return at(id, value(index, axes));
  }

  void steps(const std::vector<loops::Step>& list) {
    for (const loops::Step& step : list) std::visit([&](const auto& one) { run(one); }, step);
  }

  void for_each(const std::vector<std::int64_t>& extents, std::int64_t tiled, std::size_t axis,
                std::vector<std::int64_t>& index, const std::function<void()>& visit) {
    if (axis == extents.size()) {
      visit();
      return;
    }
    const bool cut = static_cast<std::int64_t>(axis) == tiled;
    const std::int64_t begin = cut ? tile_begin_ : 0;
    const std::int64_t end = cut ? (last_block_ ? extents[axis] : std::min(tile_end_, extents[axis])) : extents[axis];
    for (index[axis] = begin; index[axis] < end; ++index[axis]) for_each(extents, tiled, axis + 1, index, visit);
  }

  bool holds(const std::vector<loops::Guard>& guards, const std::vector<std::int64_t>& index) const {
    for (const loops::Guard& guard : guards) {
      const std::int64_t position = value(guard.position, index);
      if (position < guard.begin || position >= guard.end) return false;
    }
    return true;
  }

  void run(const loops::Nest& nest) {
    const std::size_t rank = nest.extents.size();
    const bool over_tile = nest.tiled >= static_cast<std::int64_t>(rank - nest.reduced);
    std::map<std::pair<std::size_t, std::int64_t>, std::vector<ScalarValue>> here;
    auto& lists = over_tile ? gathered_[&nest] : here;
    const auto output_of = [&](std::size_t k, const std::vector<std::int64_t>& index) {
      std::vector<std::int64_t> axes = index;
      std::fill(axes.end() - nest.reduced, axes.end(), 0);
      std::int64_t linear = 0;
      for (std::size_t axis = 0; axis < rank; ++axis) linear = linear * (nest.extents[axis] + 1) + axes[axis];
      static_cast<void>(k);
      return linear;
    };
    // Outputs of empty reductions exist too.
    std::map<std::int64_t, std::vector<std::int64_t>> outputs;
    std::vector<std::int64_t> index(rank, 0);
    std::vector<std::int64_t> kept = nest.extents;
    std::fill(kept.end() - nest.reduced, kept.end(), 1);
    for_each(kept, over_tile ? -1 : nest.tiled, 0, index, [&] { outputs[output_of(0, index)] = index; });

    for_each(nest.extents, nest.tiled, 0, index, [&] {
      std::vector<ScalarValue> values;
      for (const loops::Element& one : nest.body) {
        switch (one.kind) {
          case loops::Element::Kind::load:
            values.push_back(holds(one.guards, index)
                                 ? read(one.dtype, element(one.buffer, one.index, index, nest.tiled))
                                 : zero(one.dtype));
            break;
          case loops::Element::Kind::formula: {
            std::vector<ScalarValue> arguments;
            for (const std::uint32_t operand : one.operands) arguments.push_back(values[operand]);
            values.push_back(ir::evaluate(*one.code, arguments));
            break;
          }
          case loops::Element::Kind::select:
            values.push_back(holds(one.guards, index)   ? values[one.operands[0]]
                             : one.operands.size() == 2 ? values[one.operands[1]]
                                                        : zero(one.dtype));
            break;
          case loops::Element::Kind::index:
            values.push_back(ir::scalar_value(static_cast<std::int32_t>(value(one.index, index))));
            break;
        }
      }
      for (const loops::Store& store : nest.stores) {
        write(program_.buffers[store.buffer].dtype, element(store.buffer, store.index, index, nest.tiled),
              values[store.element]);
      }
      for (std::size_t k = 0; k < nest.reductions.size(); ++k)
        lists[{k, output_of(k, index)}].push_back(values[nest.reductions[k].element]);
    });
    if (over_tile && !last_block_) return;
    for (std::size_t k = 0; k < nest.reductions.size(); ++k) {
      for (const auto& [linear, axes] : outputs) {
        const loops::Reduction& reduction = nest.reductions[k];
        const DType dtype = program_.buffers[reduction.buffer].dtype;
        write(dtype, element(reduction.buffer, reduction.index, axes, nest.tiled),
              reduced(dtype, reduction.combine, lists[{k, linear}]));
      }
    }
    if (over_tile) lists.clear();
  }

  static ScalarValue reduced(DType dtype, ir::Combine combine, const std::vector<ScalarValue>& list) {
    if (list.empty()) return combine == ir::Combine::sum ? zero(dtype) : identity(dtype, combine);
    const auto op = [&](ScalarValue a, ScalarValue b) { return combined(dtype, combine, a, b); };
    const std::size_t partials = dtype == DType::f64 ? 8 : 16;
    std::vector<ScalarValue> blocks;
    for (std::size_t begin = 0; begin < list.size(); begin += 1024) {
      std::vector<ScalarValue> p(partials, identity(dtype, combine));
      for (std::size_t r = begin; r < std::min(begin + 1024, list.size()); ++r)
        p[r % partials] = op(p[r % partials], list[r]);
      for (std::size_t half = partials / 2; half > 0; half /= 2) {
        for (std::size_t j = 0; j < half; ++j) p[j] = op(p[j], p[j + half]);
      }
      blocks.push_back(p[0]);
    }
    return pairwise(blocks, 0, blocks.size(), op);
  }

  void run(const loops::Product& product) {
    using Axis = loops::Product::Axis;
    std::vector<std::int64_t> extents = product.batch;
    extents.push_back(product.m);
    extents.push_back(product.n);
    extents.push_back(product.k);
    const auto batch = static_cast<std::int64_t>(product.batch.size());
    std::int64_t tiled = -1;
    switch (product.tiled) {
      case Axis::none: break;
      case Axis::batch: tiled = product.tiled_batch_axis; break;
      case Axis::m: tiled = batch; break;
      case Axis::n: tiled = batch + 1; break;
      case Axis::k: tiled = batch + 2; break;
    }
    const auto place = [&](const loops::Matrix& matrix, int row, int column) {
      loops::Affine index = matrix.offset;
      index.axis = matrix.batch;
      index.axis.resize(static_cast<std::size_t>(batch) + 3, 0);
      index.axis[static_cast<std::size_t>(batch + row)] += matrix.row;
      index.axis[static_cast<std::size_t>(batch + column)] += matrix.column;
      return index;
    };
    const loops::Affine a = place(product.a, 0, 2);
    const loops::Affine b = place(product.b, 2, 1);
    const loops::Affine c = place(product.c, 0, 1);
    const bool over_tile = product.tiled == Axis::k;
    std::map<std::pair<std::size_t, std::int64_t>, std::vector<ScalarValue>> here;
    auto& lists = over_tile ? gathered_[&product] : here;
    std::vector<std::int64_t> index(extents.size(), 0);
    for_each(extents, tiled, 0, index, [&] {
      std::int64_t linear = 0;
      for (std::size_t axis = 0; axis + 1 < extents.size(); ++axis) linear = linear * extents[axis] + index[axis];
      auto& list = lists[{0, linear}];
      const std::int64_t k = index.back();
      if (k % 512 == 0) list.push_back(number(product.dtype, 0));
      const std::array<ScalarValue, 3> operands{read(product.dtype, element(product.a.buffer, a, index, tiled)),
                                                read(product.dtype, element(product.b.buffer, b, index, tiled)),
                                                list.back()};
      list.back() = ir::apply(ir::ScalarOp::fma, operands[0].type, operands);
    });
    if (over_tile && !last_block_) return;
    std::vector<std::int64_t> outer = extents;
    outer.back() = 1;
    for_each(outer, over_tile ? -1 : tiled, 0, index, [&] {
      std::int64_t linear = 0;
      for (std::size_t axis = 0; axis + 1 < extents.size(); ++axis) linear = linear * extents[axis] + index[axis];
      const auto& list = lists[{0, linear}];
      const auto add = [&](ScalarValue x, ScalarValue y) { return combined(product.dtype, ir::Combine::sum, x, y); };
      write(product.dtype, element(product.c.buffer, c, index, tiled),
            list.empty() ? number(product.dtype, 0) : pairwise(list, 0, list.size(), add));
    });
    if (over_tile) lists.clear();
  }

  void run(const loops::KernelCall& /*call*/) { throw std::logic_error("the reference runs no kernel calls"); }

  void run(const std::shared_ptr<const loops::Loop>& loop) {
    loop_.push_back(0);
    for (std::int64_t t = 0; t < loop->length; ++t) {
      loop_.back() = t;
      steps(loop->body);
    }
    loop_.pop_back();
  }

  void run(const std::shared_ptr<const loops::Branch>& branch) {
    const bool chosen = *at(branch->predicate, value(branch->offset, {})) != std::byte{0};
    steps(chosen ? branch->then_body : branch->else_body);
  }

  void run(const std::shared_ptr<const loops::TileLoop>& tile) {
    for (std::int64_t begin = 0; begin < tile->extent; begin += tile->block) {
      tile_begin_ = begin;
      tile_end_ = std::min(begin + tile->block, tile->extent);
      last_block_ = begin + tile->block >= tile->extent;
      steps(tile->body);
    }
  }
};

}  // namespace

void run_reference(const loops::LoopProgram& program, const std::vector<Bytes>& inputs, std::vector<Bytes>& outputs) {
  Reference(program, inputs, outputs).run();
}

bool same_elements(DType dtype, const Bytes& a, const Bytes& b) { return first_difference(dtype, a, b).empty(); }

std::string first_difference(DType dtype, const Bytes& expected, const Bytes& found) {
  if (expected.size() != found.size()) return fmt::format("{} and {} bytes", expected.size(), found.size());
  for (std::size_t k = 0; k * size_of(dtype) < expected.size(); ++k) {
    const ScalarValue a = read(dtype, expected.data() + k * size_of(dtype));
    const ScalarValue b = read(dtype, found.data() + k * size_of(dtype));
    const bool nans = is_real(dtype) && std::isnan(ir::to_double(a)) && std::isnan(ir::to_double(b));
    if (a != b && !nans)
      return fmt::format("element {}: expected {} ({:#x}), found {} ({:#x})", k, ir::to_double(a), a.bits,
                         ir::to_double(b), b.bits);
  }
  return {};
}

}  // namespace downhill::jit
