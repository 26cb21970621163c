#include "exec/schedule.hpp"
#include "exec/loop_interpreter.hpp"
#include "exec/outcome.hpp"
#include "exec/passes/dead_code.hpp"

#include <gtest/gtest.h>

namespace downhill::exec {
namespace {

using testing::RandomProgram;

/// Empty if the scheduled program gives what the graph gives, else what differs.
std::string difference(const RandomProgram& program, const ScheduleOptions& options) {
  const testing::Outcome expected = testing::reference(program);
  const ir::loops::LoopProgram loops = schedule(program.graph, options);
  std::string found;
  try {
    ir::loops::verify(loops);
    found = testing::difference(expected, testing::outcome(program, [&](const auto& inputs, auto& outputs) {
                                  return interpret(loops, inputs, outputs).status;
                                }));
  } catch (const Error& error) {
    found = error.what();
  }
  return found.empty() ? found : found + "\n" + ir::print(program.graph) + ir::loops::print(loops);
}

void check_seeds(std::uint64_t begin, std::uint64_t end, const testing::GraphOptions& graphs,
                 const ScheduleOptions& options) {
  for (std::uint64_t seed = begin; seed < end; ++seed) {
    testing::Choices choices(seed);
    RandomProgram program = testing::random_program(choices, graphs);
    program.graph = passes::remove_dead_code(program.graph);
    const std::string found = difference(program, options);
    ASSERT_TRUE(found.empty()) << "seed " << seed << ": " << found;
  }
}

constexpr ScheduleOptions nests_only{
    .fusion = ScheduleOptions::Fusion::nests, .unrolled_elements = 0, .unrolled_elements_if_small = 0};
constexpr ScheduleOptions tiles_only{
    .fusion = ScheduleOptions::Fusion::tiles, .unrolled_elements = 0, .unrolled_elements_if_small = 0};
const testing::GraphOptions long_axes{
    .nodes = 14, .elements = 2500, .lengths = {1, 2, 3, 600, 1100}, .has_loops = false};

TEST(Schedule, OneNestANodeGivesTheBitsOfTheGraph) {
  check_seeds(0, 2500, {}, {.fusion = ScheduleOptions::Fusion::none});
}

TEST(Schedule, FusedNestsGiveTheBitsOfTheGraph) { check_seeds(0, 2500, {}, nests_only); }

TEST(Schedule, UnrolledProgramsGiveTheBitsOfTheGraph) { check_seeds(0, 5000, {}, {}); }

TEST(Schedule, LongAxesGiveTheBitsOfTheGraph) {
  check_seeds(0, 150, long_axes, nests_only);
  check_seeds(0, 150, long_axes, {});
}

TEST(Schedule, ShortAxesBesideALongOneGiveTheBitsOfTheGraph) {
  const testing::GraphOptions slim{.nodes = 24, .elements = 900, .lengths = {1, 2, 3, 3, 100}, .has_loops = false};
  check_seeds(0, 1500, slim, {});
}

TEST(Schedule, TilesGiveTheBitsOfTheGraph) { check_seeds(1000, 1300, long_axes, tiles_only); }

void fill_inputs(RandomProgram& program) {
  for (const ir::ValueId input : program.graph.inputs()) {
    ir::Literal literal = ir::make_literal(program.graph.type(input));
    for (std::int64_t k = 0; k < literal.type.shape.size(); ++k) {
      ir::set_element(literal.type.dtype, literal.buffer.data(), k, static_cast<double>(k * k % 17) / 8.0 - 1.0);
    }
    program.inputs.push_back(std::move(literal));
  }
}

/// exp(a) / sum(exp(a)) by rows, then what both sides of a product need of it: several steps along the rows.
RandomProgram rows(std::int64_t count) {
  RandomProgram program;
  ir::Graph& g = program.graph;
  const ir::ValueId x = g.add_input({DType::f64, {count, 5}});
  const ir::ValueId w = g.add_input({DType::f64, {5, 4}});
  const auto spread = [&](ir::ValueId v) {
    return g.add(primitives::broadcast_to,
                 {{g.add(primitives::reshape, {{v}}, {{"shape", std::vector<std::int64_t>{count, 1}}})}},
                 {{"shape", std::vector<std::int64_t>{count, 4}}});
  };
  const std::vector<std::int64_t> last{1};
  const ir::ValueId a = g.add(primitives::matmul, {{x, w}});
  const ir::ValueId e = g.add(
      primitives::exp, {{g.add(primitives::sub, {{a, spread(g.add(primitives::max, {{a}}, {{"axes", last}}))}})}});
  const ir::ValueId p = g.add(primitives::div, {{e, spread(g.add(primitives::sum, {{e}}, {{"axes", last}}))}});
  const ir::ValueId xt = g.add(primitives::transpose, {{x}}, {{"axes", std::vector<std::int64_t>{1, 0}}});
  const ir::ValueId gradient = g.add(primitives::matmul, {{xt, p}});
  const ir::ValueId total = g.add(primitives::sum, {{p}}, {{"axes", std::vector<std::int64_t>{0, 1}}});
  g.set_outputs({total, gradient, g.add(primitives::sum, {{p}}, {{"axes", std::vector<std::int64_t>{0}}})});
  fill_inputs(program);
  return program;
}

TEST(Schedule, StepsAlongTheRowsShareATileLoopAndKeepTheirBits) {
  for (const std::int64_t count : {640, 1024, 1500}) {
    const RandomProgram program = rows(count);
    EXPECT_EQ(difference(program, {}), "");
    const ir::loops::LoopProgram loops = schedule(program.graph);
    const auto* tile = std::get_if<std::shared_ptr<const ir::loops::TileLoop>>(&loops.steps.front());
    ASSERT_NE(tile, nullptr) << ir::loops::print(loops);
    EXPECT_GE((*tile)->body.size(), 4U) << ir::loops::print(loops);
  }
}

/// x - c (aᵀ b), as a step of gradient descent has it.
RandomProgram step_along_a_product() {
  RandomProgram program;
  ir::Graph& g = program.graph;
  const ir::ValueId x = g.add_input({DType::f32, {40, 24}});
  const ir::ValueId a = g.add_input({DType::f32, {7, 40}});
  const ir::ValueId b = g.add_input({DType::f32, {7, 24}});
  const std::vector<std::int64_t> exchanged{1, 0};
  const ir::ValueId turned = g.add(primitives::transpose, {{b}}, {{"axes", exchanged}});
  const ir::ValueId product = g.add(primitives::matmul, {{turned, a}});
  const ir::ValueId gradient = g.add(primitives::transpose, {{product}}, {{"axes", exchanged}});
  g.set_outputs({g.add(primitives::sub, {{x, g.add(primitives::mul, {{gradient, gradient}})}})});
  fill_inputs(program);
  return program;
}

TEST(Schedule, AnUpdateRunsWithTheProductThatItNeedsAndInTheLayoutOfItsArrays) {
  const RandomProgram program = step_along_a_product();
  EXPECT_EQ(difference(program, {}), "");
  const ir::loops::LoopProgram loops = schedule(program.graph);
  ASSERT_EQ(loops.steps.size(), 2U);
  const auto& product = std::get<ir::loops::Product>(loops.steps[0]);
  EXPECT_EQ(product.result, ir::loops::Product::Result::handed_on);
  EXPECT_EQ(product.m, 40);
  EXPECT_EQ(product.n, 24);
}

/// x - (aᵀ b + tanh(row)): what is added comes between the product and its update.
RandomProgram step_with_a_row_between() {
  RandomProgram program;
  ir::Graph& g = program.graph;
  const ir::ValueId x = g.add_input({DType::f32, {40, 24}});
  const ir::ValueId a = g.add_input({DType::f32, {40, 7}});
  const ir::ValueId b = g.add_input({DType::f32, {7, 24}});
  const ir::ValueId row = g.add_input({DType::f32, {24}});
  const ir::ValueId product = g.add(primitives::matmul, {{a, b}});
  const ir::ValueId low = g.add(primitives::tanh, {{row}});
  const ir::ValueId spread = g.add(
      primitives::broadcast_to, {{g.add(primitives::reshape, {{low}}, {{"shape", std::vector<std::int64_t>{1, 24}}})}},
      {{"shape", std::vector<std::int64_t>{40, 24}}});
  g.set_outputs({g.add(primitives::sub, {{x, g.add(primitives::add, {{product, spread}})}}), low});
  fill_inputs(program);
  return program;
}

TEST(Schedule, WhatAnUpdateNeedsBesideItsProductRunsBeforeIt) {
  const RandomProgram program = step_with_a_row_between();
  EXPECT_EQ(difference(program, {}), "");
  const ir::loops::LoopProgram loops = schedule(program.graph);
  ASSERT_EQ(loops.steps.size(), 3U) << ir::loops::print(loops);
  EXPECT_TRUE(std::holds_alternative<ir::loops::Nest>(loops.steps[0]));
  EXPECT_EQ(std::get<ir::loops::Product>(loops.steps[1]).result, ir::loops::Product::Result::handed_on);
}

TEST(Schedule, ALongChainOfScalarsTakesLinearTimeAndBoundedBodies) {
  ir::Graph g;
  ir::ValueId x = g.add_input({DType::f64, {}});
  for (int k = 0; k < 50000; ++k) {
    x = g.add(k % 2 == 0 ? primitives::mul : primitives::add, {{x, x}});
  }
  g.set_outputs({x});
  const ir::loops::LoopProgram loops = schedule(g);
  EXPECT_GT(loops.steps.size(), 50U);
  for (const ir::loops::Step& step : loops.steps) {
    EXPECT_LE(std::get<ir::loops::Nest>(step).body.size(), 513U);
  }
  EXPECT_LE(loops.workspace_bytes, 256U);  // each value that crosses takes the place of the one before
}

TEST(Schedule, AProgramThatNeedsTooMuchMemoryIsRefused) {
  ir::Graph g;
  const ir::ValueId x = g.add_input({DType::f64, {1000, 1000}});
  const ir::ValueId y = g.add(primitives::matmul, {{x, x}});
  g.set_outputs({g.add(primitives::matmul, {{y, y}})});
  try {
    static_cast<void>(schedule(g, {.memory_limit = 1000000}));
    FAIL() << "8 MB were planned";
  } catch (const ExecutionError& error) {
    EXPECT_STREQ(error.what(), "schedule: the program needs more memory than it may use: 8000000 bytes of 1000000");
  }
}

}  // namespace
}  // namespace downhill::exec
