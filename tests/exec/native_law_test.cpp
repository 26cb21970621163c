#include "exec/canonical.hpp"
#include "exec/outcome.hpp"
#include "exec/plugin.hpp"
#include "exec/schedule.hpp"
#include "exec/thread_pool.hpp"

#include <gtest/gtest.h>

namespace downhill::exec {
namespace {

using testing::RandomProgram;

/// Several programs side by side as one, so that native code for all of them is made at once.
RandomProgram joined(const std::vector<RandomProgram>& programs) {
  RandomProgram all;
  std::vector<ir::ValueId> outputs;
  for (const RandomProgram& program : programs) {
    std::vector<ir::ValueId> values(program.graph.values().size());
    for (const ir::ValueId input : program.graph.inputs()) {
      values[input] = all.graph.add_input(program.graph.type(input));
    }
    all.inputs.insert(all.inputs.end(), program.inputs.begin(), program.inputs.end());
    for (const ir::Node& node : program.graph.nodes()) {
      std::vector<ir::ValueId> operands;
      for (const ir::ValueId operand : program.graph.operands(node)) {
        operands.push_back(values[operand]);
      }
      const ir::ValueId first = all.graph.add(*node.primitive, operands, *node.attributes);
      for (std::uint32_t k = 0; k < node.result_count; ++k) {
        values[node.first_result + k] = first + k;
      }
    }
    for (const ir::ValueId output : program.graph.outputs()) {
      outputs.push_back(values[output]);
    }
  }
  all.graph.set_outputs(outputs);
  return all;
}

testing::Outcome run(const ir::Executable& code, const RandomProgram& program, int thread_count) {
  struct alignas(64) Line {
    std::byte bytes[64];
  };
  std::vector<Line> workspace(code.workspace_bytes() / sizeof(Line) + 1);
  const ir::Threads pool = threads(thread_count);
  return testing::outcome(program, [&](const auto& inputs, auto& outputs) {
    return code.run(inputs.data(), outputs.data(), workspace.data(), pool, {}).status;
  });
}

void check_seeds(std::uint64_t begin, std::uint64_t end, std::size_t batch, const testing::GraphOptions& options,
                 ir::Effort effort) {
  if (native_backend().backend == nullptr) {
    GTEST_SKIP() << native_backend().reason;
  }
  for (std::uint64_t first = begin; first < end; first += batch) {
    std::vector<RandomProgram> programs;
    for (std::uint64_t seed = first; seed < std::min(end, first + batch); ++seed) {
      testing::Choices choices(seed);
      RandomProgram program = testing::random_program(choices, options);
      program.graph = canonical(program.graph);
      if (testing::reference(program).status.fault == ir::Fault::none) {  // faults end a run for all of them
        programs.push_back(std::move(program));
      }
    }
    const RandomProgram program = joined(programs);
    std::string error;
    const auto code =
        native_backend().backend->compile(schedule(program.graph), {.effort = effort, .cache_directory = {}}, error);
    if (code == nullptr && programs.size() > 1) check_seeds(first, std::min(end, first + batch), 1, options, effort);
    ASSERT_NE(code, nullptr) << "seeds from " << first << ": " << error << "\n"
                             << ir::print(program.graph) << ir::loops::print(schedule(program.graph));
    const testing::Outcome expected = testing::reference(program);
    for (const int thread_count : {1, 2}) {
      const std::string found = testing::difference(expected, run(*code, program, thread_count));
      if (!found.empty() && programs.size() > 1) {  // name the one that differs
        check_seeds(first, std::min(end, first + batch), 1, options, effort);
      }
      ASSERT_TRUE(found.empty()) << "seeds from " << first << " with " << thread_count << " threads: " << found << "\n"
                                 << ir::print(program.graph) << ir::loops::print(schedule(program.graph));
    }
  }
}

// 10,000 seeds, in parts that can run side by side.
class NativeLawOverSeeds : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(NativeLawOverSeeds, QuickCodeGivesTheBitsOfTheGraph) {
  check_seeds(GetParam(), GetParam() + 2500, 16, {}, ir::Effort::quick);
}
INSTANTIATE_TEST_SUITE_P(Parts, NativeLawOverSeeds, ::testing::Values(0, 2500, 5000, 7500));

TEST(NativeLaw, OptimisedCodeGivesTheBitsOfTheGraph) { check_seeds(10000, 12000, 16, {}, ir::Effort::optimised); }
TEST(NativeLaw, LongAxesGiveTheBitsOfTheGraph) {
  check_seeds(20000, 21000, 4,
              {.nodes = 14, .elements = 9000, .lengths = {1, 2, 3, 8, 600, 1100, 2100}, .has_loops = false},
              ir::Effort::optimised);
}

}  // namespace
}  // namespace downhill::exec
