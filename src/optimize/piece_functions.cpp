#include "optimize/piece_functions.hpp"

#include <downhill/operations.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "analysis/constants.hpp"

namespace downhill::optimize {

namespace {

using analysis::Branch;
using ir::ValueId;

std::size_t size_of(const ir::Graph& graph, ValueId value) {
  return static_cast<std::size_t>(graph.type(value).shape.size());
}

Array flat(const Array& x) { return reshape(x, Shape{x.size()}); }

Array joined(const std::vector<Array>& arrays) {
  std::vector<Array> flattened;
  for (const Array& array : arrays) flattened.push_back(flat(array));
  return flattened.size() == 1 ? flattened.front() : concatenate(flattened);
}

// The next numbers of a flat array, in a shape.
class Reader {
 public:
  explicit Reader(const Array& from) : from_(from) {}
  Array next(const Shape& shape) {
    const std::int64_t begin = std::exchange(at_, at_ + shape.size());
    return reshape(slice(from_, {{begin, at_}}), shape);
  }

 private:
  const Array& from_;
  std::int64_t at_ = 0;
};

// For each element of an array the one it is reduced to.
std::vector<std::size_t> reduced_index(const Shape& shape, const std::vector<std::int64_t>& axes) {
  std::vector<std::size_t> stride(shape.rank(), 0);
  std::size_t next = 1;
  for (std::size_t axis = shape.rank(); axis-- > 0;) {
    if (std::ranges::find(axes, static_cast<std::int64_t>(axis)) != axes.end()) continue;
    stride[axis] = next;
    next *= static_cast<std::size_t>(shape[axis]);
  }
  std::vector<std::size_t> result(static_cast<std::size_t>(shape.size()), 0);
  for (std::size_t k = 0; k < result.size(); ++k) {
    std::size_t rest = k;
    for (std::size_t axis = shape.rank(); axis-- > 0;) {
      const auto length = static_cast<std::size_t>(shape[axis]);
      result[k] += stride[axis] * (rest % length);
      rest /= length;
    }
  }
  return result;
}

const ir::Node& node_of(const ir::Graph& graph, ValueId value) { return graph.nodes()[graph.values()[value].node]; }

}  // namespace

PieceFunctions::PieceFunctions(ir::Traced loss, analysis::Branches branches)
    : loss_(std::move(loss)), branches_(std::move(branches.all)), comparisons_(std::move(branches.comparisons)) {
  const ir::Graph& graph = loss_.graph;
  std::size_t weights = 0, groups = 0;
  for (const Branch& branch : branches_) {
    PieceSource::Part part;
    part.is_largest = branch.is_largest;
    part.first_weight = weights;
    part.first_group = groups;
    part.groups = size_of(graph, branch.result);
    Mask inside;
    switch (branch.kind) {
      case Branch::Kind::pair: part.weights = part.groups; break;
      case Branch::Kind::extreme:
        part.kind = PieceSource::Part::Kind::extreme;
        part.weights = size_of(graph, branch.first);
        part.group_of = reduced_index(graph.type(branch.first).shape,
                                      node_of(graph, branch.result).attributes->get<std::vector<std::int64_t>>("axes"));
        break;
      case Branch::Kind::length:
        part.kind = PieceSource::Part::Kind::length;
        for (const ValueId factor : factors(branch)) part.weights += size_of(graph, factor);
        part.weights += part.groups;
        if (!branch.squares.empty()) {
          inside.assign(graph.values().size(), false);
          const Mask before = ancestors(graph, std::array{branch.sum});
          Mask after(graph.values().size(), false);
          for (const ValueId square : branch.squares) after[square] = true;
          for (const ir::Node& node : graph.nodes()) {
            for (const ValueId operand : graph.operands(node)) {
              if (!after[operand] || !before[node.first_result] || after[node.first_result]) continue;
              after[node.first_result] = inside[node.first_result] = true;
            }
          }
        }
        break;
    }
    weights += part.weights;
    groups += part.groups;
    parts_.push_back(std::move(part));
    inside_.push_back(std::move(inside));
  }
  weights_ = static_cast<std::int64_t>(weights);
  groups_ = static_cast<std::int64_t>(groups);
}

Type PieceFunctions::weights_type() const { return {DType::f64, Shape{weights_}}; }

std::size_t PieceFunctions::comparisons() const {
  std::size_t result = 0;
  for (const ValueId value : comparisons_) result += size_of(loss_.graph, value);
  return result;
}

std::vector<ValueId> PieceFunctions::factors(const Branch& branch) const {
  if (branch.squares.empty()) return {branch.first, branch.second};
  std::vector<ValueId> result;
  for (const ValueId square : branch.squares) {
    result.push_back(loss_.graph.operands(node_of(loss_.graph, square))[0]);
  }
  return result;
}

Array PieceFunctions::sum_of(const Branch& branch, const std::vector<Array>& squares, const Values& values) const {
  if (branch.squares.empty()) return squares[0] + squares[1];
  Values with = values;
  const Mask& inside = inside_[static_cast<std::size_t>(&branch - branches_.data())];
  for (std::size_t k = 0; k < with.size(); ++k) {
    if (inside[k]) with[k].reset();
  }
  for (std::size_t k = 0; k < squares.size(); ++k) with[branch.squares[k]] = squares[k];
  if (inside[branch.sum]) replay(loss_, inside, with);
  return *with[branch.sum];
}

// v / |v|, each element over the length it is part of; zeros where that is zero.
std::vector<Array> PieceFunctions::unit_vectors(const Branch& branch, const std::vector<Array>& vectors,
                                                const Values& values) const {
  const auto sum = [&](std::span<const Array> squares) -> std::vector<Array> {
    return {sum_of(branch, {squares.begin(), squares.end()}, values)};
  };
  std::vector<Array> squares;
  for (const Array& v : vectors) squares.push_back(square(v));
  const VjpResult linear = vjp(sum, squares);
  const Array& of = linear.results.front();
  const Array length = where(equal(of, 0.0), 1.0, sqrt(where(equal(of, 0.0), 1.0, of)));
  const std::vector<Array> coefficients = linear.pullback({ones(of.shape())});
  const std::vector<Array> lengths = linear.pullback({length});
  std::vector<Array> result;
  for (std::size_t k = 0; k < vectors.size(); ++k) {
    const Array is_out = equal(coefficients[k], 0.0);
    const Array spread = where(is_out, 1.0, lengths[k]) / where(is_out, 1.0, coefficients[k]);
    result.push_back(where(is_out, 0.0, vectors[k] / spread));
  }
  return result;
}

PieceFunctions::Met PieceFunctions::replayed(const Array& x, const Array& weights, const Array& shifts) const {
  const ir::Graph& graph = loss_.graph;
  Values values(graph.values().size());
  values[graph.inputs()[0]] = x;
  for (std::size_t k = 0; k < loss_.captured.size(); ++k) values[graph.inputs()[k + 1]] = loss_.captured[k];
  std::vector<std::size_t> branch_at(graph.values().size(), branches_.size());
  for (std::size_t k = 0; k < branches_.size(); ++k) branch_at[branches_[k].result] = k;
  Reader weight(weights), shift(shifts);
  Met met{Array(0.0), {}, {}, {}};
  const auto mixture = [&](const Branch& branch) -> Array {
    const auto of = [&](ValueId value) { return *values[value]; };
    const Shape& shape = graph.type(branch.result).shape;
    switch (branch.kind) {
      case Branch::Kind::pair: {
        const Array t = weight.next(shape);
        if (branch.is_absolute) {
          met.numbers.push_back(2.0 * of(branch.first));
          return (2.0 * t - 1.0) * of(branch.first);
        }
        met.numbers.push_back(broadcast_to(of(branch.first) - of(branch.second), shape));
        return broadcast_to(t * of(branch.first) + (1.0 - t) * of(branch.second), shape);
      }
      case Branch::Kind::extreme: {
        const Array& x_all = of(branch.first);
        met.numbers.push_back(x_all);
        const auto& axes = node_of(graph, branch.result).attributes->get<std::vector<std::int64_t>>("axes");
        return sum(weight.next(x_all.shape()) * x_all, Axes(axes));
      }
      case Branch::Kind::length: break;
    }
    std::vector<Array> products;
    for (const ValueId factor : factors(branch)) {
      met.numbers.push_back(of(factor));
      products.push_back(weight.next(graph.type(factor).shape) * of(factor));
    }
    const Array sum = sum_of(branch, products, values);
    return branch.factor ? of(*branch.factor) * sum : sum;
  };
  // A length as a smooth function; anything where it is not taken as one.
  const auto smooth_length = [&](const Branch& branch, const Array& is_smooth, const Array& length) {
    if (branch.factor) return length;
    const auto safe = [&](const Array& y) { return where(is_smooth, y, 1.0); };
    if (branch.squares.empty()) return hypot(safe(*values[branch.first]), safe(*values[branch.second]));
    return sqrt(safe(*values[branch.sum]));
  };
  std::vector<Array> operands;
  for (const ir::Node& node : graph.nodes()) {
    operands.clear();
    for (const ValueId operand : graph.operands(node)) operands.push_back(*values[operand]);
    std::vector<Array> results = ir::apply_all(*node.primitive, operands, *node.attributes, node.where);
    if (const std::size_t k = branch_at[node.first_result]; k < branches_.size()) {
      const Array mixed = mixture(branches_[k]);
      Array gap = stop_gradient(results[0] - mixed);
      Array taken = mixed + gap;
      if (branches_[k].kind == Branch::Kind::length) {
        met.numbers.push_back(stop_gradient(results[0]));
        const Array is_smooth = greater(weight.next(gap.shape()), 0.5);
        taken = where(is_smooth, smooth_length(branches_[k], is_smooth, results[0]), taken);
        gap = where(is_smooth, 0.0, gap);
      }
      met.gaps.push_back(gap);
      results[0] = taken + shift.next(gap.shape());
    }
    for (std::uint32_t r = 0; r < node.result_count; ++r) values[node.first_result + r] = std::move(results[r]);
  }
  for (const ValueId comparison : comparisons_) {
    const auto sides = graph.operands(node_of(graph, comparison));
    met.margins.push_back(broadcast_to(*values[sides[0]] - *values[sides[1]], graph.type(comparison).shape));
  }
  met.value = *values[graph.outputs()[0]];
  return met;
}

std::vector<Array> PieceFunctions::alternatives(const Array& x, const Array& weights, const Array& direction) const {
  const Array none = zeros(Shape{groups_});
  const Array gaps = joined(replayed(x, weights, none).gaps);
  const auto numbers = [&](std::span<const Array> at) { return replayed(at[0], weights, at[1]).numbers; };
  // What a kink gains on its way to other alternatives is what is left after the gap.
  JvpResult along = jvp(numbers, {x, none}, {direction, -gaps});
  std::vector<Array> changes;
  std::size_t next = 0;
  for (const Branch& branch : branches_) {
    if (branch.kind != Branch::Kind::length) {
      changes.push_back(along.tangents[next++]);
      continue;
    }
    std::vector<Array> moved, squares, products;
    for (std::size_t k = factors(branch).size(); k-- > 0; ++next) {
      moved.push_back(along.results[next] + along.tangents[next]);
      squares.push_back(square(along.results[next]));
      products.push_back(along.results[next] * moved.back());
    }
    ++next;  // the length itself
    Values constants(loss_.graph.values().size());
    const std::vector<bool> is_constant = analysis::constants_of(loss_.graph);
    replay(loss_, is_constant, constants);
    for (Array& unit : unit_vectors(branch, moved, constants)) changes.push_back(std::move(unit));
    const Array whole = sum_of(branch, squares, constants);
    changes.push_back(sum_of(branch, products, constants) / where(equal(whole, 0.0), 1.0, whole));
  }
  return {joined(along.results), joined(changes)};
}

std::vector<Array> PieceFunctions::cut(const Array& x, const Array& weights) const {
  const auto value = [&](std::span<const Array> at) -> std::vector<Array> {
    return {replayed(at[0], weights, at[1]).value};
  };
  const VjpResult found = vjp(value, {x, zeros(Shape{groups_})});
  const std::vector<Array> slopes = found.pullback({full(Shape{}, 1.0)});
  const Array none = zeros(Shape{groups_});
  return {slopes[0], slopes[1], joined(replayed(x, weights, none).gaps)};
}

Array PieceFunctions::hessian(const Array& x, const Array& weights) const {
  const auto value = [&](std::span<const Array> at) -> std::vector<Array> {
    return {replayed(at[0], weights, zeros(Shape{groups_})).value};
  };
  return hessian_at(value, std::array{x});
}

std::vector<Array> PieceFunctions::margins(const Array& x, const Array& weights, const Array& direction) const {
  const auto found = [&](std::span<const Array> at) { return replayed(at[0], weights, zeros(Shape{groups_})).margins; };
  const JvpResult along = jvp(found, {x}, {direction});
  return {joined(along.results), joined(along.tangents)};
}

}  // namespace downhill::optimize
