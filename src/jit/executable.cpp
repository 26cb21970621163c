#include "jit/executable.hpp"

#include <utility>

namespace downhill::jit {

/// One call in progress.
struct NativeExecutable::Running : Control {
  const NativeExecutable* executable = nullptr;
  ir::ExecutionStatus status;
};

NativeExecutable::NativeExecutable(Code code, std::size_t workspace_bytes, std::vector<ir::loops::KernelCall> kernels)
    : code_(std::move(code)),
      entry_(code_.get<Entry>(entry_name)),
      workspace_bytes_(workspace_bytes),
      kernels_(std::move(kernels)) {}

std::int32_t NativeExecutable::run_kernel(Control* control, std::int64_t number, const void* const* operands,
                                          void* const* results) {
  auto* const running = static_cast<Running*>(control);
  const ir::loops::KernelCall& kernel = running->executable->kernels_[static_cast<std::size_t>(number)];
  const ir::Call call{.attributes = *kernel.attributes,
                      .operand_types = kernel.operand_types,
                      .result_types = kernel.result_types,
                      .operands = {operands, kernel.operands.size()},
                      .results = {results, kernel.results.size()}};
  const ir::Status status = kernel.primitive->evaluate(call);
  if (status.fault == ir::Fault::none) return 0;
  running->status = {status, kernel.primitive};
  return 1;
}

ir::ExecutionStatus NativeExecutable::run(const void* const* inputs, void* const* outputs, void* workspace,
                                          const ir::Threads& threads) const noexcept {
  Running running;
  running.kernel = &NativeExecutable::run_kernel;
  running.parallel_for = threads.count > 1 ? threads.parallel_for : nullptr;
  running.pool = threads.pool;
  running.executable = this;
  entry_(inputs, outputs, workspace, &running);
  return running.status;
}

}  // namespace downhill::jit
