#pragma once
#include "exec/choices.hpp"
#include "ir/graph.hpp"
#include "ops/control.hpp"
#include "ops/primitives.hpp"

#include <downhill/error.hpp>

#include <algorithm>
#include <limits>
#include <vector>

namespace downhill::testing {

struct GraphOptions {
  std::size_t nodes = 12;
  std::int64_t elements = 600;                             ///< of any one value
  std::vector<std::int64_t> lengths = {1, 2, 3, 4, 5, 9};  ///< of axes
  bool has_loops = true;
};

/// Makes random graphs over every primitive of the registry.
class RandomGraph {
 public:
  RandomGraph(Choices& choices, const GraphOptions& options) : choices_(choices), options_(options) {}

  ir::Graph make(const std::vector<Type>& inputs, const std::vector<Type>& wanted = {}) {
    graph_ = {};
    for (const Type& type : inputs) {
      graph_.add_input(type);
    }
    for (std::size_t tries = 0; graph_.nodes().size() < options_.nodes && tries < 4 * options_.nodes; ++tries) {
      try {
        add_node();
      } catch (const ShapeError&) {  // this primitive does not take these operands: another one
      }
    }
    std::vector<ir::ValueId> outputs;
    for (const Type& type : wanted) {
      outputs.push_back(value_of(type));
    }
    if (wanted.empty()) {
      const std::size_t count = 1 + choices_.below(3);
      for (std::size_t k = 0; k < count; ++k) {
        const std::size_t values = graph_.values().size();
        const std::size_t recent = std::min<std::size_t>(values, 6);
        outputs.push_back(static_cast<ir::ValueId>(values - 1 - choices_.below(recent)));
      }
    }
    graph_.set_outputs(outputs);
    return graph_;
  }

  Type random_type() {
    std::vector<std::int64_t> lengths(choices_.below(4));
    for (std::int64_t& length : lengths) {
      length = choices_.among(options_.lengths);
    }
    static const std::vector<DType> dtypes{DType::f64, DType::f64, DType::f64,    DType::f32,
                                           DType::f32, DType::i32, DType::boolean};
    return fitting({choices_.among(dtypes), Shape(lengths)});
  }

 private:
  using Integers = std::vector<std::int64_t>;

  Type fitting(Type type) const {
    while (type.shape.size() > options_.elements) {
      type.shape[static_cast<std::size_t>(std::ranges::max_element(type.shape) - type.shape.begin())] = 1;
    }
    return type;
  }

  const Type& type(ir::ValueId id) const { return graph_.type(id); }

  ir::ValueId any_value() {
    const std::size_t count = graph_.values().size();
    if (count == 0) {
      return value_of(random_type());
    }
    // Rather something new than something old, so that programs are deep.
    return static_cast<ir::ValueId>(choices_.chance(60) ? count - 1 - choices_.below(std::min<std::size_t>(count, 4))
                                                        : choices_.below(count));
  }

  ir::ValueId constant(const Type& type) {
    ir::Literal literal = ir::make_literal(type);
    const bool is_uniform = choices_.chance(30);
    const double first = number(type.dtype);
    for (std::int64_t k = 0; k < type.shape.size(); ++k) {
      ir::set_element(type.dtype, literal.buffer.data(), k, is_uniform ? first : number(type.dtype));
    }
    return graph_.add(ir::constant, {}, {{"value", std::move(literal)}});
  }

  double number(DType dtype) {
    if (dtype == DType::boolean) {
      return choices_.chance(50) ? 1 : 0;
    }
    if (dtype == DType::i32) {
      return static_cast<double>(choices_.below(7)) - 2;
    }
    static const std::vector<double> special{0.0,   -0.0,   1.0,  -1.0,    std::numeric_limits<double>::infinity(),
                                             0.5,   1e-310, 1e30, -2.25e7, std::numeric_limits<double>::quiet_NaN(),
                                             1e-40, 3.0};
    return choices_.chance(15) ? choices_.among(special) : static_cast<double>(choices_.below(4001)) / 1000.0 - 2.0;
  }

  /// A value of exactly this type: one that is there, or a new constant.
  ir::ValueId value_of(const Type& wanted) {
    std::vector<ir::ValueId> fitting;
    for (ir::ValueId id = 0; id < graph_.values().size(); ++id) {
      if (type(id) == wanted) {
        fitting.push_back(id);
      }
    }
    return fitting.empty() || choices_.chance(10) ? constant(wanted) : choices_.among(fitting);
  }

  ir::ValueId value_of_rank(std::size_t rank) {
    for (int tries = 0; tries < 6; ++tries) {
      if (const ir::ValueId id = any_value(); type(id).shape.rank() >= rank) {
        return id;
      }
    }
    Type type = random_type();
    while (type.shape.rank() < rank) {
      Integers lengths = type.shape.lengths();
      lengths.push_back(2);
      type.shape = Shape(lengths);
    }
    return value_of(fitting(type));
  }

  std::int64_t axis_of(ir::ValueId id) { return static_cast<std::int64_t>(choices_.below(type(id).shape.rank())); }

