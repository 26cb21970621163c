#include "jit/zero_sources.hpp"

#include <algorithm>

namespace downhill::jit {
namespace {

namespace loops = ir::loops;
using ir::ScalarCode;
using ir::ScalarInstruction;
using ir::ScalarOp;

// What is known of one value.
struct Known {
  Zeros zeros = Zeros::none;
  bool is_zero = false;     // the constant
  bool is_uniform = false;  // a single number, the same at all points
};

// One of two values, whichever a mask says.
Known chosen(const Known& a, const Known& b) {
  if (a.is_zero && b.is_zero) return {Zeros::likely, true};
  if (a.is_zero || b.is_zero) return {Zeros::likely, false};
  return {std::min(a.zeros, b.zeros), false};
}

Known known_of(const ScalarCode& code, const std::vector<Known>& arguments) {
  // Elementary functions choose between zero and other results for their own reasons.
  constexpr std::size_t longest = 16;
  if (code.instructions.size() > longest) return {};
  std::vector<Known> values;
  for (const ScalarInstruction& instruction : code.instructions) {
    const auto operand = [&](std::size_t k) { return values[instruction.operands[k]]; };
    switch (instruction.op) {
      case ScalarOp::argument: values.push_back(arguments[static_cast<std::size_t>(instruction.immediate)]); break;
      case ScalarOp::constant: values.push_back({Zeros::none, instruction.immediate == 0}); break;
      case ScalarOp::select: values.push_back(chosen(operand(1), operand(2))); break;
      case ScalarOp::multiply:
        values.push_back({std::max(operand(0).zeros, operand(1).zeros), operand(0).is_zero || operand(1).is_zero});
        break;
      case ScalarOp::subtract:  // of the number that many of them share
        values.push_back(operand(1).is_uniform ? Known{operand(0).zeros} : Known{});
        break;
      case ScalarOp::divide:
      case ScalarOp::negate:
      case ScalarOp::abs:
      case ScalarOp::copysign:
      case ScalarOp::sqrt:
      case ScalarOp::convert: values.push_back(operand(0)); break;
      default: values.emplace_back();
    }
  }
  return values[code.result];
}

class Search {
 public:
  explicit Search(const loops::LoopProgram& program) : found_(program.buffers.size(), Zeros::none) {
    for (std::size_t k = 0; k < found_.size(); ++k) {
      using Place = loops::BufferDeclaration::Place;
      const Place place = program.buffers[k].place;
      if (place == Place::input || place == Place::constant) found_[k] = Zeros::possible;
    }
    visit(program.steps);
  }
  [[nodiscard]] std::vector<Zeros> found() && { return std::move(found_); }

 private:
  std::vector<Zeros> found_;

  void visit(const std::vector<loops::Step>& steps) {
    for (const loops::Step& step : steps) {
      if (const auto* nest = std::get_if<loops::Nest>(&step)) visit(*nest);
      if (const auto* call = std::get_if<loops::KernelCall>(&step)) visit(*call);
      if (const auto* loop = std::get_if<std::shared_ptr<const loops::Loop>>(&step)) visit((*loop)->body);
      if (const auto* branch = std::get_if<std::shared_ptr<const loops::Branch>>(&step)) {
        visit((*branch)->then_body);
        visit((*branch)->else_body);
      }
      if (const auto* tile = std::get_if<std::shared_ptr<const loops::TileLoop>>(&step)) visit((*tile)->body);
    }
  }

  // Whole buffers are picked from, moved or put together.
  void visit(const loops::KernelCall& call) {
    Zeros most = Zeros::none;
    for (const loops::KernelCall::Argument& operand : call.operands) most = std::max(most, found_[operand.buffer]);
    for (const loops::KernelCall::Argument& result : call.results) found_[result.buffer] = most;
  }

  void visit(const loops::Nest& nest) {
    std::vector<Known> known;
    for (const loops::Element& element : nest.body) {
      std::vector<Known> operands;
      for (const std::uint32_t operand : element.operands) operands.push_back(known[operand]);
      switch (element.kind) {
        case loops::Element::Kind::load:
          known.push_back(
              {element.guards.empty() ? found_[element.buffer] : std::max(found_[element.buffer], Zeros::possible),
               false, std::ranges::all_of(element.index.axis, [](std::int64_t stride) { return stride == 0; })});
          break;
        case loops::Element::Kind::formula: known.push_back(known_of(*element.code, operands)); break;
        case loops::Element::Kind::select: known.push_back({std::max(operands[0].zeros, Zeros::possible)}); break;
        case loops::Element::Kind::index: known.emplace_back(); break;
      }
    }
    for (const loops::Store& store : nest.stores) found_[store.buffer] = known[store.element].zeros;
  }
};

}  // namespace

std::vector<Zeros> zeros_of_buffers(const loops::LoopProgram& program) { return Search(program).found(); }

}  // namespace downhill::jit
