#pragma once
#include <downhill/program.hpp>

#include <memory>
#include <new>
#include <span>

namespace downhill::optimize {

/// A program with scratch of its own.
class Compiled {
 public:
  Compiled(const ArrayFunction& f, std::span<const Type> inputs, const ProgramOptions& options)
      : program_(Program::compile(f, inputs, options)),
        workspace_(program_.workspace_bytes() == 0 ? nullptr : ::operator new(program_.workspace_bytes(), alignment)) {}

  [[nodiscard]] const Program& program() const { return program_; }
  [[nodiscard]] RunStatus run(const void* const* inputs, void* const* outputs) {
    return program_.run(inputs, outputs, workspace_.get());
  }

 private:
  static constexpr std::align_val_t alignment{64};
  struct Free {
    void operator()(void* memory) const { ::operator delete(memory, alignment); }
  };
  Program program_;
  std::unique_ptr<void, Free> workspace_;
};

}  // namespace downhill::optimize
