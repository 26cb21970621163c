#include "jit/program_key.hpp"

#include <cstring>
#include <type_traits>
#include <unordered_map>

namespace downhill::jit {
namespace {

namespace loops = ir::loops;

// To be raised with every change of what is emitted for the same program.
constexpr std::uint64_t emitter_version = 15;

class Writer {
 public:
  std::string text;

  template <class T>
    requires(std::is_arithmetic_v<T> || std::is_enum_v<T>)
  void add(T value) {
    const auto wide = static_cast<std::uint64_t>(value);
    char raw[sizeof wide];
    std::memcpy(raw, &wide, sizeof wide);
    text.append(raw, sizeof raw);
  }
  void add(std::string_view value) {
    add(value.size());
    text.append(value);
  }
  template <class T>
  void add(const std::vector<T>& list) {
    add(list.size());
    for (const T& one : list) add(one);
  }
  void add(const std::vector<double>& list) {
    add(std::string_view(reinterpret_cast<const char*>(list.data()), list.size() * sizeof(double)));
  }
  void add(const loops::Affine& affine) {
    add(affine.offset);
    add(affine.axis);
    add(affine.loop);
  }
  void add(const loops::Guard& guard) {
    add(guard.position);
    add(guard.begin);
    add(guard.end);
  }
  void add(const ir::ScalarInstruction& one) {
    add(one.op);
    add(one.type);
    for (const std::uint32_t operand : one.operands) add(operand);
    add(one.immediate);
  }
  // A formula is written once, then named.
  void add(const std::shared_ptr<const ir::ScalarCode>& code) {
    if (!code) {
      add(std::uint64_t{0});
      return;
    }
    const auto [known, is_new] = codes_.try_emplace(code.get(), codes_.size() + 1);
    add(known->second);
    if (!is_new) return;
    add(code->arguments);
    add(code->instructions);
    add(code->tables);
    add(code->result);
    add(code->result_type);
  }
  void add(const loops::Element& element) {
    add(element.kind);
    add(element.dtype);
    add(element.buffer);
    add(element.index);
    add(element.guards);
    add(element.code);
    add(element.operands);
  }
  void add(const loops::Store& store) {
    add(store.element);
    add(store.buffer);
    add(store.index);
  }
  void add(const loops::Reduction& reduction) {
    add(reduction.element);
    add(reduction.combine);
    add(reduction.buffer);
    add(reduction.index);
  }
  void add(const loops::Nest& nest) {
    add(nest.extents);
    add(nest.reduced);
    add(nest.lane);
    add(nest.tiled);
    add(nest.body);
    add(nest.stores);
    add(nest.reductions);
  }
  void add(const loops::Matrix& matrix) {
    add(matrix.buffer);
    add(matrix.offset);
    add(matrix.batch);
    add(matrix.row);
    add(matrix.column);
  }
  void add(const loops::Product& product) {
    add(product.dtype);
    add(product.batch);
    add(product.m);
    add(product.n);
    add(product.k);
    add(product.a);
    add(product.b);
    add(product.c);
    add(product.tiled);
    add(product.tiled_batch_axis);
    add(product.result);
  }
  void add(const loops::KernelCall::Argument& argument) {
    add(argument.buffer);
    add(argument.offset);
  }
  // Code passes addresses and a number; what is called is not part of it.
  void add(const loops::KernelCall& call) {
    add(call.operands);
    add(call.results);
  }
  void add(const std::shared_ptr<const loops::Loop>& loop) {
    add(loop->length);
    add(loop->body);
  }
  void add(const std::shared_ptr<const loops::Branch>& branch) {
    add(branch->predicate);
    add(branch->offset);
    add(branch->then_body);
    add(branch->else_body);
  }
  void add(const std::shared_ptr<const loops::TileLoop>& tile) {
    add(tile->extent);
    add(tile->block);
    add(tile->body);
  }
  void add(const loops::Step& step) {
    add(step.index());
    std::visit([&](const auto& one) { add(one); }, step);
  }
  void add(const loops::BufferDeclaration& buffer) {
    add(buffer.dtype);
    add(buffer.elements);
    add(buffer.place);
    add(buffer.slot);
    if (buffer.place != loops::BufferDeclaration::Place::constant) return;
    const auto bytes = static_cast<std::size_t>(buffer.elements) * size_of(buffer.dtype);
    add(std::string_view(reinterpret_cast<const char*>(buffer.literal.buffer.data()), bytes));
  }

 private:
  std::unordered_map<const ir::ScalarCode*, std::uint64_t> codes_;
};

}  // namespace

Checksum program_key(const loops::LoopProgram& program, const Target& target, Effort effort) {
  Writer writer;
  writer.add(emitter_version);
  writer.add(target.fingerprint());
  writer.add(effort);
  writer.add(program.buffers);
  writer.add(program.steps);
  writer.add(program.workspace_bytes);
  return checksum(writer.text);
}

}  // namespace downhill::jit
