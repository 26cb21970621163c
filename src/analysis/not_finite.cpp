#include "analysis/not_finite.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <cstring>
#include <optional>
#include <vector>

#include "ops/primitives.hpp"

namespace downhill::analysis {
namespace {

/// Every value of a graph at one input.
class Values {
 public:
  Values(const ir::Traced& traced, std::span<const double> x) : graph_(traced.graph) {
    data_.resize(graph_.values().size(), nullptr);
    storage_.resize(graph_.values().size());
    const auto inputs = graph_.inputs();
    data_[inputs[0]] = x.data();
    for (std::size_t k = 1; k < inputs.size(); ++k) data_[inputs[k]] = traced.captured[k - 1].data();
    std::vector<const void*> operands;
    std::vector<void*> results;
    for (const ir::Node& node : graph_.nodes()) {
      operands.clear();
      results.clear();
      for (const ir::ValueId operand : graph_.operands(node)) operands.push_back(data_[operand]);
      for (std::uint32_t k = 0; k < node.result_count; ++k) {
        const ir::ValueId id = node.first_result + k;
        storage_[id] = ir::Buffer(ir::bytes_of(graph_.type(id)));
        data_[id] = storage_[id].data();
        results.push_back(storage_[id].data());
      }
      const ir::Status status = node.primitive->evaluate(
          {*node.attributes, graph_.operand_types(node), graph_.result_types(node), operands, results});
      if (status.fault != ir::Fault::none) return;
    }
    is_complete_ = true;
  }

  [[nodiscard]] bool is_complete() const { return is_complete_; }

  /// The first element that is not finite.
  [[nodiscard]] std::optional<std::int64_t> not_finite(ir::ValueId id) const {
    const Type& type = graph_.type(id);
    if (type.dtype != DType::f64 && type.dtype != DType::f32) return std::nullopt;
    for (std::int64_t k = 0; k < type.shape.size(); ++k) {
      if (!std::isfinite(at(id, k))) return k;
    }
    return std::nullopt;
  }

  [[nodiscard]] double at(ir::ValueId id, std::int64_t k) const {
    return ir::element(graph_.type(id).dtype, static_cast<const std::byte*>(data_[id]), k);
  }

 private:
  const ir::Graph& graph_;
  std::vector<const void*> data_;
  std::vector<ir::Buffer> storage_;
  bool is_complete_ = false;
};

/// `log(-1) is nan`
std::string describe(const ir::Graph& graph, const Values& values, const ir::Node& node, ir::ValueId result,
                     std::int64_t element) {
  const double number = values.at(result, element);
  if (node.primitive->lowering != ir::Lowering::pointwise) {
    return fmt::format("{} is {}", node.primitive->name, number);
  }
  std::vector<std::string> operands;
  for (const ir::ValueId operand : graph.operands(node)) {
    const bool is_one = graph.type(operand).shape.size() == 1;
    operands.push_back(fmt::format("{:.6g}", values.at(operand, is_one ? 0 : element)));
  }
  return fmt::format("{}({}) is {}", node.primitive->name, fmt::join(operands, ", "), number);
}

}  // namespace

std::string first_not_finite(const ir::Traced& traced, std::span<const double> x) {
  const ir::Graph& graph = traced.graph;
  const Values values(traced, x);
  if (!values.is_complete()) return {};
  for (const ir::ValueId output : graph.outputs()) {
    auto element = values.not_finite(output);
    if (!element) continue;
    ir::ValueId here = output;
    while (graph.values()[here].node != ir::no_node) {
      const ir::Node& node = graph.nodes()[graph.values()[here].node];
      std::optional<ir::ValueId> cause;
      for (const ir::ValueId operand : graph.operands(node)) {
        // Of a choice only what was taken.
        const bool is_passed_over = node.primitive == &primitives::where &&
                                    graph.type(operand).shape.size() > *element &&
                                    std::isfinite(values.at(operand, *element));
        if (!is_passed_over && values.not_finite(operand)) cause = operand;
      }
      if (!cause) return graph.operands(node).empty() ? std::string() : describe(graph, values, node, here, *element);
      here = *cause;
      element = values.not_finite(here);
    }
    return {};
  }
  return {};
}

}  // namespace downhill::analysis
