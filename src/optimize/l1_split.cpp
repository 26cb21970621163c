#include "optimize/l1_split.hpp"

#include <downhill/error.hpp>
#include <downhill/operations.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>

#include "analysis/constants.hpp"
#include "analysis/folds.hpp"
#include "optimize/replay.hpp"

namespace downhill::optimize {

namespace {

using analysis::Fold;
using ir::ValueId;

// sign |slope x + offset| for each element of a fold, apart from a straight part.
struct Part {
  Fold fold;
  bool is_usable = true;
  double sign = 1;
  std::vector<std::size_t> variable = {};  // of each element; meaningless where its slope is 0
  std::vector<double> slope = {}, offset = {}, weight = {};
  Array constant = {};  // of the fold's shape: what is left where the slope is 0
};

// The loss with every fold replaced by its straight part.
Array smooth_part(const ir::Traced& loss, const std::vector<Part>& parts, const Array& x) {
  const ir::Graph& graph = loss.graph;
  Values values(graph.values().size());
  values[graph.inputs()[0]] = x;
  std::vector<ValueId> wanted;
  for (const Part& part : parts) wanted.insert(wanted.end(), {part.fold.first, part.fold.second});
  replay(loss, ancestors(graph, wanted), values);  // what is straight in x, no fold among it
  for (const Part& part : parts) {
    const bool is_absolute = part.fold.kind == Fold::Kind::absolute;
    values[part.fold.result] =
        is_absolute ? part.constant : (*values[part.fold.first] + *values[part.fold.second]) * 0.5 + part.constant;
  }
  replay(loss, ancestors(graph, graph.outputs()), values);
  return *values[graph.outputs()[0]];
}

class Splitter {
 public:
  explicit Splitter(const ir::Traced& loss) : loss_(loss), graph_(loss.graph) {}

  std::vector<Part> parts() const {
    std::vector<Part> parts;
    for (const Fold& fold : analysis::folds(graph_)) parts.push_back({.fold = fold});
    if (parts.empty()) return parts;
    straighten(parts);
    weigh(parts);
    std::erase_if(parts, [](const Part& part) { return !part.is_usable; });
    return parts;
  }

 private:
  // What is folded: p - q, halved but for |p|; for a choice also what decides it.
  [[nodiscard]] std::vector<Array> differences(const std::vector<Part>& parts, const Mask& is_wanted,
                                               const Array& x) const {
    Values values(graph_.values().size());
    values[graph_.inputs()[0]] = x;
    replay(loss_, is_wanted, values);
    std::vector<Array> result;
    for (const Part& part : parts) {
      const Fold& fold = part.fold;
      const Shape& shape = graph_.type(fold.result).shape;
      const bool is_absolute = fold.kind == Fold::Kind::absolute;
      result.push_back(is_absolute ? *values[fold.first]
                                   : broadcast_to((*values[fold.first] - *values[fold.second]) * 0.5, shape));
      if (fold.kind == Fold::Kind::chosen) {
        result.push_back(broadcast_to(*values[fold.high] - *values[fold.low], shape));
      }
    }
    return result;
  }

  // Finds slopes, offsets and variables.
  void straighten(std::vector<Part>& parts) const {
    std::vector<ValueId> wanted;
    for (const Part& part : parts) {
      wanted.insert(wanted.end(), {part.fold.first, part.fold.second});
      if (part.fold.kind == Fold::Kind::chosen) wanted.insert(wanted.end(), {part.fold.low, part.fold.high});
    }
    const Mask is_wanted = ancestors(graph_, wanted);
    const ArrayFunction f = [&](std::span<const Array> x) { return differences(parts, is_wanted, x[0]); };
    const Shape& shape = graph_.type(graph_.inputs()[0]).shape;
    const auto n = static_cast<std::size_t>(shape.size());
    const Array origin = zeros(shape);
    const auto along = [&](const std::vector<double>& direction) {
      return jvp(f, {origin}, {reshape(Array(direction), shape)}).tangents;
    };
    const std::vector<Array> offsets = f(std::vector<Array>{origin});
    const std::vector<Array> slopes = along(std::vector<double>(n, 1.0));
    std::size_t next = 0;
    for (Part& part : parts) {
      part.offset = offsets[next].values();
      part.slope = slopes[next++].values();
      if (part.fold.kind == Fold::Kind::smaller) part.sign = -1;
      if (part.fold.kind == Fold::Kind::chosen) {
        decide(part, slopes[next].values(), offsets[next].values());
        ++next;
      }
    }
    find_variables(parts, n, along);
    for (Part& part : parts) {
      std::vector<double> constant(part.slope.size(), 0.0);
      for (std::size_t k = 0; k < constant.size(); ++k) {
        if (part.slope[k] == 0) constant[k] = part.sign * std::abs(part.offset[k]);
        if (!std::isfinite(part.slope[k]) || !std::isfinite(part.offset[k])) part.is_usable = false;
        if (part.slope[k] != 0 && !std::isfinite(part.offset[k] / part.slope[k])) part.is_usable = false;
      }
      part.constant = Array(constant, graph_.type(part.fold.result).shape);
    }
  }

