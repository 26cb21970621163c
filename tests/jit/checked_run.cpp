#include "jit/checked_run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <thread>

#include "jit/compile_program.hpp"
#include "jit/runtime.hpp"
#include "jit/session.hpp"

namespace downhill::jit {
namespace {

namespace loops = ir::loops;
using Place = loops::BufferDeclaration::Place;

double random_number(std::mt19937_64& random) {
  switch (random() % 40) {
    case 0: return 0.0;
    case 1: return -0.0;
    case 2: return 4.9e-324;
    case 3: return -1e300;
    case 4: return std::numeric_limits<double>::infinity();
    case 5: return std::numeric_limits<double>::quiet_NaN();
    case 6: return 1e-310;
    case 7: return 1e30;
    default: return std::ldexp(static_cast<double>(static_cast<std::int64_t>(random())), -61);
  }
}

std::vector<std::size_t> sizes(const loops::LoopProgram& program, Place place) {
  std::vector<std::size_t> bytes;
  for (const loops::BufferDeclaration& buffer : program.buffers) {
    if (buffer.place != place) continue;
    if (bytes.size() <= buffer.slot) bytes.resize(buffer.slot + 1, 0);
    bytes[buffer.slot] = static_cast<std::size_t>(buffer.elements) * size_of(buffer.dtype);
  }
  return bytes;
}

// Bytes between two walls that must stay as they are.
class Walled {
 public:
  explicit Walled(std::size_t bytes) : size_(bytes), data_(bytes + 2 * wall, std::byte{0xa5}) {}
  std::byte* begin() { return data_.data() + wall; }
  [[nodiscard]] Bytes contents() const {
    return {data_.begin() + wall, data_.begin() + wall + static_cast<std::ptrdiff_t>(size_)};
  }
  [[nodiscard]] bool is_intact() const {
    for (std::size_t k = 0; k < wall; ++k) {
      if (data_[k] != std::byte{0xa5} || data_[data_.size() - 1 - k] != std::byte{0xa5}) return false;
    }
    return true;
  }

 private:
  static constexpr std::size_t wall = 192;
  std::size_t size_;
  std::vector<std::byte> data_;
};

// Three threads, whatever is asked for.
void on_three_threads(void* /*pool*/, std::int64_t count, void* data, void (*body)(void*, std::int64_t, std::int64_t)) {
  std::vector<std::thread> threads;
  for (std::int64_t k = 0; k < 3; ++k) threads.emplace_back([=] { body(data, count * k / 3, count * (k + 1) / 3); });
  for (std::thread& thread : threads) thread.join();
}

}  // namespace

std::vector<Bytes> random_inputs(const loops::LoopProgram& program, std::mt19937_64& random) {
  std::vector<Bytes> inputs;
  for (const std::size_t bytes : sizes(program, Place::input)) inputs.emplace_back(bytes);
  for (const loops::BufferDeclaration& buffer : program.buffers) {
    if (buffer.place != Place::input) continue;
    std::byte* at = inputs[buffer.slot].data();
    for (std::int64_t k = 0; k < buffer.elements; ++k, at += size_of(buffer.dtype)) {
      const double value = random_number(random);
      if (buffer.dtype == DType::f64) std::memcpy(at, &value, 8);
      const auto rounded = static_cast<float>(value);
      if (buffer.dtype == DType::f32) std::memcpy(at, &rounded, 4);
      const auto integer = static_cast<std::int32_t>(random() % 2001) - 1000;
      if (buffer.dtype == DType::i32) std::memcpy(at, &integer, 4);
      if (buffer.dtype == DType::boolean) *at = static_cast<std::byte>(random() % 2);
    }
  }
  return inputs;
}

void expect_reference_bits(const loops::LoopProgram& program, const std::vector<Bytes>& inputs) {
  static const Session session;
  static const Target narrow = Target::named("x86-64-v3");
  ASSERT_NO_THROW(loops::verify(program)) << loops::print(program);
  const std::vector<std::size_t> output_sizes = sizes(program, Place::output);
  std::vector<Bytes> expected;
  for (const std::size_t bytes : output_sizes) expected.emplace_back(bytes, std::byte{0xa5});
  run_reference(program, inputs, expected);

  for (const bool wide : {true, false}) {
    for (const Effort effort : {Effort::quick, Effort::optimised}) {
      const CompiledProgram compiled = compile_program(program, wide ? Target::host() : narrow, effort);
      const Code code = session.load(compiled.object);
      auto* const entry = code.get<Entry>(entry_name);
      for (const bool threaded : {false, true}) {
        std::vector<Walled> outputs;
        for (const std::size_t bytes : output_sizes) outputs.emplace_back(bytes);
        Walled workspace(compiled.workspace_bytes);
        std::vector<const void*> input_pointers;
        for (const Bytes& input : inputs) input_pointers.push_back(input.data());
        std::vector<void*> output_pointers;
        for (Walled& output : outputs) output_pointers.push_back(output.begin());
        Control control;
        if (threaded) control.parallel_for = &on_three_threads;
        ASSERT_EQ(entry(input_pointers.data(), output_pointers.data(), workspace.begin(), &control), 0);
        EXPECT_TRUE(workspace.is_intact()) << "the workspace was left";
        for (const loops::BufferDeclaration& buffer : program.buffers) {
          if (buffer.place != Place::output) continue;
          EXPECT_TRUE(outputs[buffer.slot].is_intact()) << "output " << buffer.slot << " was left";
          EXPECT_EQ(first_difference(buffer.dtype, expected[buffer.slot], outputs[buffer.slot].contents()), "")
              << "output " << buffer.slot << (wide ? ", wide" : ", narrow")
              << (effort == Effort::quick ? ", quick" : ", optimised") << (threaded ? ", threads\n" : "\n")
              << loops::print(program);
        }
        if (testing::Test::HasFailure()) return;
      }
    }
  }
}

}  // namespace downhill::jit
