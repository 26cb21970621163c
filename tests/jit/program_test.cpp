#include <gtest/gtest.h>
#include <xmmintrin.h>

#include <cmath>

#include "jit/backend.hpp"
#include "jit/checked_run.hpp"
#include "jit/programs.hpp"

namespace downhill::jit {
namespace {

using loops::LoopProgram;
using loops::Nest;

// A single-point nest: out[position] = f(loads).
Nest point(std::vector<loops::Element> body, std::vector<loops::Store> stores) {
  return {.extents = {}, .body = std::move(body), .stores = std::move(stores), .reductions = {}};
}

void expect_right(const LoopProgram& program, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  expect_reference_bits(program, random_inputs(program, random));
}

// carry = f(carry, x[t]); out[t] = carry, inside a loop over rows: a scan in a map.
TEST(Program, LoopsInLoops) {
  LoopProgram program;
  const std::int64_t rows = 3;
  const std::int64_t length = 20;
  const auto x = add_input(program, DType::f64, rows * length);
  const auto out = add_output(program, DType::f64, rows * length);
  const auto carry = add_buffer(program, DType::f64, 1, loops::BufferDeclaration::Place::workspace);
  auto inner = std::make_shared<loops::Loop>(loops::Loop{.length = length, .body = {}});
  inner->body = {point({load(DType::f64, carry, affine({})), load(DType::f64, x, affine({}, 0, {length, 1})),
                        apply(DType::f64, mixed_formula<double>(), {0, 1})},
                       {{2, carry, affine({})}, {2, out, affine({}, 0, {length, 1})}})};
  auto outer = std::make_shared<loops::Loop>(loops::Loop{.length = rows, .body = {}});
  outer->body = {point({load(DType::f64, x, affine({}, 0, {1}))}, {{0, carry, affine({})}}),
                 std::shared_ptr<const loops::Loop>(inner)};
  program.steps = {std::shared_ptr<const loops::Loop>(outer)};
  expect_right(program, 1);
}

TEST(Program, BranchesTakeOneSide) {
  for (const bool taken : {false, true}) {
    LoopProgram program;
    const auto condition = add_input(program, DType::boolean, 1);
    const auto x = add_input(program, DType::f64, 2);
    const auto out = add_output(program, DType::f64, 1);
    auto branch = std::make_shared<loops::Branch>(
        loops::Branch{.predicate = condition, .offset = {}, .then_body = {}, .else_body = {}});
    branch->then_body = {point({load(DType::f64, x, affine({}))}, {{0, out, affine({})}})};
    branch->else_body = {point({load(DType::f64, x, affine({}, 1))}, {{0, out, affine({})}})};
    program.steps = {std::shared_ptr<const loops::Branch>(branch)};
    std::mt19937_64 random(3);
    std::vector<Bytes> inputs = random_inputs(program, random);
    inputs[0][0] = static_cast<std::byte>(taken ? 1 : 0);
    expect_reference_bits(program, inputs);
  }
}

// A body of thousands of operations is cut into functions.
TEST(Program, LongScalarBodies) {
  LoopProgram program;
  const auto x = add_input(program, DType::f64, 10);
  const auto out = add_output(program, DType::f64, 3);
  const auto truth = add_output(program, DType::boolean, 1);
  Nest nest = point({}, {});
  for (std::int64_t k = 0; k < 10; ++k) nest.body.push_back(load(DType::f64, x, affine({}, k)));
  const auto add = formula<double(double, double)>([](auto a, auto b) { return a * b + a; });
  const auto less = formula<bool(double, double)>([](auto a, auto b) { return a < b; });
  std::mt19937_64 random(5);
  for (int k = 0; k < 4000; ++k) {
    const auto size = static_cast<std::uint32_t>(nest.body.size());
    nest.body.push_back(
        apply(DType::f64, add,
              {size - 1 - static_cast<std::uint32_t>(random() % 9), static_cast<std::uint32_t>(random() % size)}));
  }
  const auto last = static_cast<std::uint32_t>(nest.body.size() - 1);
  nest.body.push_back(apply(DType::boolean, less, {last, 1234}));
  nest.stores = {
      {last, out, affine({})}, {777, out, affine({}, 1)}, {12, out, affine({}, 2)}, {last + 1, truth, affine({})}};
  program.steps = {nest};
  expect_right(program, 6);
}

// One point after the other, each reading what the one before wrote: values pass in registers.
TEST(Program, ChainsOfSmallNests) {
  LoopProgram program;
  const auto x = add_input(program, DType::f64, 4);
  const auto out = add_output(program, DType::f64, 4);
  const auto room = add_buffer(program, DType::f64, 4, loops::BufferDeclaration::Place::workspace);
  Nest first{.extents = {4},
             .body = {load(DType::f64, x, affine({1})), load(DType::f64, x, affine({-1}, 3))},
             .stores = {},
             .reductions = {}};
  first.body.push_back(apply(DType::f64, mixed_formula<double>(), {0, 1}));
  first.stores = {{2, room, affine({1})}};
  Nest again{.extents = {4},
             .body = {load(DType::f64, room, affine({1})), load(DType::f64, x, affine({1}))},
             .stores = {},
             .reductions = {}};
  again.body.push_back(apply(DType::f64, mixed_formula<double>(), {0, 1}));
  again.stores = {{2, room, affine({1})}};
  Nest last = again;
  last.stores = {{2, out, affine({1})}};
  program.steps = {first};
  for (int k = 0; k < 30; ++k) program.steps.emplace_back(again);
  program.steps.emplace_back(last);
  expect_right(program, 8);
}

// Doubles its operand; refuses negative numbers.
ir::Status twice(const ir::Call& call) {
  const double x = *static_cast<const double*>(call.operands[0]);
  if (x < 0) return {ir::Fault::index_out_of_range, 3, x};
  *static_cast<double*>(call.results[0]) = 2 * x;
  return {};
}
const ir::Primitive doubling{.name = "doubling", .doc = "", .evaluate = &twice};

struct Called {
  std::unique_ptr<ir::Executable> executable;
  double operator()(double x, ir::ExecutionStatus& status) const {
    double result = -1;
    const std::array<const void*, 1> inputs{&x};
    const std::array<void*, 1> outputs{&result};
    std::vector<std::byte> workspace(executable->workspace_bytes());
    status = executable->run(inputs.data(), outputs.data(), workspace.data(), {}, {});
    return result;
  }
};

Called compile_calls() {
  LoopProgram program;
  const auto x = add_input(program, DType::f64, 1);
  const auto out = add_output(program, DType::f64, 1);
  const auto room = add_buffer(program, DType::f64, 1, loops::BufferDeclaration::Place::workspace);
  const auto call = [&](loops::BufferId from, loops::BufferId to) {
    return loops::KernelCall{.primitive = &doubling,
                             .attributes = std::make_shared<const ir::Attributes>(),
                             .operand_types = {Type{}},
                             .result_types = {Type{}},
                             .operands = {{from, {}}},
                             .results = {{to, {}}}};
  };
  auto never = std::make_shared<loops::Loop>(loops::Loop{.length = 0, .body = {call(x, out)}});
  auto thrice = std::make_shared<loops::Loop>(loops::Loop{
      .length = 3, .body = {call(room, out), point({load(DType::f64, out, affine({}))}, {{0, room, affine({})}})}});
  program.steps = {std::shared_ptr<const loops::Loop>(never),
                   point({load(DType::f64, x, affine({}))}, {{0, room, affine({})}}),
                   std::shared_ptr<const loops::Loop>(thrice)};
  static NativeBackend backend;
  std::string error;
  Called called{backend.compile(program, {}, error)};
  EXPECT_NE(called.executable, nullptr) << error;
  return called;
}

TEST(Program, KernelCallsRunAndTheirFailuresNameOperationAndPlace) {
  const Called called = compile_calls();
  ir::ExecutionStatus status;
  EXPECT_EQ(called(1.5, status), 12.0);
  EXPECT_EQ(status.status.fault, ir::Fault::none);
  called(-1.5, status);
  EXPECT_EQ(status.status.fault, ir::Fault::index_out_of_range);
  EXPECT_EQ(status.status.place, 3);
  EXPECT_EQ(status.status.value, -1.5);
  EXPECT_EQ(status.primitive, &doubling);
}

// Values do not depend on the caller's rounding mode or flushing of subnormals, and both are as before afterwards.
TEST(Program, TheFloatingPointEnvironmentIsSetAndRestored) {
  LoopProgram program;
  const auto x = add_input(program, DType::f64, 1);
  const auto out = add_output(program, DType::f64, 1);
  program.steps = {point({load(DType::f64, x, affine({})),
                          apply(DType::f64, formula<double(double)>([](auto a) { return a * decltype(a)(0.1); }), {0})},
                         {{1, out, affine({})}})};
  NativeBackend backend;
  std::string error;
  const Called called{backend.compile(program, {}, error)};
  ASSERT_NE(called.executable, nullptr) << error;
  ir::ExecutionStatus status;
  const double usual = called(3.0, status);
  const double subnormal = called(1e-307, status);
  const unsigned found = _mm_getcsr();
  const unsigned odd = (found | 0x8040U | 0x6000U) & ~0x3fU;  // flush to zero, subnormals are zeros, round toward zero
  _mm_setcsr(odd);
  const double in_odd = called(3.0, status);
  const double subnormal_in_odd = called(1e-307, status);
  const unsigned after = _mm_getcsr() & ~0x3fU;
  _mm_setcsr(found);
  EXPECT_EQ(usual, in_odd);
  EXPECT_EQ(subnormal, subnormal_in_odd);
  EXPECT_NE(subnormal, 0.0);
  EXPECT_EQ(after, odd);
}

TEST(Program, WhatCannotBeCompiledIsReportedAsText) {
  LoopProgram program;
  const auto x = add_input(program, DType::f64, 40);
  const auto out = add_output(program, DType::f64, 1);
  Nest nest{.extents = {4, 10},
            .reduced = 2,
            .tiled = 1,
            .body = {load(DType::f64, x, affine({10, 1}))},
            .stores = {},
            .reductions = {}};
  nest.reductions = {{0, ir::Combine::sum, out, affine({0, 0})}};
  auto tile = std::make_shared<loops::TileLoop>(loops::TileLoop{.extent = 10, .block = 4, .body = {nest}});
  program.steps = {std::shared_ptr<const loops::TileLoop>(tile)};
  NativeBackend backend;
  std::string error;
  EXPECT_EQ(backend.compile(program, {}, error), nullptr);
  EXPECT_NE(error.find("not the outermost one"), std::string::npos) << error;
}

}  // namespace
}  // namespace downhill::jit
