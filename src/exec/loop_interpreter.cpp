#include "exec/loop_interpreter.hpp"

#include "ir/scalar.hpp"
#include "ops/reduce.hpp"

#include <downhill/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>

namespace downhill::exec {
namespace {

namespace loops = ir::loops;
using ir::Combine;
using ir::ScalarValue;
using Place = loops::BufferDeclaration::Place;
using Integers = std::vector<std::int64_t>;

ScalarValue load(DType dtype, const std::byte* data, std::int64_t index) {
  switch (dtype) {
    case DType::f64: return ir::scalar_value(reinterpret_cast<const double*>(data)[index]);
    case DType::f32: return ir::scalar_value(reinterpret_cast<const float*>(data)[index]);
    case DType::i32: return ir::scalar_value(reinterpret_cast<const std::int32_t*>(data)[index]);
    case DType::boolean: return ir::scalar_value(static_cast<int>(data[index]) != 0);
  }
  return {};
}

void store(DType dtype, std::byte* data, std::int64_t index, ScalarValue value) {
  const std::size_t width = size_of(dtype);
  std::memcpy(data + static_cast<std::size_t>(index) * width, &value.bits, width);
}

double as_double(ScalarValue v) { return std::bit_cast<double>(v.bits); }
float as_float(ScalarValue v) { return std::bit_cast<float>(static_cast<std::int32_t>(v.bits)); }
std::int32_t as_int(ScalarValue v) { return static_cast<std::int32_t>(v.bits); }

template <Combine combine>
ScalarValue reduced(DType dtype, const std::vector<ScalarValue>& values) {
  const auto count = static_cast<std::int64_t>(values.size());
  const auto at = [&](std::int64_t r) { return values[static_cast<std::size_t>(r)]; };
  switch (dtype) {
    case DType::f64:
      return ir::scalar_value(ops::reduce<combine>(count, [&](std::int64_t r) { return as_double(at(r)); }));
    case DType::f32:
      return ir::scalar_value(ops::reduce<combine>(count, [&](std::int64_t r) { return as_float(at(r)); }));
    default: return ir::scalar_value(ops::reduce<combine>(count, [&](std::int64_t r) { return as_int(at(r)); }));
  }
}

ScalarValue reduced(Combine combine, DType dtype, const std::vector<ScalarValue>& values) {
  switch (combine) {
    case Combine::sum: return reduced<Combine::sum>(dtype, values);
    case Combine::product: return reduced<Combine::product>(dtype, values);
    case Combine::maximum: return reduced<Combine::maximum>(dtype, values);
    case Combine::minimum: return reduced<Combine::minimum>(dtype, values);
  }
  return {};
}

/// The next index of a box in row-major order; false behind the last.
bool advance(Integers& index, const Integers& begin, const Integers& end) {
  for (std::size_t k = index.size(); k-- > 0;) {
    if (++index[k] < end[k]) {
      return true;
    }
    index[k] = begin[k];
  }
  return false;
}

class Interpreter {
 public:
  Interpreter(const loops::LoopProgram& program, std::span<const void* const> inputs, std::span<void* const> outputs)
      : program_(program), workspace_(program.workspace_bytes) {
    std::memset(workspace_.data(), 0xa5, workspace_.bytes());
    for (const loops::BufferDeclaration& buffer : program.buffers) {
      std::byte* data = nullptr;
      switch (buffer.place) {
        case Place::input: data = static_cast<std::byte*>(const_cast<void*>(inputs[buffer.slot])); break;
        case Place::output: data = static_cast<std::byte*>(outputs[buffer.slot]); break;
        case Place::constant: data = const_cast<std::byte*>(buffer.literal.buffer.data()); break;
        case Place::workspace: data = workspace_.data() + buffer.slot; break;
        case Place::tile:
          tiles_.emplace_back(static_cast<std::size_t>(buffer.elements) * size_of(buffer.dtype));
          data = tiles_.back().data();
          break;
      }
      data_.push_back(data);
    }
  }

  ir::ExecutionStatus run() {
    steps(program_.steps);
    return status_;
  }

