#include "exec/canonical.hpp"
#include "exec/compiled_code.hpp"
#include "exec/in_place.hpp"
#include "exec/plugin.hpp"
#include "exec/schedule.hpp"
#include "exec/thread_pool.hpp"
#include "ir/trace.hpp"

#include <downhill/error.hpp>
#include <downhill/program.hpp>

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>

namespace downhill {
namespace {

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

struct Program::Implementation {
  std::shared_ptr<exec::CompiledCode> code;  ///< null: only the interpreter was asked for
  ir::Graph interpreted;                     ///< then its graph
  std::vector<Array> captured;               ///< the program's own data: its last inputs
  std::vector<const void*> captured_data;
  std::vector<Type> inputs;
  std::vector<Type> outputs;
  ir::Threads threads;
  std::vector<bool> in_place;  ///< of every output
  Engine engine = Engine::interpreter;
  std::string fallback_reason;
  double trace_seconds = 0;
  double compile_seconds = 0;

  [[nodiscard]] const ir::Graph& graph() const { return code != nullptr ? code->graph() : interpreted; }
};

Program Program::compile(const ArrayFunction& f, std::span<const Type> inputs, const ProgramOptions& options) {
  auto made = std::make_shared<Implementation>();
  auto begin = std::chrono::steady_clock::now();
  ir::Traced traced = ir::trace(f, inputs);
  made->inputs.assign(inputs.begin(), inputs.end());
  made->captured = std::move(traced.captured);
  for (const Array& array : made->captured) {
    made->captured_data.push_back(array.data());
  }
  for (const ir::ValueId output : traced.graph.outputs()) {
    made->outputs.push_back(traced.graph.type(output));
  }
  made->trace_seconds = seconds_since(begin);
  begin = std::chrono::steady_clock::now();
  made->threads = exec::threads(options.threads);
  if (options.engine == Engine::native) {
    const bool is_default = options.cache_directory == "default";
    made->code = exec::CompiledCode::find_or_compile(
        traced.graph, {is_default ? default_cache_directory() : options.cache_directory,
                       options.first_code == FirstCode::quick ? exec::FirstCode::quick : exec::FirstCode::optimised});
    made->engine = made->code->has_code() ? Engine::native : Engine::interpreter;
    made->fallback_reason = made->code->failure();
  } else {
    made->interpreted = exec::canonical(traced.graph);
  }
  made->in_place.assign(made->outputs.size(), false);
  if (!options.in_place.empty() && made->engine == Engine::native) {
    const ir::loops::LoopProgram loops = exec::schedule(made->graph());
    for (const ProgramOptions::InPlace& one : options.in_place) {
      made->in_place[one.output] = exec::may_overwrite(loops, one.input, one.output);
    }
  }
  made->compile_seconds = seconds_since(begin);
  Program program;
  program.implementation_ = std::move(made);
  return program;
}

const std::vector<Type>& Program::inputs() const { return implementation_->inputs; }
const std::vector<Type>& Program::outputs() const { return implementation_->outputs; }
Engine Program::engine() const { return implementation_->engine; }
bool Program::is_in_place(std::size_t output) const { return implementation_->in_place[output]; }
const std::string& Program::fallback_reason() const { return implementation_->fallback_reason; }
double Program::trace_seconds() const { return implementation_->trace_seconds; }
double Program::compile_seconds() const { return implementation_->compile_seconds; }
std::string Program::print() const { return ir::print(implementation_->graph()); }

std::size_t Program::workspace_bytes() const {
  return implementation_->engine == Engine::native ? implementation_->code->workspace_bytes() : 0;
}

RunStatus Program::run(const void* const* inputs, void* const* outputs, void* workspace,
                       const Upcoming& upcoming) const {
  const Implementation& program = *implementation_;
  const std::size_t given = program.inputs.size();
  constexpr std::size_t most_on_stack = 32;
  const void* few[most_on_stack];
  std::vector<const void*> many;
  const void* const* all = inputs;
  if (!program.captured_data.empty()) {
    const std::size_t count = given + program.captured_data.size();
    const void** joined = few;
    if (count > most_on_stack) {
      many.resize(count);
      joined = many.data();
    }
    std::copy_n(inputs, given, joined);
    std::ranges::copy(program.captured_data, joined + given);
    all = joined;
  }
  if (program.engine == Engine::native) {
    const ir::Upcoming later{upcoming.slices.data(), static_cast<std::int64_t>(upcoming.slices.size()),
                             static_cast<std::int64_t>(upcoming.bytes)};
    const ir::ExecutionStatus status = program.code->code().run(all, outputs, workspace, program.threads, later);
    return status.status.fault == ir::Fault::none ? RunStatus()
                                                  : RunStatus(ir::describe(*status.primitive, status.status));
  }
  const ir::Status status =
      ir::evaluate(program.graph(), {all, program.graph().inputs().size()}, {outputs, program.outputs.size()});
  return status.fault == ir::Fault::none ? RunStatus() : RunStatus(ir::describe(*status.primitive, status));
}

Program::Exported Program::export_object(const std::string& name) const {
  const exec::LoadedBackend& native = exec::native_backend();
  if (native.backend == nullptr) {
    throw ExecutionError(fmt::format("export: {}", native.reason));
  }
  ir::ExportRequest request{.name = name, .inputs = implementation_->inputs.size()};
  for (const Array& array : implementation_->captured) {
    const std::size_t bytes = static_cast<std::size_t>(array.size()) * size_of(array.dtype());
    request.data.emplace_back(static_cast<const char*>(array.data()), bytes);
  }
  ir::Export result;
  std::string error;
  if (!native.backend->export_object(exec::schedule(implementation_->graph()), request, result, error)) {
    throw ExecutionError(error.starts_with("export: ") ? error : fmt::format("export: {}", error));
  }
  return {std::move(result.object), std::move(result.header)};
}

std::string default_cache_directory() {
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && *cache != '\0') {
    return std::string(cache) + "/downhill";
  }
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') {
    return std::string(home) + "/.cache/downhill";
  }
  return {};
}

std::size_t compiled_programs() { return exec::CompiledCode::compilations(); }

}  // namespace downhill
