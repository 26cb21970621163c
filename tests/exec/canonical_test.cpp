#include "exec/canonical.hpp"
#include "exec/outcome.hpp"
#include "exec/passes/dead_code.hpp"
#include "exec/passes/fold.hpp"
#include "exec/passes/share.hpp"
#include "exec/passes/simplify.hpp"

#include <gtest/gtest.h>

namespace downhill::exec {
namespace {

using testing::RandomProgram;
using Integers = std::vector<std::int64_t>;

/// Repeated numbers that are summed: the one rule that rounds differently.
bool sums_repeated(const ir::Graph& graph) {
  for (const ir::Node& node : graph.nodes()) {
    if (node.primitive == &primitives::sum) {
      for (ir::ValueId id = graph.operands(node)[0]; graph.values()[id].node != ir::no_node;) {
        const ir::Node& maker = graph.nodes()[graph.values()[id].node];
        if (maker.primitive == &primitives::broadcast_to) {
          return true;
        }
        if (maker.operand_count != 1 && maker.primitive->lowering != ir::Lowering::pointwise) {
          break;
        }
        id = maker.operand_count > 0 ? graph.operands(maker)[0] : graph.inputs()[0];
        if (maker.operand_count == 0) {
          break;
        }
      }
    }
    for (const auto& [name, attribute] : *node.attributes) {
      if (const auto* body = std::get_if<ir::SubGraph>(&attribute); body != nullptr && sums_repeated(**body)) {
        return true;
      }
    }
  }
  return false;
}

void expect_exact(ir::Graph (*pass)(const ir::Graph&), std::uint64_t seeds) {
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    testing::Choices choices(seed);
    RandomProgram program = testing::random_program(choices, {.nodes = 16});
    program.graph = passes::remove_dead_code(program.graph);
    if (sums_repeated(program.graph)) {
      continue;
    }
    RandomProgram changed{pass(program.graph), program.inputs};
    ir::verify(changed.graph);
    const std::string found = testing::difference(testing::reference(program), testing::reference(changed));
    ASSERT_TRUE(found.empty()) << "seed " << seed << ": " << found << "\n"
                               << ir::print(program.graph) << ir::print(changed.graph);
  }
}

TEST(Canonical, FoldingChangesNoBit) { expect_exact(passes::fold_constants, 1500); }
TEST(Canonical, SharingChangesNoBit) { expect_exact(passes::share_common, 1500); }
TEST(Canonical, SimplifyingChangesNoBit) { expect_exact(passes::simplify, 3000); }
TEST(Canonical, AllPassesTogetherChangeNoBit) { expect_exact(canonical, 3000); }

class Simplify : public ::testing::Test {
 protected:
  ir::ValueId number(double value, const Shape& shape = {3}) {
    const ir::ValueId scalar = graph_.add(ir::constant, {}, {{"value", ir::scalar_literal(DType::f64, value)}});
    return graph_.add(primitives::broadcast_to, {{scalar}}, {{"shape", shape.lengths()}});
  }
  /// The nodes that are left of `value`, by name.
  std::string left_of(ir::ValueId value) {
    graph_.set_outputs({value});
    const ir::Graph left = canonical(graph_);
    std::string names;
    for (const ir::Node& node : left.nodes()) {
      names += (names.empty() ? "" : " ") + std::string(node.primitive->name);
    }
    return names;
  }
  ir::Graph graph_;
  ir::ValueId x_ = graph_.add_input({DType::f64, {3}});
  ir::ValueId y_ = graph_.add_input({DType::f64, {3}});
};

TEST_F(Simplify, FactorsOfOneVanish) {
  EXPECT_EQ(left_of(graph_.add(primitives::mul, {{x_, number(1)}})), "");
  EXPECT_EQ(left_of(graph_.add(primitives::chain_mul, {{number(1), x_}})), "");
  EXPECT_EQ(left_of(graph_.add(primitives::div, {{x_, number(1)}})), "");
}

TEST_F(Simplify, PlusZeroStaysForItChangesTheSignOfMinusZero) {
  EXPECT_EQ(left_of(graph_.add(primitives::add, {{x_, number(0.0)}})), "constant broadcast_to add");
  EXPECT_EQ(left_of(graph_.add(primitives::add, {{x_, number(-0.0)}})), "");
  EXPECT_EQ(left_of(graph_.add(primitives::sub, {{x_, number(0.0)}})), "");
}

TEST_F(Simplify, ChainProductsWithFiniteNumbersAreProducts) {
  EXPECT_EQ(left_of(graph_.add(primitives::chain_mul, {{x_, number(2.5)}})), "constant broadcast_to mul");
  EXPECT_EQ(left_of(graph_.add(primitives::chain_mul, {{x_, y_}})), "chain_mul");
  EXPECT_EQ(left_of(graph_.add(primitives::chain_mul, {{x_, number(std::numeric_limits<double>::infinity())}})),
            "constant broadcast_to chain_mul");
}

TEST_F(Simplify, ViewsOfViewsAreOne) {
  const ir::ValueId a =
      graph_.add(primitives::slice, {{x_}}, {{"begin", Integers{2}}, {"step", Integers{-1}}, {"counts", Integers{3}}});
  const ir::ValueId b =
      graph_.add(primitives::slice, {{a}}, {{"begin", Integers{2}}, {"step", Integers{-1}}, {"counts", Integers{3}}});
  EXPECT_EQ(left_of(b), "");
  const ir::ValueId both = graph_.add(primitives::concatenate, {{x_, y_}}, {{"axis", std::int64_t{0}}});
  EXPECT_EQ(left_of(graph_.add(primitives::slice, {{both}},
                               {{"begin", Integers{3}}, {"step", Integers{1}}, {"counts", Integers{3}}})),
            "");
}

TEST_F(Simplify, ASumOfEqualElementsIsAProduct) {
  EXPECT_EQ(left_of(graph_.add(primitives::sum, {{number(0.1, {3, 1000})}}, {{"axes", Integers{1}}})),
            "constant broadcast_to");
  const ir::ValueId spread = graph_.add(primitives::broadcast_to, {{x_}}, {{"shape", Integers{7, 3}}});
  EXPECT_EQ(left_of(graph_.add(primitives::sum, {{spread}}, {{"axes", Integers{0}}})), "constant broadcast_to mul");
}

TEST_F(Simplify, EqualNodesAreComputedOnce) {
  const ir::ValueId a = graph_.add(primitives::exp, {{graph_.add(primitives::mul, {{x_, y_}})}});
  const ir::ValueId b = graph_.add(primitives::exp, {{graph_.add(primitives::mul, {{y_, x_}})}});
  EXPECT_EQ(left_of(graph_.add(primitives::add, {{a, b}})), "mul exp add");
}

}  // namespace
}  // namespace downhill::exec