 private:
  struct Block {
    std::int64_t begin = 0;
    std::int64_t end = 0;  // within the step's own extent
    bool is_last = true;
  };

  void steps(const std::vector<loops::Step>& list) {
    for (const loops::Step& step : list) {
      if (status_.status.fault != ir::Fault::none) {
        return;
      }
      std::visit([&](const auto& one) { run(one); }, step);
    }
  }

  [[nodiscard]] std::int64_t at(const loops::Affine& affine, const Integers& index) const {
    std::int64_t position = affine.offset;
    for (std::size_t k = 0; k < affine.axis.size(); ++k) {
      position += affine.axis[k] * index[k];
    }
    for (std::size_t k = 0; k < affine.loop.size(); ++k) {
      position += affine.loop[k] * turns_[k];
    }
    return position;
  }

  [[nodiscard]] bool holds(const std::vector<loops::Guard>& guards, const Integers& index) const {
    return std::ranges::all_of(guards, [&](const loops::Guard& guard) {
      const std::int64_t p = at(guard.position, index);
      return guard.begin <= p && p < guard.end;
    });
  }

  [[nodiscard]] const loops::BufferDeclaration& declared(loops::BufferId id) const { return program_.buffers[id]; }

  // In a tile buffer the tiled axis counts from the block's first index.
  [[nodiscard]] std::int64_t place(loops::BufferId id, const loops::Affine& affine, Integers index, std::int64_t tiled,
                                   std::int64_t first) const {
    if (declared(id).place == Place::tile && tiled >= 0) {
      index[static_cast<std::size_t>(tiled)] -= first;
    }
    const std::int64_t position = at(affine, index);
    if (position < 0 || position >= declared(id).elements) {
      throw Error(fmt::format("interpret: an index of b{} is outside: {} of {}", id, position, declared(id).elements));
    }
    return position;
  }

  void evaluate(const loops::Nest& nest, const Integers& index, std::int64_t first,
                std::vector<ScalarValue>& values) const {
    values.resize(nest.body.size());
    std::vector<ScalarValue> arguments;
    for (std::size_t k = 0; k < nest.body.size(); ++k) {
      const loops::Element& element = nest.body[k];
      const ScalarValue zero = zero_of(element.dtype);
      switch (element.kind) {
        case loops::Element::Kind::load:
          values[k] = holds(element.guards, index)
                          ? load(element.dtype, data_[element.buffer],
                                 place(element.buffer, element.index, index, nest.tiled, first))
                          : zero;
          break;
        case loops::Element::Kind::formula:
          arguments.clear();
          for (const std::uint32_t operand : element.operands) {
            arguments.push_back(values[operand]);
          }
          values[k] = ir::evaluate(*element.code, arguments);
          break;
        case loops::Element::Kind::select:
          values[k] = holds(element.guards, index)   ? values[element.operands[0]]
                      : element.operands.size() == 2 ? values[element.operands[1]]
                                                     : zero;
          break;
        case loops::Element::Kind::index:
          values[k] = ir::scalar_value(static_cast<std::int32_t>(at(element.index, index)));
          break;
      }
    }
  }

  static ScalarValue zero_of(DType dtype) {
    switch (dtype) {
      case DType::f64: return ir::scalar_value(0.0);
      case DType::f32: return ir::scalar_value(0.0F);
      case DType::i32: return ir::scalar_value(std::int32_t{0});
      case DType::boolean: return ir::scalar_value(false);
    }
    return {};
  }

  void run(const loops::Nest& nest) { run(nest, {}); }

  // Values that are reduced over a tiled axis are kept until the last block.
  using Collected = std::map<std::pair<std::size_t, std::int64_t>, std::map<std::int64_t, ScalarValue>>;

