#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <downhill/operations.hpp>
#include <downhill/program.hpp>

#include <cstdlib>
#include <vector>

namespace downhill {
namespace {

// From <linux/prctl.h> of Linux 6.3: from now on this process gains no executable memory.
constexpr int set_memory_deny_write_execute = 65;
constexpr unsigned long refuse_exec_gain = 1;

enum Outcome : int { right, kernel_cannot, native_all_the_same, no_reason, wrong_numbers };

// Programs are kept: each factor is another one.
Program compiled(double factor) {
  const ArrayFunction f = [factor](std::span<const Array> x) -> std::vector<Array> {
    return {sum(factor * exp(x[0]) * x[0])};
  };
  const Type type{DType::f64, {100}};
  return Program::compile(f, {&type, 1}, {.cache_directory = ""});
}

Outcome run_without_executable_memory() {
  if (prctl(set_memory_deny_write_execute, refuse_exec_gain, 0L, 0L, 0L) != 0) return kernel_cannot;
  const Program program = compiled(2);
  if (program.engine() != Engine::interpreter) return native_all_the_same;
  if (program.fallback_reason().empty()) return no_reason;
  const std::vector<double> x(100, 1.0);
  const void* const input = x.data();
  double result = 0;
  void* const output = &result;
  struct alignas(64) Line {
    std::byte bytes[64];
  };
  std::vector<Line> workspace(program.workspace_bytes() / sizeof(Line) + 1);
  if (!program.run(&input, &output, workspace.data()).is_ok()) return wrong_numbers;
  return result > 543.656 && result < 543.657 ? right : wrong_numbers;
}

// As under systemd's MemoryDenyWriteExecute. A child process, for the way back is barred.
TEST(Program, IsInterpretedWhereNoMemoryMayBecomeExecutable) {
  ASSERT_EQ(compiled(1).engine(), Engine::native) << compiled(1).fallback_reason();
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  if (prctl(set_memory_deny_write_execute, 0L, 0L, 0L, 0L) != 0) GTEST_SKIP() << "the kernel is older than Linux 6.3";
  EXPECT_EXIT(std::_Exit(run_without_executable_memory()), testing::ExitedWithCode(right), "");
}

}  // namespace
}  // namespace downhill
