#pragma once
#include <downhill/program.hpp>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <span>
#include <vector>

namespace downhill::bench {

/// A native program with its inputs, outputs and workspace, ready to be called again and again on one thread.
class Compiled {
 public:
  Compiled(const ArrayFunction& f, const std::vector<Array>& inputs, int threads = 1) : inputs_(inputs) {
    std::vector<Type> types;
    for (const Array& input : inputs_) {
      types.push_back(input.type());
      pointers_.push_back(input.data());
    }
    program_ = std::make_unique<Program>(
        Program::compile(f, types, {.threads = threads, .cache_directory = "", .first_code = FirstCode::optimised}));
    if (program_->engine() != Engine::native) {
      std::fprintf(stderr, "bench: no native code: %s\n", program_->fallback_reason().c_str());
      std::exit(1);
    }
    for (const Type& type : program_->outputs()) {
      outputs_.emplace_back(static_cast<std::size_t>(type.shape.size()) * sizeof(double) / sizeof(Line) + 1);
    }
    for (std::vector<Line>& output : outputs_) {
      results_.push_back(output.data());
    }
    workspace_.resize(program_->workspace_bytes() / sizeof(Line) + 1);
  }

  void operator()() {
    if (!program_->run(pointers_.data(), results_.data(), workspace_.data()).is_ok()) {
      std::abort();
    }
  }
  /// The numbers of an f64 output.
  [[nodiscard]] std::span<const double> output(std::size_t k) const {
    return {static_cast<const double*>(results_[k]), static_cast<std::size_t>(program_->outputs()[k].shape.size())};
  }
  [[nodiscard]] const void* output_data(std::size_t k) const { return results_[k]; }
  [[nodiscard]] const Program& program() const { return *program_; }

 private:
  struct alignas(64) Line {
    std::byte bytes[64];
  };
  std::vector<Array> inputs_;
  std::unique_ptr<Program> program_;
  std::vector<const void*> pointers_;
  std::vector<std::vector<Line>> outputs_;
  std::vector<void*> results_;
  std::vector<Line> workspace_;
};

/// Value and gradient, with respect to the first argument, as one function.
inline ArrayFunction with_gradient(const ArrayFunction& f) {
  return [f](std::span<const Array> x) -> std::vector<Array> {
    const ValueAndGradient both = value_and_gradient_at(f, x);
    return {both.value, both.gradient};
  };
}

}  // namespace downhill::bench