  void run(const loops::Nest& nest, const Block& block) {
    Integers begin(nest.extents.size(), 0);
    Integers end = nest.extents;
    if (nest.tiled >= 0) {
      begin[static_cast<std::size_t>(nest.tiled)] = block.begin;
      end[static_cast<std::size_t>(nest.tiled)] = block.end;
    }
    const std::size_t parallel = nest.extents.size() - nest.reduced;
    const bool accumulates = nest.tiled >= static_cast<std::int64_t>(parallel);
    Collected local;
    Collected& collected = accumulates ? collected_[&nest] : local;
    Integers index = begin;
    std::vector<ScalarValue> values;
    bool is_empty = false;
    for (std::size_t k = 0; k < begin.size(); ++k) {
      is_empty = is_empty || begin[k] >= end[k];
    }
    if (!is_empty) {
      do {
        evaluate(nest, index, block.begin, values);
        for (const loops::Store& one : nest.stores) {
          store(declared(one.buffer).dtype, data_[one.buffer],
                place(one.buffer, one.index, index, nest.tiled, block.begin), values[one.element]);
        }
        std::int64_t r = 0;
        for (std::size_t k = parallel; k < index.size(); ++k) {
          r = r * nest.extents[k] + index[k];
        }
        for (std::size_t k = 0; k < nest.reductions.size(); ++k) {
          const loops::Reduction& one = nest.reductions[k];
          collected[{k, place(one.buffer, one.index, index, nest.tiled, block.begin)}][r] = values[one.element];
        }
      } while (advance(index, begin, end));
    }
    if (!accumulates || block.is_last) {
      for (const auto& [where, all] : collected) {
        const loops::Reduction& one = nest.reductions[where.first];
        std::vector<ScalarValue> in_order;
        for (const auto& [r, value] : all) {
          in_order.push_back(value);
        }
        const DType dtype = declared(one.buffer).dtype;
        store(dtype, data_[one.buffer], where.second, reduced(one.combine, dtype, in_order));
      }
      collected_.erase(&nest);
    }
  }

  void run(const loops::Product& product) { run(product, {}); }

  void run(const loops::Product& product, const Block& block) {
    const std::size_t rank = product.batch.size();
    Integers extents = product.batch;
    extents.insert(extents.end(), {product.m, product.n, product.k});
    Integers begin(extents.size(), 0);
    Integers end = extents;
    std::int64_t tiled = -1;
    switch (product.tiled) {
      case loops::Product::Axis::none: break;
      case loops::Product::Axis::batch: tiled = product.tiled_batch_axis; break;
      case loops::Product::Axis::m: tiled = static_cast<std::int64_t>(rank); break;
      case loops::Product::Axis::n: tiled = static_cast<std::int64_t>(rank) + 1; break;
      case loops::Product::Axis::k: tiled = static_cast<std::int64_t>(rank) + 2; break;
    }
    if (tiled >= 0) {
      begin[static_cast<std::size_t>(tiled)] = block.begin;
      end[static_cast<std::size_t>(tiled)] = block.end;
    }
    const auto affine = [&](const loops::Matrix& matrix, std::size_t row, std::size_t column) {
      loops::Affine result = matrix.offset;
      result.axis = matrix.batch;
      result.axis.resize(extents.size(), 0);
      result.axis[row] = matrix.row;
      result.axis[column] = matrix.column;
      return result;
    };
    const loops::Affine a = affine(product.a, rank, rank + 2);
    const loops::Affine b = affine(product.b, rank + 2, rank + 1);
    const loops::Affine c = affine(product.c, rank, rank + 1);
    auto& sums = sums_[&product];
    for (std::size_t k = 0; k < begin.size(); ++k) {
      if (begin[k] >= end[k]) {
        return;
      }
    }
    Integers index = begin;
    constexpr std::int64_t k_block = 512;
    do {
      const ScalarValue x =
          load(product.dtype, data_[product.a.buffer], place(product.a.buffer, a, index, tiled, block.begin));
      const ScalarValue y =
          load(product.dtype, data_[product.b.buffer], place(product.b.buffer, b, index, tiled, block.begin));
      auto& blocks = sums[place(product.c.buffer, c, index, tiled, block.begin)];
      if (index[rank + 2] % k_block == 0) {
        blocks.push_back(zero_of(product.dtype));
      }
      blocks.back() = product.dtype == DType::f64
                          ? ir::scalar_value(scalar::fma(as_double(x), as_double(y), as_double(blocks.back())))
                          : ir::scalar_value(scalar::fma(as_float(x), as_float(y), as_float(blocks.back())));
    } while (advance(index, begin, end));
    if (product.tiled != loops::Product::Axis::k || block.is_last) {
      for (const auto& [where, blocks] : sums) {
        store(product.dtype, data_[product.c.buffer], where, pairwise(product.dtype, blocks));
      }
      sums_.erase(&product);
    }
  }

