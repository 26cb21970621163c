#include "exec/schedule.hpp"

#include "exec/schedule/builder.hpp"
#include "exec/schedule/epilogues.hpp"
#include "exec/schedule/lower.hpp"
#include "exec/schedule/memory.hpp"
#include "exec/schedule/tile.hpp"

namespace downhill::exec {

ir::loops::LoopProgram schedule(const ir::Graph& graph, const ScheduleOptions& options) {
  using namespace scheduling;
  Shared shared;
  shared.options = options;
  std::vector<View> inputs;
  std::vector<View> outputs;
  for (std::size_t k = 0; k < graph.inputs().size(); ++k) {
    const Type& type = graph.type(graph.inputs()[k]);
    inputs.push_back(whole(shared.add_place(type, Place::Kind::input, k), type.shape));
  }
  for (std::size_t k = 0; k < graph.outputs().size(); ++k) {
    const Type& type = graph.type(graph.outputs()[k]);
    outputs.push_back(whole(shared.add_place(type, Place::Kind::output, k), type.shape));
  }
  DraftSteps steps = Builder(shared, graph, std::move(inputs), std::move(outputs), 0).build();
  Draft draft{std::move(shared.places), std::move(steps)};
  remove_unused(draft);
  if (options.fusion == ScheduleOptions::Fusion::tiles) {
    form_tiles(draft);
  }
  ir::loops::LoopProgram program = lower(draft);
  if (options.fusion != ScheduleOptions::Fusion::none) form_epilogues(program);
  plan_memory(program, options.memory_limit);
  return program;
}

}  // namespace downhill::exec
