#include "analysis/sparsity.hpp"

#include "analysis/constants.hpp"
#include "analysis/index_sets.hpp"
#include "analysis/known_values.hpp"
#include "ops/primitives.hpp"
#include "ops/reduce.hpp"

#include <algorithm>
#include <numeric>

namespace downhill::analysis {
namespace {

using Id = IndexSets::Id;
using Integers = std::vector<std::int64_t>;
using Ids = std::vector<Id>;  // of the elements of a value

std::size_t count_of(const Type& type) { return static_cast<std::size_t>(type.shape.size()); }

bool is_product_of_elements(const ir::Primitive* primitive) {
  return primitive == &primitives::mul || primitive == &primitives::chain_mul || primitive == &primitives::chain_both;
}
bool is_at_places(const ir::Primitive* primitive) {
  return primitive == &primitives::gather || primitive == &primitives::scatter_add;
}

// Values through which the first output depends on others with a derivative.
std::vector<bool> values_that_matter(const ir::Graph& graph) {
  std::vector<bool> matters(graph.values().size(), false);
  matters[graph.outputs().front()] = true;
  const auto nodes = graph.nodes();
  for (std::size_t k = nodes.size(); k-- > 0;) {
    bool any = false;
    for (std::uint32_t r = 0; r < nodes[k].result_count; ++r) any = any || matters[nodes[k].first_result + r];
    if (!any || nodes[k].primitive->derivative.kind == ir::Derivative::Kind::zero) continue;
    for (const ir::ValueId operand : graph.operands(nodes[k])) matters[operand] = true;
  }
  return matters;
}

class Propagation {
 public:
  Propagation(const ir::Traced& f, const SparsityLimits& limits)
      : graph_(f.graph),
        limits_(limits),
        sets_(count_of(graph_.type(graph_.inputs().front()))),
        is_constant_(constants_of(graph_)),
        known_(f, is_constant_, constants_asked_for()),
        ids_(graph_.values().size()) {}

  // Of the elements of the first output; empty where that is too costly.
  Ids run() {
    const std::vector<bool> matters = values_that_matter(graph_);
    const std::vector<std::size_t> last_use = last_uses();
    Ids& variables = ids_[graph_.inputs().front()];
    variables.resize(sets_.bound());
    for (std::size_t i = 0; i < variables.size(); ++i) variables[i] = sets_.single(static_cast<std::uint32_t>(i));
    for (std::size_t k = 0; k < graph_.nodes().size(); ++k) {
      const ir::Node& node = graph_.nodes()[k];
      if (!is_constant_[node.first_result]) {
        bool any = false;
        for (std::uint32_t r = 0; r < node.result_count; ++r) any = any || matters[node.first_result + r];
        if (any) visit(node);
        if (work_ + sets_.total() > limits_.work) return {};
      }
      for (const ir::ValueId operand : graph_.operands(node)) {
        if (last_use[operand] == k) ids_[operand] = {};
      }
    }
    return of(graph_.outputs().front());
  }

  [[nodiscard]] const IndexSets& sets() const { return sets_; }

 private:
  [[nodiscard]] std::vector<bool> constants_asked_for() const {
    std::vector<bool> wanted(graph_.values().size(), false);
    for (const ir::Node& node : graph_.nodes()) {
      if (is_constant_[node.first_result]) continue;
      const bool may_vanish =
          node.primitive->lowering == ir::Lowering::product || is_product_of_elements(node.primitive);
      if (!may_vanish && !is_at_places(node.primitive)) continue;
      for (const ir::ValueId operand : graph_.operands(node)) wanted[operand] = is_constant_[operand];
    }
    return wanted;
  }

  [[nodiscard]] std::vector<std::size_t> last_uses() const {
    std::vector<std::size_t> last(graph_.values().size(), 0);
    for (std::size_t k = 0; k < graph_.nodes().size(); ++k) {
      for (const ir::ValueId operand : graph_.operands(graph_.nodes()[k])) last[operand] = k;
    }
    for (const ir::ValueId output : graph_.outputs()) last[output] = graph_.nodes().size();
    return last;
  }