  void add_node() {
    const auto all = ops::primitives();
    const ir::Primitive& primitive = *all[choices_.below(all.size())];
    switch (primitive.lowering) {
      case ir::Lowering::constant: constant(random_type()); break;
      case ir::Lowering::pointwise: add_pointwise(primitive); break;
      case ir::Lowering::reshape: add_reshape(); break;
      case ir::Lowering::view: add_view(primitive); break;
      case ir::Lowering::reduction: add_reduction(primitive); break;
      case ir::Lowering::product: add_product(); break;
      case ir::Lowering::loop:
        if (options_.has_loops) {
          add_scan();
        }
        break;
      case ir::Lowering::branch:
        if (options_.has_loops) {
          add_cond();
        }
        break;
      case ir::Lowering::call: add_example(primitive); break;
    }
  }

  void add_pointwise(const ir::Primitive& primitive) {
    const std::vector<ir::Example> examples = primitive.examples();
    const ir::Example& example = choices_.among(examples);
    const ir::ValueId first = any_value();
    std::vector<ir::ValueId> operands;
    for (const Array& operand : example.operands) {
      operands.push_back(value_of({operand.dtype(), type(first).shape}));
    }
    graph_.add(primitive, operands, example.attributes);
  }

  void add_reshape() {
    const ir::ValueId x = any_value();
    Integers lengths = type(x).shape.lengths();
    if (lengths.size() >= 2 && choices_.chance(60)) {  // join two axes
      const std::size_t k = choices_.below(lengths.size() - 1);
      lengths[k] *= lengths[k + 1];
      lengths.erase(lengths.begin() + static_cast<std::ptrdiff_t>(k) + 1);
    } else {
      const std::size_t k = choices_.below(lengths.size() + 1);
      lengths.insert(lengths.begin() + static_cast<std::ptrdiff_t>(k), 1);
      if (k + 1 < lengths.size() && lengths[k + 1] % 2 == 0) {  // split an axis
        lengths[k] = 2;
        lengths[k + 1] /= 2;
      }
    }
    graph_.add(primitives::reshape, {{x}}, {{"shape", lengths}});
  }

  void add_view(const ir::Primitive& primitive) {
    if (&primitive == &primitives::transpose) {
      const ir::ValueId x = value_of_rank(2);
      Integers axes(type(x).shape.rank());
      for (std::size_t k = 0; k < axes.size(); ++k) {
        axes[k] = static_cast<std::int64_t>(k);
      }
      std::swap(axes[choices_.below(axes.size())], axes[choices_.below(axes.size())]);
      graph_.add(primitive, {{x}}, {{"axes", axes}});
    } else if (&primitive == &primitives::broadcast_to) {
      const ir::ValueId x = any_value();
      Integers lengths = type(x).shape.lengths();
      for (std::int64_t& length : lengths) {
        length = length == 1 ? choices_.among(options_.lengths) : length;
      }
      if (lengths.size() < 3 && choices_.chance(60)) {
        lengths.insert(lengths.begin(), choices_.among(options_.lengths));
      }
      if (Shape(lengths).size() <= options_.elements) {
        graph_.add(primitive, {{x}}, {{"shape", lengths}});
      }
    } else if (&primitive == &primitives::slice) {
      add_slice();
    } else if (&primitive == &primitives::pad) {
      add_pad();
    } else if (&primitive == &primitives::concatenate) {
      const ir::ValueId x = value_of_rank(1);
      const std::int64_t axis = axis_of(x);
      std::vector<ir::ValueId> operands{x};
      for (std::size_t k = choices_.below(3); k > 0; --k) {
        Type other = type(x);
        other.shape[static_cast<std::size_t>(axis)] = choices_.among(options_.lengths);
        operands.push_back(value_of(other));
      }
      graph_.add(primitive, operands, {{"axis", axis}});
    } else {
      add_example(primitive);
    }
  }

  void add_slice() {
    const ir::ValueId x = value_of_rank(1);
    Integers begin;
    Integers step;
    Integers counts;
    for (const std::int64_t length : type(x).shape) {
      const auto first = static_cast<std::int64_t>(choices_.below(static_cast<std::size_t>(length)));
      const std::int64_t by = choices_.chance(60) ? 1 : choices_.chance(50) ? 2 : choices_.chance(50) ? -1 : 3;
      const std::int64_t most = by > 0 ? (length - first + by - 1) / by : first / -by + 1;
      begin.push_back(first);
      step.push_back(by);
      counts.push_back(
          choices_.chance(70) ? most : 1 + static_cast<std::int64_t>(choices_.below(static_cast<std::size_t>(most))));
    }
    graph_.add(primitives::slice, {{x}}, {{"begin", begin}, {"step", step}, {"counts", counts}});
  }

