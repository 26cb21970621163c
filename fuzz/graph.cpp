#include "exec/canonical.hpp"
#include "exec/loop_interpreter.hpp"
#include "exec/schedule.hpp"
#include "ir/trace.hpp"

#include <cstdio>
#include <cstdlib>

#include "exec/outcome.hpp"

/// Any bytes choose a program over all primitives. Passes and schedules, whatever they may do, keep the bits that the
/// graph gives; every loop program passes the verifier.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace exec = downhill::exec;
  namespace testing = downhill::testing;
  if (size > 4096) {
    return 0;
  }
  testing::Choices choices(data, size);
  testing::GraphOptions graphs;
  graphs.nodes = 4 + choices.below(24);
  if (choices.chance(30)) {
    graphs.lengths = {1, 2, 3, 70, 200, 600};
    graphs.elements = 2400;
    graphs.has_loops = false;
  }
  testing::RandomProgram program = testing::random_program(choices, graphs);
  program.graph = exec::canonical(program.graph);
  const testing::Outcome expected = testing::reference(program);
  for (const auto fusion : {exec::ScheduleOptions::Fusion::none, exec::ScheduleOptions::Fusion::nests,
                            exec::ScheduleOptions::Fusion::tiles}) {
    for (const std::int64_t unrolled : {0, 4}) {
      const auto loops = exec::schedule(
          program.graph,
          {.fusion = fusion, .unrolled_elements = unrolled, .unrolled_elements_if_small = 16 * unrolled});
      downhill::ir::loops::verify(loops);
      const std::string found =
          testing::difference(expected, testing::outcome(program, [&](const auto& inputs, auto& outputs) {
                                return exec::interpret(loops, inputs, outputs).status;
                              }));
      if (!found.empty()) {
        std::fprintf(stderr, "%s\n%s%s", found.c_str(), downhill::ir::print(program.graph).c_str(),
                     downhill::ir::loops::print(loops).c_str());
        std::abort();
      }
    }
  }
  return 0;
}