  // What depends on nothing has no ids.
  [[nodiscard]] Ids of(ir::ValueId value) const {
    return ids_[value].empty() ? Ids(count_of(graph_.type(value)), IndexSets::empty) : ids_[value];
  }

  void visit(const ir::Node& node) {
    using Lowering = ir::Lowering;
    if (node.primitive->derivative.kind == ir::Derivative::Kind::zero) return;
    for (const ir::ValueId operand : graph_.operands(node)) work_ += ids_[operand].size();
    for (std::uint32_t r = 0; r < node.result_count; ++r) work_ += count_of(graph_.type(node.first_result + r));
    const bool has_one = node.result_count == 1;
    switch (node.primitive->lowering) {
      case Lowering::constant: return;
      case Lowering::pointwise: return unite_elements(node);
      case Lowering::view:
      case Lowering::reshape: return move(node);
      case Lowering::reduction: return reduce(node);
      case Lowering::product: return multiply(node);
      case Lowering::call:
        if (node.primitive == &primitives::gather && has_one && gather(node)) return;
        if (node.primitive == &primitives::scatter_add && has_one && scatter(node)) return;
        return unite_all(node);
      case Lowering::loop:
      case Lowering::branch: return unite_all(node);
    }
  }

  // Which elements of operand k's partners are known to be zero: those of a constant factor.
  [[nodiscard]] const ir::Literal* factor_beside(const ir::Node& node, std::size_t operand) const {
    if (!is_product_of_elements(node.primitive) || node.operand_count != 2) return nullptr;
    return known_.of(graph_.operands(node)[1 - operand]);
  }

  void unite_elements(const ir::Node& node) {
    const ir::Derivative& derivative = node.primitive->derivative;
    const std::size_t count = count_of(graph_.type(node.first_result));
    Ids result(count, IndexSets::empty);
    for (std::size_t k = 0; k < node.operand_count; ++k) {
      const Ids& ids = ids_[graph_.operands(node)[k]];
      const bool has_none = derivative.kind == ir::Derivative::Kind::pointwise && k < derivative.chain.size() &&
                            derivative.chain[k] == nullptr;
      if (ids.empty() || has_none) continue;
      const ir::Literal* factor = factor_beside(node, k);
      for (std::size_t i = 0; i < count; ++i) {
        if (factor != nullptr && is_zero(*factor, factor->type.shape.size() == 1 ? 0 : i)) continue;
        result[i] = sets_.united(result[i], ids[ids.size() == 1 ? 0 : i]);
      }
    }
    ids_[node.first_result] = std::move(result);
  }

  static bool is_zero(const ir::Literal& numbers, std::size_t i) {
    return ir::element(numbers.type.dtype, numbers.buffer.data(), static_cast<std::int64_t>(i)) == 0;
  }

  // A primitive that only moves elements moves ids of the same width as well, and what it fills with zeros is the empty set.
  bool run_on_ids(const ir::Node& node, const std::vector<Ids>& operands, std::span<const void* const> others,
                  Ids& result) const {
    std::vector<Type> types = graph_.operand_types(node);
    std::vector<Type> made = graph_.result_types(node);
    std::vector<const void*> data;
    for (std::size_t k = 0; k < types.size(); ++k) {
      const bool is_moved = k < operands.size();
      if (is_moved) types[k].dtype = DType::i32;
      data.push_back(is_moved ? operands[k].data() : others[k - operands.size()]);
    }
    made.front().dtype = DType::i32;
    result.assign(count_of(made.front()), IndexSets::empty);
    void* const results[] = {result.data()};
    return node.primitive->evaluate({*node.attributes, types, made, data, results}).fault == ir::Fault::none;
  }

  void move(const ir::Node& node) {
    std::vector<Ids> operands;
    for (const ir::ValueId operand : graph_.operands(node)) operands.push_back(of(operand));
    Ids result;
    if (!run_on_ids(node, operands, {}, result)) return unite_all(node);
    ids_[node.first_result] = std::move(result);
  }

