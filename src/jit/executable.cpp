#include "jit/executable.hpp"

#include <algorithm>
#include <atomic>
#include <utility>

namespace downhill::jit {

/// One call in progress.
struct NativeExecutable::Running : Control {
  const NativeExecutable* executable = nullptr;
  ir::ExecutionStatus status;
  ir::Upcoming upcoming;
  std::int64_t lines = 0;                // of one slice
  std::atomic<std::int64_t> fetched{0};  // of all slices
};

namespace {

constexpr std::int64_t line_bytes = 64;

}  // namespace

// The next lines of what is to come go to the second level of the cache: the first is in use.
void NativeExecutable::fetch(Control* control, std::int64_t lines) {
  auto* const running = static_cast<Running*>(control);
  const std::int64_t all = running->lines * running->upcoming.count;
  if (running->fetched.load(std::memory_order_relaxed) >= all) return;
  const std::int64_t begin = running->fetched.fetch_add(lines, std::memory_order_relaxed);
  std::int64_t slice = begin / running->lines;
  std::int64_t line = begin % running->lines;
  for (std::int64_t k = begin; k < std::min(begin + lines, all); ++k) {
    const auto* const start = static_cast<const char*>(running->upcoming.slices[slice]);
    constexpr int for_reading = 0;
    constexpr int second_level = 2;
    __builtin_prefetch(start + line * line_bytes, for_reading, second_level);
    if (++line == running->lines) {
      line = 0;
      ++slice;
    }
  }
}

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
                                          const ir::Threads& threads, const ir::Upcoming& upcoming) const noexcept {
  Running running;
  running.kernel = &NativeExecutable::run_kernel;
  running.parallel_for = threads.count > 1 ? threads.parallel_for : nullptr;
  running.pool = threads.pool;
  running.executable = this;
  running.upcoming = upcoming;
  running.lines = (upcoming.bytes + line_bytes - 1) / line_bytes;
  if (running.lines > 0 && upcoming.count > 0) running.fetch = &NativeExecutable::fetch;
  entry_(inputs, outputs, workspace, &running);
  return running.status;
}

}  // namespace downhill::jit