  void add_pad() {
    const ir::ValueId x = value_of_rank(1);
    Integers before;
    Integers after;
    Integers between;
    for (std::size_t k = 0; k < type(x).shape.rank(); ++k) {
      before.push_back(static_cast<std::int64_t>(choices_.below(3)));
      after.push_back(static_cast<std::int64_t>(choices_.below(3)));
      between.push_back(choices_.chance(75) ? 0 : 1);
    }
    if (type(x).shape.size() * 4 <= options_.elements) {
      graph_.add(primitives::pad, {{x}}, {{"before", before}, {"after", after}, {"between", between}});
    }
  }

  void add_reduction(const ir::Primitive& primitive) {
    const ir::ValueId x = value_of_rank(1);
    Integers axes;
    for (std::size_t k = 0; k < type(x).shape.rank(); ++k) {
      if (choices_.chance(55)) {
        axes.push_back(static_cast<std::int64_t>(k));
      }
    }
    graph_.add(primitive, {{x}}, {{"axes", axes}});
  }

  void add_product() {
    const ir::ValueId x = value_of_rank(2);
    const ir::ValueId y = any_value();
    Type wanted = type(x);
    const std::size_t rank = wanted.shape.rank();
    wanted.shape[rank - 2] = type(x).shape[rank - 1];
    wanted.shape[rank - 1] = choices_.among(options_.lengths);
    if (wanted.shape.size() <= options_.elements && is_real(wanted.dtype)) {
      const bool fits = type(y).dtype == wanted.dtype && type(y).shape.rank() == rank &&
                        type(y).shape[rank - 2] == wanted.shape[rank - 2];
      graph_.add(primitives::matmul, {{x, fits ? y : value_of(wanted)}});
    }
  }

  std::vector<ir::ValueId> some_values(std::size_t count) {
    std::vector<ir::ValueId> values;
    for (std::size_t k = 0; k < count; ++k) {
      values.push_back(any_value());
    }
    return values;
  }

  ir::SubGraph inner(const std::vector<Type>& inputs, const std::vector<Type>& outputs) {
    GraphOptions options = options_;
    options.nodes = 4;
    options.elements = 40;
    options.has_loops = choices_.chance(20);
    return std::make_shared<const ir::Graph>(RandomGraph(choices_, options).make(inputs, outputs));
  }

  void add_scan() {
    const std::int64_t length = choices_.among(options_.lengths);
    const std::vector<ir::ValueId> constants = some_values(choices_.below(2));
    const std::vector<ir::ValueId> carry = some_values(choices_.below(3));
    std::vector<ir::ValueId> operands = constants;
    operands.insert(operands.end(), carry.begin(), carry.end());
    std::vector<Type> inputs;
    std::vector<Type> outputs;
    for (const ir::ValueId id : operands) {
      inputs.push_back(type(id));
    }
    for (const ir::ValueId id : carry) {
      outputs.push_back(type(id));
    }
    for (std::size_t k = choices_.below(3); k > 0; --k) {
      Type slice = random_type();
      if (slice.shape.size() * length > options_.elements) {
        slice.shape = {};
      }
      Integers lengths = slice.shape.lengths();
      lengths.insert(lengths.begin(), length);
      operands.push_back(value_of({slice.dtype, Shape(lengths)}));
      inputs.push_back(slice);
    }
    for (std::size_t k = choices_.below(3); k > 0; --k) {
      Type slice = random_type();
      if (slice.shape.size() * length > options_.elements) {
        slice.shape = {};
      }
      outputs.push_back(slice);
    }
    if (outputs.empty()) {
      return;
    }
    graph_.add(primitives::scan, operands,
               {{"body", inner(inputs, outputs)},
                {"constants", static_cast<std::int64_t>(constants.size())},
                {"carry", static_cast<std::int64_t>(carry.size())},
                {"length", length},
                {"backward", std::int64_t{choices_.chance(30) ? 1 : 0}}});
  }

  void add_cond() {
    std::vector<ir::ValueId> operands{value_of({DType::boolean, {}})};
    std::vector<Type> inputs;
    std::vector<Type> outputs;
    for (const ir::ValueId id : some_values(choices_.below(3))) {
      operands.push_back(id);
      inputs.push_back(type(id));
    }
    for (std::size_t k = 1 + choices_.below(2); k > 0; --k) {
      outputs.push_back(random_type());
    }
    graph_.add(primitives::cond, operands, {{"then", inner(inputs, outputs)}, {"else", inner(inputs, outputs)}});
  }

  /// An application as the primitive's own examples show it, on values of those types or on the example's numbers.
  void add_example(const ir::Primitive& primitive) {
    const std::vector<ir::Example> examples = primitive.examples();
    const ir::Example& example = choices_.among(examples);
    std::vector<ir::ValueId> operands;
    for (const Array& operand : example.operands) {
      operands.push_back(is_real(operand.dtype()) && choices_.chance(50)
                             ? value_of(operand.type())
                             : graph_.add(ir::constant, {}, {{"value", ir::literal_of(operand)}}));
    }
    graph_.add(primitive, operands, example.attributes);
  }

  Choices& choices_;
  const GraphOptions& options_;
  ir::Graph graph_;
};

}  // namespace downhill::testing