  static ScalarValue pairwise(DType dtype, const std::vector<ScalarValue>& blocks) {
    const auto count = static_cast<std::int64_t>(blocks.size());
    if (dtype == DType::f64) {
      return ir::scalar_value(ops::reduce_blocks<Combine::sum>(
          0, count, [&](std::int64_t k) { return as_double(blocks[static_cast<std::size_t>(k)]); }));
    }
    return ir::scalar_value(ops::reduce_blocks<Combine::sum>(
        0, count, [&](std::int64_t k) { return as_float(blocks[static_cast<std::size_t>(k)]); }));
  }

  void run(const loops::KernelCall& call) {
    std::vector<const void*> operands;
    std::vector<void*> results;
    const auto address = [&](const loops::KernelCall::Argument& argument) {
      return data_[argument.buffer] +
             static_cast<std::size_t>(at(argument.offset, {})) * size_of(declared(argument.buffer).dtype);
    };
    for (const auto& argument : call.operands) {
      operands.push_back(address(argument));
    }
    for (const auto& argument : call.results) {
      results.push_back(address(argument));
    }
    const ir::Status status =
        call.primitive->evaluate({*call.attributes, call.operand_types, call.result_types, operands, results});
    if (status.fault != ir::Fault::none) {
      status_ = {status, call.primitive};
    }
  }

  void run(const std::shared_ptr<const loops::Loop>& loop) {
    turns_.push_back(0);
    for (std::int64_t t = 0; t < loop->length; ++t) {
      turns_.back() = t;
      steps(loop->body);
    }
    turns_.pop_back();
  }

  void run(const std::shared_ptr<const loops::Branch>& branch) {
    const bool is_taken = load(DType::boolean, data_[branch->predicate], at(branch->offset, {})).bits != 0;
    steps(is_taken ? branch->then_body : branch->else_body);
  }

  void run(const std::shared_ptr<const loops::TileLoop>& tile) {
    for (std::int64_t begin = 0; begin < tile->extent; begin += tile->block) {
      const bool is_last = begin + tile->block >= tile->extent;
      const auto block = [&](std::int64_t extent) {
        return Block{begin, is_last ? extent : std::min(begin + tile->block, extent), is_last};
      };
      for (const loops::Step& step : tile->body) {
        if (const auto* nest = std::get_if<loops::Nest>(&step)) {
          run(*nest, block(nest->extents[static_cast<std::size_t>(nest->tiled)]));
        } else {
          const auto& product = std::get<loops::Product>(step);
          run(product, block(extent_of(product)));
        }
      }
    }
  }

  static std::int64_t extent_of(const loops::Product& product) {
    switch (product.tiled) {
      case loops::Product::Axis::m: return product.m;
      case loops::Product::Axis::n: return product.n;
      case loops::Product::Axis::k: return product.k;
      default: return product.batch[product.tiled_batch_axis];
    }
  }

  const loops::LoopProgram& program_;
  ir::Buffer workspace_;
  std::vector<ir::Buffer> tiles_;
  std::vector<std::byte*> data_;
  Integers turns_;
  std::map<const loops::Nest*, Collected> collected_;
  std::map<const loops::Product*, std::map<std::int64_t, std::vector<ScalarValue>>> sums_;
  ir::ExecutionStatus status_;
};

}  // namespace

ir::ExecutionStatus interpret(const loops::LoopProgram& program, std::span<const void* const> inputs,
                              std::span<void* const> outputs) {
  return Interpreter(program, inputs, outputs).run();
}

}  // namespace downhill::exec
