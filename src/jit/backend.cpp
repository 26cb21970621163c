#include "jit/backend.hpp"

#include <exception>

#include "jit/compile_program.hpp"
#include "jit/executable.hpp"
#include "jit/exported.hpp"
#include "jit/program.hpp"
#include "jit/program_key.hpp"

namespace downhill::jit {
namespace {

std::vector<ir::loops::KernelCall> copy_kernels(const ir::loops::LoopProgram& program) {
  std::vector<ir::loops::KernelCall> kernels;
  for (const ir::loops::KernelCall* call : ProgramEmitter::kernels(program)) kernels.push_back(*call);
  return kernels;
}

Effort effort_of(ir::Effort effort) { return effort == ir::Effort::quick ? Effort::quick : Effort::optimised; }

CompiledProgram compile_or_find(const ir::loops::LoopProgram& program, Effort effort, const ObjectCache& cache) {
  const Checksum key = program_key(program, Target::host(), effort);
  if (std::optional<CompiledProgram> found = cache.find(key)) return *std::move(found);
  CompiledProgram compiled = compile_program(program, Target::host(), effort);
  cache.store(key, compiled);
  return compiled;
}

}  // namespace

std::unique_ptr<ir::Executable> NativeBackend::compile(const ir::loops::LoopProgram& program,
                                                       const ir::CompileRequest& request, std::string& error) {
  try {
    const Effort effort = effort_of(request.effort);
    if (request.only_cached) {
      const std::optional<CompiledProgram> found =
          cache_at(request.cache_directory).find(program_key(program, Target::host(), effort));
      if (!found) return nullptr;
      return std::make_unique<NativeExecutable>(session_.load(found->object), found->workspace_bytes,
                                                copy_kernels(program));
    }
    const CompiledProgram compiled = request.cache_directory.empty()
                                         ? compile_program(program, Target::host(), effort)
                                         : compile_or_find(program, effort, cache_at(request.cache_directory));
    return std::make_unique<NativeExecutable>(session_.load(compiled.object), compiled.workspace_bytes,
                                              copy_kernels(program));
  } catch (const std::exception& failure) {
    error = failure.what();
    return nullptr;
  }
}

ObjectCache& NativeBackend::cache_at(const std::string& directory) {
  const std::scoped_lock lock(mutex_);
  std::unique_ptr<ObjectCache>& cache = caches_[directory];
  if (!cache) cache = std::make_unique<ObjectCache>(directory);
  return *cache;
}

bool NativeBackend::export_object(const ir::loops::LoopProgram& program, const ir::ExportRequest& request,
                                  ir::Export& result, std::string& error) {
  try {
    result = export_program(program, request, Target::host());
    return true;
  } catch (const std::exception& failure) {
    error = failure.what();
    return false;
  }
}

}  // namespace downhill::jit
