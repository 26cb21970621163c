#pragma once
#include "exec/random_graph.hpp"

/// Random programs, for the law that all ways to run a program give the same bits.
namespace downhill::testing {

/// A program and numbers to run it on.
struct RandomProgram {
  ir::Graph graph;
  std::vector<ir::Literal> inputs;
};

inline RandomProgram random_program(Choices& choices, const GraphOptions& options) {
  RandomGraph maker(choices, options);
  std::vector<Type> types;
  for (std::size_t k = 1 + choices.below(3); k > 0; --k) {
    types.push_back(maker.random_type());
  }
  RandomProgram program{maker.make(types), {}};
  for (const Type& type : types) {
    ir::Literal literal = ir::make_literal(type);
    for (std::int64_t k = 0; k < type.shape.size(); ++k) {
      const bool is_whole = !is_real(type.dtype);
      const double number = is_whole ? static_cast<double>(choices.below(5)) - (type.dtype == DType::i32 ? 1.0 : 0.0)
                                     : static_cast<double>(choices.below(6001)) / 1000.0 - 3.0;
      ir::set_element(type.dtype, literal.buffer.data(), k, number);
    }
    program.inputs.push_back(std::move(literal));
  }
  return program;
}

}  // namespace downhill::testing
