#include "ir/loops.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace downhill::ir::loops {
namespace {

std::string_view name(BufferDeclaration::Place place) {
  switch (place) {
    case BufferDeclaration::Place::input: return "input";
    case BufferDeclaration::Place::output: return "output";
    case BufferDeclaration::Place::constant: return "constant";
    case BufferDeclaration::Place::workspace: return "workspace";
    case BufferDeclaration::Place::tile: return "tile";
  }
  return "";
}

std::string_view name(Combine combine) {
  switch (combine) {
    case Combine::sum: return "sum";
    case Combine::product: return "product";
    case Combine::maximum: return "maximum";
    case Combine::minimum: return "minimum";
  }
  return "";
}

std::string_view name(Product::Axis axis) {
  switch (axis) {
    case Product::Axis::none: return "none";
    case Product::Axis::batch: return "batch";
    case Product::Axis::m: return "m";
    case Product::Axis::n: return "n";
    case Product::Axis::k: return "k";
  }
  return "";
}

std::string_view name(Product::Result result) {
  switch (result) {
    case Product::Result::stored: return "";
    case Product::Result::handed_on: return " handed on";
    case Product::Result::stored_and_handed_on: return " stored and handed on";
  }
  return "";
}

void add_terms(std::string& out, const std::vector<std::int64_t>& factors, char letter) {
  for (std::size_t k = 0; k < factors.size(); ++k) {
    if (factors[k] != 0) {
      out += factors[k] == 1 ? fmt::format(" + {}{}", letter, k) : fmt::format(" + {} {}{}", factors[k], letter, k);
    }
  }
}

std::string text(const Affine& affine) {
  std::string out = fmt::format("{}", affine.offset);
  add_terms(out, affine.axis, 'i');
  add_terms(out, affine.loop, 't');
  return out;
}

std::string text(const std::vector<Guard>& guards) {
  std::string out;
  for (const Guard& guard : guards) {
    out += fmt::format("{} {} <= {} < {}", out.empty() ? " where" : ",", guard.begin, text(guard.position), guard.end);
  }
  return out;
}

class Printer {
 public:
  std::string out;

  void steps(const std::vector<Step>& list, std::size_t depth) {
    for (const Step& step : list) {
      indent_ = std::string(2 * depth, ' ');
      std::visit([&](const auto& one) { print(one, depth); }, step);
    }
  }

 private:
  void line(const std::string& text) { out += indent_ + text + '\n'; }

  void print(const Nest& nest, std::size_t) {
    const auto parallel = nest.extents.begin() + static_cast<std::ptrdiff_t>(nest.extents.size() - nest.reduced);
    line(fmt::format("nest ({} | {}) lane {} tiled {}", fmt::join(nest.extents.begin(), parallel, ", "),
                     fmt::join(parallel, nest.extents.end(), ", "), nest.lane, nest.tiled));
    for (std::size_t k = 0; k < nest.body.size(); ++k) {
      line(fmt::format("  %{}: {} = {}", k, downhill::name(nest.body[k].dtype), text_of(nest.body[k])));
    }
    for (const Store& store : nest.stores) {
      line(fmt::format("  b{}[{}] = %{}", store.buffer, text(store.index), store.element));
    }
    for (const Reduction& reduction : nest.reductions) {
      line(fmt::format("  b{}[{}] = {} %{}", reduction.buffer, text(reduction.index), name(reduction.combine),
                       reduction.element));
    }
  }

  static std::string text_of(const Element& element) {
    switch (element.kind) {
      case Element::Kind::load:
        return fmt::format("load b{}[{}]{}", element.buffer, text(element.index), text(element.guards));
      case Element::Kind::formula:
        return fmt::format("formula {} of %{}", label(*element.code), fmt::join(element.operands, " %"));
      case Element::Kind::select:
        return fmt::format("select %{}{}", fmt::join(element.operands, " %"), text(element.guards));
      case Element::Kind::index: return fmt::format("index {}", text(element.index));
    }
    return {};
  }

  static std::string label(const ScalarCode& code) {
    const ScalarInstruction& last = code.instructions[code.result];
    if (last.op == ScalarOp::constant) {
      return fmt::format("{}", to_double({last.type, last.immediate}));
    }
    if (code.instructions.size() == code.arguments.size() + 1) {
      return std::string(ir::name(last.op));
    }
    return fmt::format("{:08x} ({} instructions)", ir::hash(code) >> 32U, code.instructions.size());
  }

  static std::string text_of(const Matrix& matrix) {
    return fmt::format("b{}[{}] batch ({}) row {} column {}", matrix.buffer, text(matrix.offset),
                       fmt::join(matrix.batch, ", "), matrix.row, matrix.column);
  }

  void print(const Product& product, std::size_t) {
    line(fmt::format("product {} batch ({}) m {} n {} k {} tiled {}{}", downhill::name(product.dtype),
                     fmt::join(product.batch, ", "), product.m, product.n, product.k, name(product.tiled),
                     name(product.result)));
    line("  " + text_of(product.c));
    line("  = " + text_of(product.a));
    line("  @ " + text_of(product.b));
  }

  void print(const KernelCall& call, std::size_t) {
    std::string text_line = fmt::format("call {}", call.primitive->name);
    for (const KernelCall::Argument& argument : call.operands) {
      text_line += fmt::format(" b{}[{}]", argument.buffer, text(argument.offset));
    }
    text_line += " ->";
    for (const KernelCall::Argument& argument : call.results) {
      text_line += fmt::format(" b{}[{}]", argument.buffer, text(argument.offset));
    }
    line(text_line);
  }

  void print(const std::shared_ptr<const Loop>& loop, std::size_t depth) {
    line(fmt::format("loop {}", loop->length));
    steps(loop->body, depth + 1);
  }

  void print(const std::shared_ptr<const Branch>& branch, std::size_t depth) {
    line(fmt::format("if b{}[{}]", branch->predicate, text(branch->offset)));
    steps(branch->then_body, depth + 1);
    indent_ = std::string(2 * depth, ' ');
    line("else");
    steps(branch->else_body, depth + 1);
  }

  void print(const std::shared_ptr<const TileLoop>& tile, std::size_t depth) {
    line(fmt::format("tile {} by {}", tile->extent, tile->block));
    steps(tile->body, depth + 1);
  }

  std::string indent_;
};

}  // namespace

std::string print(const LoopProgram& program) {
  Printer printer;
  for (std::size_t k = 0; k < program.buffers.size(); ++k) {
    const BufferDeclaration& buffer = program.buffers[k];
    printer.out += fmt::format("b{}: {} x {} {} {}\n", k, downhill::name(buffer.dtype), buffer.elements,
                               name(buffer.place), buffer.slot);
  }
  printer.steps(program.steps, 0);
  printer.out += fmt::format("workspace {} bytes\n", program.workspace_bytes);
  return printer.out;
}

}  // namespace downhill::ir::loops
