#include <gtest/gtest.h>
#include <downhill/operations.hpp>
#include <downhill/program.hpp>

#include <array>
#include <cstring>

namespace downhill {
namespace {

constexpr std::int64_t rows = 40;
constexpr std::int64_t columns = 24;
constexpr std::size_t size = static_cast<std::size_t>(rows * columns);
using Numbers = std::vector<float>;

const std::vector<Type> types{{DType::f32, {rows, columns}}, {DType::f32, {7, rows}}, {DType::f32, {7, columns}}};

ProgramOptions overwriting_the_first() {
  return {.threads = 1, .cache_directory = "", .first_code = FirstCode::optimised, .in_place = {{0, 0}}};
}

std::array<Numbers, 3> start() {
  std::array<Numbers, 3> made;
  for (std::size_t k = 0; k < made.size(); ++k) {
    made[k].resize(static_cast<std::size_t>(types[k].shape.size()));
    for (std::size_t i = 0; i < made[k].size(); ++i) made[k][i] = static_cast<float>((i * i + k) % 17) / 8 - 1;
  }
  return made;
}

/// The first output, written over the first input or beside it.
Numbers outcome(const Program& program, bool overwrites, std::span<const void* const> upcoming = {}) {
  std::array<Numbers, 3> in = start();
  Numbers beside(size);
  Numbers second(size);
  const std::array<const void*, 3> inputs{in[0].data(), in[1].data(), in[2].data()};
  std::array<void*, 2> outputs{overwrites ? in[0].data() : beside.data(), second.data()};
  std::vector<std::byte> workspace(program.workspace_bytes() + 64);
  void* room = workspace.data();
  std::size_t left = workspace.size();
  EXPECT_NE(std::align(64, program.workspace_bytes(), room, left), nullptr);
  EXPECT_TRUE(program.run(inputs.data(), outputs.data(), room, {upcoming, 256}).is_ok());
  return overwrites ? in[0] : beside;
}

bool are_same(const Numbers& a, const Numbers& b) { return std::memcmp(a.data(), b.data(), size * sizeof(float)) == 0; }

TEST(InPlace, AnUpdateOverwritesWhatItUpdates) {
  const Program program = Program::compile(
      [](std::span<const Array> in) -> std::vector<Array> { return {in[0] - 0.1 * matmul(transpose(in[1]), in[2])}; },
      types, overwriting_the_first());
  if (program.engine() != Engine::native) GTEST_SKIP() << program.fallback_reason();
  ASSERT_TRUE(program.is_in_place(0));
  EXPECT_TRUE(are_same(outcome(program, true), outcome(program, false)));
}

TEST(InPlace, NotWhereAnotherElementIsReadOrTheInputIsReadLater) {
  const Program turned = Program::compile(
      [](std::span<const Array> in) -> std::vector<Array> {
        return {in[0] + slice(in[0], {Range{.begin = 0, .end = 1}, Range{.begin = 0, .end = columns}})};
      },
      types, overwriting_the_first());
  EXPECT_FALSE(turned.is_in_place(0));
  const Program factor = Program::compile(
      [](std::span<const Array> in) -> std::vector<Array> {
        return {in[0] - matmul(transpose(in[1]), matmul(in[1], in[0]))};
      },
      types, overwriting_the_first());
  if (factor.is_in_place(0)) {
    EXPECT_TRUE(are_same(outcome(factor, true), outcome(factor, false)));
  }
  const Program later = Program::compile(
      [](std::span<const Array> in) -> std::vector<Array> {
        const Array next = in[0] - matmul(transpose(in[1]), in[2]);
        return {next, matmul(transpose(in[1]), matmul(in[1], in[0] * next))};
      },
      types, overwriting_the_first());
  if (later.is_in_place(0)) {
    EXPECT_TRUE(are_same(outcome(later, true), outcome(later, false)));
  }
}

TEST(InPlace, WhatComesLaterChangesNothing) {
  const Program program = Program::compile(
      [](std::span<const Array> in) -> std::vector<Array> {
        const Array factor = broadcast_to(sum(in[1]), Shape{rows, 400});
        return {in[0] - matmul(factor, broadcast_to(sum(in[2]), Shape{400, columns}))};
      },
      types, overwriting_the_first());
  const Numbers later(1000);
  const std::vector<const void*> slices{later.data(), later.data() + 300, nullptr};
  EXPECT_TRUE(are_same(outcome(program, false, slices), outcome(program, false)));
}

}  // namespace
}  // namespace downhill
