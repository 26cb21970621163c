#include "exec/loop_interpreter.hpp"
#include "exec/passes/dead_code.hpp"
#include "exec/random_graph.hpp"
#include "exec/schedule.hpp"
#include "ir/trace.hpp"

#include <gtest/gtest.h>

#include <cstring>

namespace downhill::exec {
namespace {

using testing::RandomProgram;

struct Outcome {
  ir::Status status;
  std::vector<ir::Literal> outputs;
};

std::vector<const void*> pointers(const std::vector<ir::Literal>& literals) {
  std::vector<const void*> all;
  for (const ir::Literal& literal : literals) {
    all.push_back(literal.buffer.data());
  }
  return all;
}

template <class Run>
Outcome outcome(const ir::Graph& graph, const Run& run) {
  Outcome result;
  std::vector<void*> outputs;
  for (const ir::ValueId output : graph.outputs()) {
    result.outputs.push_back(ir::make_literal(graph.type(output)));
    std::memset(result.outputs.back().buffer.data(), 0x5a, result.outputs.back().buffer.bytes());
    outputs.push_back(result.outputs.back().buffer.data());
  }
  result.status = run(outputs);
  return result;
}

/// Empty if the scheduled program gives what the graph gives, else what differs.
std::string difference(const RandomProgram& program, const ScheduleOptions& options) {
  const std::vector<const void*> inputs = pointers(program.inputs);
  const Outcome expected = outcome(program.graph, [&](auto& out) { return ir::evaluate(program.graph, inputs, out); });
  const ir::loops::LoopProgram loops = schedule(program.graph, options);
  const auto explained = [&](const std::string& what) {
    return what + "\n" + ir::print(program.graph) + ir::loops::print(loops);
  };
  try {
    ir::loops::verify(loops);
    const Outcome found = outcome(program.graph, [&](auto& out) { return interpret(loops, inputs, out).status; });
    if (found.status.fault != expected.status.fault) {
      return explained("another fault");
    }
    for (std::size_t k = 0; k < expected.outputs.size() && found.status.fault == ir::Fault::none; ++k) {
      if (!testing::same_bits(expected.outputs[k], found.outputs[k])) {
        return explained("output " + std::to_string(k) + ": " + to_string(ir::make_array(expected.outputs[k])) + " and " +
                         to_string(ir::make_array(found.outputs[k])));
      }
    }
  } catch (const Error& error) {
    return explained(error.what());
  }
  return {};
}

void check_seeds(std::uint64_t begin, std::uint64_t end, const testing::GraphOptions& graphs, const ScheduleOptions& options) {
  for (std::uint64_t seed = begin; seed < end; ++seed) {
    testing::Choices choices(seed);
    RandomProgram program = testing::random_program(choices, graphs);
    program.graph = passes::remove_dead_code(program.graph);
    const std::string found = difference(program, options);
    ASSERT_TRUE(found.empty()) << "seed " << seed << ": " << found;
  }
}

TEST(Schedule, OneNestANodeGivesTheBitsOfTheGraph) {
  check_seeds(0, 1000, {}, {.fusion = ScheduleOptions::Fusion::none});
}

TEST(Schedule, FusedNestsGiveTheBitsOfTheGraph) {
  check_seeds(0, 1000, {}, {.fusion = ScheduleOptions::Fusion::nests, .unrolled_elements = 0, .unrolled_elements_if_small = 0});
}

TEST(Schedule, UnrolledProgramsGiveTheBitsOfTheGraph) {
  check_seeds(0, 1000, {}, {.fusion = ScheduleOptions::Fusion::nests});
}

TEST(Schedule, TilesGiveTheBitsOfTheGraph) {
  check_seeds(0, 500, {}, {});
  check_seeds(1000, 1300, {.nodes = 10, .elements = 4000, .lengths = {1, 2, 3, 700, 1100}, .has_loops = false}, {});
}

}  // namespace
}  // namespace downhill::exec
