#include "exec/in_place.hpp"

#include <algorithm>
#include <optional>

namespace downhill::exec {
namespace {

namespace loops = ir::loops;

std::optional<loops::BufferId> buffer_of(const loops::LoopProgram& program, loops::BufferDeclaration::Place place,
                                         std::size_t slot) {
  for (loops::BufferId id = 0; id < program.buffers.size(); ++id) {
    if (program.buffers[id].place == place && program.buffers[id].slot == slot) return id;
  }
  return std::nullopt;
}

/// How often a step touches a buffer.
struct Touches {
  loops::BufferId id;
  int reads = 0;
  int writes = 0;

  void operator()(const loops::Nest& nest) {
    for (const loops::Element& element : nest.body)
      reads += element.kind == loops::Element::Kind::load && element.buffer == id ? 1 : 0;
    for (const loops::Store& store : nest.stores) writes += store.buffer == id ? 1 : 0;
    for (const loops::Reduction& reduction : nest.reductions) writes += reduction.buffer == id ? 1 : 0;
  }
  void operator()(const loops::Product& product) {
    reads += (product.a.buffer == id ? 1 : 0) + (product.b.buffer == id ? 1 : 0);
    writes += product.c.buffer == id ? 1 : 0;
  }
  void operator()(const loops::KernelCall& call) {
    for (const auto& argument : call.operands) reads += argument.buffer == id ? 1 : 0;
    for (const auto& argument : call.results) writes += argument.buffer == id ? 1 : 0;
  }
  void operator()(const std::shared_ptr<const loops::Loop>& loop) { all(loop->body); }
  void operator()(const std::shared_ptr<const loops::Branch>& branch) {
    reads += branch->predicate == id ? 1 : 0;
    all(branch->then_body);
    all(branch->else_body);
  }
  void operator()(const std::shared_ptr<const loops::TileLoop>& tile) { all(tile->body); }
  void all(const std::vector<loops::Step>& steps) {
    for (const loops::Step& step : steps) std::visit(*this, step);
  }
};

Touches touches(const loops::Step& step, loops::BufferId id) {
  Touches found{id};
  std::visit(found, step);
  return found;
}

bool are_same(const loops::Affine& a, const loops::Affine& b) {
  return a.offset == b.offset && a.axis == b.axis && a.loop == b.loop;
}

}  // namespace

bool may_overwrite(const loops::LoopProgram& program, std::size_t input, std::size_t output) {
  using Place = loops::BufferDeclaration::Place;
  const std::optional<loops::BufferId> from = buffer_of(program, Place::input, input);
  const std::optional<loops::BufferId> to = buffer_of(program, Place::output, output);
  if (!to) return false;
  if (!from) return true;  // nobody reads the input
  std::optional<std::size_t> writer;
  for (std::size_t k = 0; k < program.steps.size(); ++k) {
    const int writes = touches(program.steps[k], *to).writes;
    if (writes > 1 || (writes == 1 && writer)) return false;
    if (writes == 1) writer = k;
  }
  if (!writer) return false;
  const auto* nest = std::get_if<loops::Nest>(&program.steps[*writer]);
  if (nest == nullptr) return false;
  const auto store = std::ranges::find_if(nest->stores, [&](const loops::Store& one) { return one.buffer == *to; });
  if (store == nest->stores.end() || nest->reduced > 0) return false;
  for (const loops::Element& element : nest->body) {
    const bool reads = element.kind == loops::Element::Kind::load && element.buffer == *from;
    if (reads && !are_same(element.index, store->index)) return false;
  }
  // An epilogue runs with its product.
  std::size_t begin = *writer;
  if (begin > 0) {
    const auto* product = std::get_if<loops::Product>(&program.steps[begin - 1]);
    if (product != nullptr && product->result != loops::Product::Result::stored) --begin;
  }
  for (std::size_t k = begin; k < program.steps.size(); ++k) {
    if (k != *writer && touches(program.steps[k], *from).reads > 0) return false;
  }
  return true;
}

}  // namespace downhill::exec