  // Each element depends on one variable at most if, for every binary digit, it depends on none whose index has it or on none whose
  // index lacks it; a random direction sees through dependences that cancel.
  template <class Along>
  static void find_variables(std::vector<Part>& parts, std::size_t n, const Along& along) {
    const auto each = [&parts](const std::vector<Array>& tangents, const auto& act) {
      std::size_t next = 0;
      for (Part& part : parts) {
        act(part, tangents[next].values());
        next += part.fold.kind == Fold::Kind::chosen ? 2 : 1;
      }
    };
    for (Part& part : parts) part.variable.assign(part.slope.size(), 0);
    std::vector<double> direction(n);
    for (int digit = 0; digit < static_cast<int>(std::bit_width(n - 1)); ++digit) {
      const std::size_t bit = std::size_t{1} << static_cast<unsigned>(digit);
      for (std::size_t i = 0; i < n; ++i) direction[i] = (i & bit) != 0 ? 1 : 0;
      const std::vector<Array> with = along(direction);
      for (double& entry : direction) entry = 1 - entry;
      each(with, [&](Part& part, const std::vector<double>& tangent) {
        for (std::size_t k = 0; k < tangent.size(); ++k) part.variable[k] |= tangent[k] != 0 ? bit : 0;
      });
      each(along(direction), [&](Part& part, const std::vector<double>& tangent) {
        for (std::size_t k = 0; k < tangent.size(); ++k) {
          if (tangent[k] != 0 && (part.variable[k] & bit) != 0) part.is_usable = false;
        }
      });
    }
    std::uint64_t state = 0x9e3779b97f4a7c15U;
    for (double& entry : direction) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      entry = 1 + std::ldexp(static_cast<double>(state >> 11U), -53);
    }
    each(along(direction), [&](Part& part, const std::vector<double>& tangent) {
      for (std::size_t k = 0; k < tangent.size() && part.is_usable; ++k) {
        if (part.slope[k] == 0) part.variable[k] = 0;
        const double expected = part.variable[k] < n ? part.slope[k] * direction[part.variable[k]] : tangent[k] + 1;
        part.is_usable = std::abs(tangent[k] - expected) <= 1e-9 * std::abs(expected);
      }
    });
  }

  // where(low < high, p, q) is the larger of p and q if p - q is a positive multiple of high - low, the smaller if a negative one.
  static void decide(Part& part, const std::vector<double>& slope, const std::vector<double>& offset) {
    double sign = 0;
    for (std::size_t k = 0; k < slope.size(); ++k) {
      if (part.slope[k] == 0 && part.offset[k] == 0) continue;  // p is q
      const double ratio = part.slope[k] / slope[k];
      const double found = ratio > 0 ? 1 : -1;
      const bool is_multiple = std::isfinite(ratio) && ratio != 0 &&
                               std::abs(part.offset[k] - ratio * offset[k]) <= 1e-14 * std::abs(part.offset[k]);
      if (!is_multiple || (sign != 0 && found != sign)) {
        part.is_usable = false;
        return;
      }
      sign = found;
    }
    if (sign != 0) part.sign = sign;
  }

  // The loss without its straight part is linear in the folds: their coefficients are its gradient.
  void weigh(std::vector<Part>& parts) const {
    const std::vector<bool> is_constant = analysis::constants_of(graph_);
    const std::vector<bool> is_linear = analysis::linear_in_output(graph_);
    Mask is_folded(graph_.values().size(), false);  // computed from a fold, and of use to the output through it alone
    for (const Part& part : parts) is_folded[part.fold.result] = true;
    std::vector<ValueId> constants;
    for (const ir::Node& node : graph_.nodes()) {
      bool any = false;
      for (const ValueId operand : graph_.operands(node)) any = any || (is_folded[operand] && !is_constant[operand]);
      if (!any || !is_linear[node.first_result]) continue;
      is_folded[node.first_result] = true;
      for (const ValueId operand : graph_.operands(node)) {
        if (is_constant[operand]) constants.push_back(operand);
      }
    }
    Mask is_wanted = ancestors(graph_, constants);
    for (std::size_t k = 0; k < is_wanted.size(); ++k) is_wanted[k] = is_wanted[k] || is_folded[k];
    const ArrayFunction f = [&](std::span<const Array> folds) -> std::vector<Array> {
      Values values(graph_.values().size());
      for (std::size_t k = 0; k < parts.size(); ++k) values[parts[k].fold.result] = folds[k];
      replay(loss_, is_wanted, values);
      return {*values[graph_.outputs()[0]]};
    };
    std::vector<Array> origin;
    for (const Part& part : parts) origin.push_back(zeros(graph_.type(part.fold.result).shape));
    const std::vector<Array> weights = vjp(f, origin).pullback({full(Shape{}, 1.0)});
    for (std::size_t k = 0; k < parts.size(); ++k) {
      Part& part = parts[k];
      part.weight = weights[k].values();
      for (std::size_t i = 0; i < part.slope.size() && part.is_usable; ++i) {
        part.weight[i] *= part.sign * std::abs(part.slope[i]);
        part.is_usable = part.weight[i] >= 0 && std::isfinite(part.weight[i]);
      }
    }
  }

  const ir::Traced& loss_;
  const ir::Graph& graph_;
};

}  // namespace

L1Split split_l1(const ir::Traced& loss) {
  L1Split result;
  std::vector<Part> parts;
  try {
    parts = Splitter(loss).parts();
  } catch (const ExecutionError&) {
    return result;  // a constant of it cannot be computed
  }
  for (const Part& part : parts) {
    for (std::size_t k = 0; k < part.slope.size(); ++k) {
      const double center = -part.offset[k] / part.slope[k];
      if (part.weight[k] > 0) {
        result.terms.push_back({part.variable[k], part.weight[k], center + 0.0});
      }
    }
  }
  if (result.terms.empty()) return result;
  result.smooth_part = [whole = std::make_shared<const ir::Traced>(loss), parts](std::span<const Array> x) {
    return std::vector<Array>{smooth_part(*whole, parts, x[0])};
  };
  return result;
}

}  // namespace downhill::optimize
