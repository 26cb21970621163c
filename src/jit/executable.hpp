#pragma once
#include <vector>

#include "ir/backend.hpp"
#include "jit/runtime.hpp"
#include "jit/session.hpp"

namespace downhill::jit {

/// Loaded code of one program and the kernel calls that it makes.
class NativeExecutable final : public ir::Executable {
 public:
  NativeExecutable(Code code, std::size_t workspace_bytes, std::vector<ir::loops::KernelCall> kernels);

  [[nodiscard]] std::size_t workspace_bytes() const override { return workspace_bytes_; }
  ir::ExecutionStatus run(const void* const* inputs, void* const* outputs, void* workspace, const ir::Threads& threads,
                          const ir::Upcoming& upcoming) const noexcept override;

 private:
  struct Running;
  static void fetch(Control* control, std::int64_t lines);
  static std::int32_t run_kernel(Control* control, std::int64_t number, const void* const* operands,
                                 void* const* results);

  Code code_;
  Entry* entry_;
  std::size_t workspace_bytes_;
  std::vector<ir::loops::KernelCall> kernels_;
};

}  // namespace downhill::jit
