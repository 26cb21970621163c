#pragma once
#include "exec/random_program.hpp"
#include "ir/trace.hpp"

#include <bit>
#include <cmath>
#include <cstring>
#include <string>

namespace downhill::testing {

/// What a run gave: a status and the outputs.
struct Outcome {
  ir::Status status;
  std::vector<ir::Literal> outputs;
};

inline std::vector<const void*> pointers(const std::vector<ir::Literal>& literals) {
  std::vector<const void*> all;
  for (const ir::Literal& literal : literals) {
    all.push_back(literal.buffer.data());
  }
  return all;
}

/// Runs `run(inputs, outputs)`, which gives a Status, on rubbish-filled outputs of the program's types.
template <class Run>
Outcome outcome(const RandomProgram& program, const Run& run) {
  Outcome result;
  std::vector<void*> outputs;
  for (const ir::ValueId output : program.graph.outputs()) {
    result.outputs.push_back(ir::make_literal(program.graph.type(output)));
    std::memset(result.outputs.back().buffer.data(), 0x5a, result.outputs.back().buffer.bytes());
    outputs.push_back(result.outputs.back().buffer.data());
  }
  result.status = run(pointers(program.inputs), outputs);
  return result;
}

inline Outcome reference(const RandomProgram& program) {
  return outcome(program,
                 [&](const auto& inputs, auto& outputs) { return ir::evaluate(program.graph, inputs, outputs); });
}

/// The same bits, any two NaNs being equal.
inline bool same_bits(const ir::Literal& a, const ir::Literal& b) {
  for (std::int64_t k = 0; k < a.type.shape.size(); ++k) {
    const double x = ir::element(a.type.dtype, a.buffer.data(), k);
    const double y = ir::element(b.type.dtype, b.buffer.data(), k);
    if (std::bit_cast<std::uint64_t>(x) != std::bit_cast<std::uint64_t>(y) && !(std::isnan(x) && std::isnan(y))) {
      return false;
    }
  }
  return true;
}

/// Empty if both are the same, else what differs.
inline std::string difference(const Outcome& expected, const Outcome& found) {
  if (found.status.fault != expected.status.fault) {
    return "faults differ: " + std::to_string(static_cast<int>(expected.status.fault)) + " and " +
           std::to_string(static_cast<int>(found.status.fault));
  }
  for (std::size_t k = 0; k < expected.outputs.size() && found.status.fault == ir::Fault::none; ++k) {
    if (!same_bits(expected.outputs[k], found.outputs[k])) {
      return "output " + std::to_string(k) + " differs: " + to_string(ir::make_array(expected.outputs[k])) + " and " +
             to_string(ir::make_array(found.outputs[k]));
    }
  }
  return {};
}

}  // namespace downhill::testing
