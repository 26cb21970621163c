#include "ir/graph.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace downhill::ir {
namespace {

void print(const Graph& graph, const std::string& indent, std::string& out);

struct AttributePrinter {
  std::string operator()(std::int64_t v) const { return fmt::format("{}", v); }
  std::string operator()(double v) const { return fmt::format("{}", v); }
  std::string operator()(const std::string& v) const { return v; }
  std::string operator()(const std::vector<std::int64_t>& v) const { return fmt::format("({})", fmt::join(v, ",")); }
  std::string operator()(DType v) const { return std::string(name(v)); }
  std::string operator()(const Literal& v) const {
    constexpr std::int64_t shown = 8;
    std::vector<double> numbers;
    for (std::int64_t k = 0; k < v.type.shape.size() && k < shown; ++k) {
      numbers.push_back(element(v.type.dtype, v.buffer.data(), k));
    }
    if (v.type.shape.rank() == 0) {
      return fmt::format("{}", numbers.front());
    }
    return fmt::format("[{}{}]", fmt::join(numbers, ", "), v.type.shape.size() > shown ? ", …" : "");
  }
  std::string operator()(const SubGraph&) const { return {}; }
};

void print_node(const Graph& graph, const Node& node, const std::string& indent, std::string& out) {
  out += indent;
  for (std::uint32_t k = 0; k < node.result_count; ++k) {
    const ValueId id = node.first_result + k;
    out += fmt::format("{}%{}: {}", k == 0 ? "" : ", ", id, to_string(graph.type(id)));
  }
  out += fmt::format(" = {}", node.primitive->name);
  for (const ValueId operand : graph.operands(node)) {
    out += fmt::format(" %{}", operand);
  }
  for (const auto& [name, value] : *node.attributes) {
    if (!std::holds_alternative<SubGraph>(value)) {
      out += fmt::format(" {}={}", name, std::visit(AttributePrinter{}, value));
    }
  }
  out += '\n';
  for (const auto& [name, value] : *node.attributes) {
    if (const auto* body = std::get_if<SubGraph>(&value)) {
      out += fmt::format("{}  {}:\n", indent, name);
      print(**body, indent + "    ", out);
    }
  }
}

void print(const Graph& graph, const std::string& indent, std::string& out) {
  out += indent + "inputs";
  for (const ValueId input : graph.inputs()) {
    out += fmt::format(" %{}: {}", input, to_string(graph.type(input)));
  }
  out += '\n';
  for (const Node& node : graph.nodes()) {
    print_node(graph, node, indent, out);
  }
  out += indent + "outputs";
  for (const ValueId output : graph.outputs()) {
    out += fmt::format(" %{}", output);
  }
  out += '\n';
}

}  // namespace

std::string print(const Graph& graph) {
  std::string out;
  print(graph, "", out);
  return out;
}

}  // namespace downhill::ir