  void reduce(const ir::Node& node) {
    const ir::ValueId operand = graph_.operands(node)[0];
    const ops::ReductionLayout layout =
        ops::reduction_layout(graph_.type(operand).shape, node.attributes->get<Integers>("axes"));
    const Ids& ids = ids_[operand];
    if (ids.empty()) return;
    Ids result, group(layout.reduced.size());
    for (const std::int64_t kept : layout.kept) {
      for (std::size_t r = 0; r < group.size(); ++r) group[r] = ids[static_cast<std::size_t>(kept + layout.reduced[r])];
      result.push_back(sets_.united(group));
    }
    ids_[node.first_result] = std::move(result);
  }

  // C = A B, batch after batch: row i of A and column j of B make C_ij.
  void multiply(const ir::Node& node) {
    const ir::ValueId a = graph_.operands(node)[0], b = graph_.operands(node)[1];
    const Shape& left = graph_.type(a).shape;
    const Shape& right = graph_.type(b).shape;
    const auto rows = static_cast<std::size_t>(left[left.rank() - 2]);
    const auto inner = static_cast<std::size_t>(left[left.rank() - 1]);
    const auto columns = static_cast<std::size_t>(right[right.rank() - 1]);
    Ids result(count_of(graph_.type(node.first_result)), IndexSets::empty);
    const std::size_t batches = rows * columns == 0 ? 0 : result.size() / (rows * columns);
    for (std::size_t batch = 0; batch < batches; ++batch) {
      const Layout of_a{batch * rows * inner, rows, inner, inner, 1};
      const Layout of_b{batch * inner * columns, columns, inner, 1, columns};
      add_products(result, {batch * rows * columns, rows, columns, columns, 1}, a, of_a, b, of_b);
      add_products(result, {batch * rows * columns, columns, rows, 1, columns}, b, of_b, a, of_a);
    }
    ids_[node.first_result] = std::move(result);
  }

  // A matrix's `lines` of `length` elements each, somewhere in an array.
  struct Layout {
    std::size_t first, lines, length, line_stride, stride;
    [[nodiscard]] std::size_t at(std::size_t line, std::size_t k) const {
      return first + line * line_stride + k * stride;
    }
  };

  // Adds to every result what comes from the lines of `varying`: all of a line, or what the zeros of `other`'s line leave.
  void add_products(Ids& result, const Layout& of_result, ir::ValueId varying, const Layout& lines, ir::ValueId other,
                    const Layout& other_lines) {
    const Ids& ids = ids_[varying];
    if (ids.empty()) return;
    const ir::Literal* factor = known_.of(other);
    Ids group;
    for (std::size_t i = 0; i < lines.lines; ++i) {
      group.clear();
      for (std::size_t k = 0; k < lines.length; ++k) group.push_back(ids[lines.at(i, k)]);
      const Id all = sets_.united(group);
      for (std::size_t j = 0; j < other_lines.lines; ++j) {
        Id from = all;
        if (factor != nullptr && all != IndexSets::empty) {
          group.clear();
          for (std::size_t k = 0; k < lines.length; ++k) {
            if (!is_zero(*factor, other_lines.at(j, k))) group.push_back(ids[lines.at(i, k)]);
          }
          work_ += lines.length;
          if (group.size() < lines.length) from = sets_.united(group);
        }
        Id& entry = result[of_result.at(i, j)];
        entry = sets_.united(entry, from);
      }
      if (work_ > limits_.work) return;
    }
  }

  bool gather(const ir::Node& node) {
    const ir::Literal* places = known_.of(graph_.operands(node)[1]);
    if (places == nullptr) return false;
    Ids result;
    const void* const others[] = {places->buffer.data()};
    if (!run_on_ids(node, {of(graph_.operands(node)[0])}, others, result)) return false;
    ids_[node.first_result] = std::move(result);
    return true;
  }

  // Slice k of the updates is added to slice place[k] of its batch.
  bool scatter(const ir::Node& node) {
    const ir::ValueId updates = graph_.operands(node)[0];
    const ir::Literal* places = known_.of(graph_.operands(node)[1]);
    const Ids& ids = ids_[updates];
    if (places == nullptr || ids.empty()) return false;
    const auto length = static_cast<std::size_t>(node.attributes->get<std::int64_t>("length"));
    const auto batch_axes = static_cast<std::size_t>(node.attributes->get<std::int64_t>("batch"));
    const std::size_t slices = count_of(places->type);
    std::size_t batches = 1;
    for (std::size_t axis = 0; axis < batch_axes; ++axis) {
      batches *= static_cast<std::size_t>(places->type.shape[axis]);
    }
    if (slices == 0) return true;
    const std::size_t width = ids.size() / slices;
    Ids result(count_of(graph_.type(node.first_result)), IndexSets::empty);
    for (std::size_t k = 0; k < slices; ++k) {
      const double place = ir::element(places->type.dtype, places->buffer.data(), static_cast<std::int64_t>(k));
      if (!(place >= 0 && place < static_cast<double>(length))) return false;
      const std::size_t to = (k / (slices / batches) * length + static_cast<std::size_t>(place)) * width;
      for (std::size_t r = 0; r < width; ++r) result[to + r] = sets_.united(result[to + r], ids[k * width + r]);
    }
    ids_[node.first_result] = std::move(result);
    return true;
  }

  void unite_all(const ir::Node& node) {
    Id all = IndexSets::empty;
    for (const ir::ValueId operand : graph_.operands(node)) {
      if (!ids_[operand].empty()) all = sets_.united(all, sets_.united(ids_[operand]));
    }
    for (std::uint32_t r = 0; r < node.result_count; ++r) {
      ids_[node.first_result + r].assign(count_of(graph_.type(node.first_result + r)), all);
    }
  }

  const ir::Graph& graph_;
  const SparsityLimits& limits_;
  IndexSets sets_;
  std::vector<bool> is_constant_;
  KnownValues known_;
  std::vector<Ids> ids_;  // empty of what depends on nothing
  std::size_t work_ = 0;
};

}  // namespace

Sparsity jacobian_sparsity(const ir::Traced& f, const SparsityLimits& limits) {
  Propagation propagation(f, limits);
  const Ids ids = propagation.run();
  if (ids.empty()) {
    const bool is_empty = f.graph.type(f.graph.outputs().front()).shape.size() == 0;
    if (!is_empty) return {Sparsity::Kind::too_costly, {}};
  }
  const IndexSets& sets = propagation.sets();
  std::size_t entries = 0;
  for (const Id id : ids) entries += sets.size(id);
  if (entries > limits.entries) return {Sparsity::Kind::dense, {}};
  Sparsity result;
  result.pattern.columns = sets.bound();
  std::vector<std::uint32_t> all(sets.bound());
  std::iota(all.begin(), all.end(), 0U);
  for (const Id id : ids) {
    const std::span<const std::uint32_t> row =
        id == IndexSets::full ? std::span<const std::uint32_t>(all) : sets.elements(id);
    result.pattern.entries.insert(result.pattern.entries.end(), row.begin(), row.end());
    result.pattern.begin.push_back(result.pattern.entries.size());
  }
  return result;
}

SparsityPattern symmetric(const SparsityPattern& a) {
  const std::size_t n = a.rows();
  std::vector<std::vector<std::uint32_t>> rows(n);
  for (std::size_t i = 0; i < n; ++i) {
    rows[i].push_back(static_cast<std::uint32_t>(i));
    for (const std::uint32_t j : a.row(i)) {
      rows[i].push_back(j);
      rows[j].push_back(static_cast<std::uint32_t>(i));
    }
  }
  SparsityPattern result;
  result.columns = n;
  for (std::vector<std::uint32_t>& row : rows) {
    std::ranges::sort(row);
    row.erase(std::unique(row.begin(), row.end()), row.end());
    result.entries.insert(result.entries.end(), row.begin(), row.end());
    result.begin.push_back(result.entries.size());
  }
  return result;
}

}  // namespace downhill::analysis
