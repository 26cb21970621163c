#include "exec/compiled_code.hpp"
#include "exec/background.hpp"
#include "exec/plugin.hpp"
#include "ops/primitives.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace downhill::exec {
namespace {

/// exp(x) * factor for x f64[100]
ir::Graph scaled_exp(double factor) {
  ir::Graph graph;
  const ir::ValueId x = graph.add_input({DType::f64, {100}});
  const ir::ValueId scalar = graph.add(ir::constant, {}, {{"value", ir::scalar_literal(DType::f64, factor)}});
  const ir::ValueId many = graph.add(primitives::broadcast_to, {{scalar}}, {{"shape", std::vector<std::int64_t>{100}}});
  graph.set_outputs({graph.add(primitives::mul, {{graph.add(primitives::exp, {{x}}), many}})});
  return graph;
}

class Code : public ::testing::Test {
 protected:
  void SetUp() override {
    if (native_backend().backend == nullptr) {
      GTEST_SKIP() << native_backend().reason;
    }
    for (std::size_t k = 0; k < x_.size(); ++k) {
      x_[k] = std::sin(static_cast<double>(k));
    }
  }
  std::vector<double> run(CompiledCode& code) {
    std::vector<double> y(x_.size());
    const void* inputs[] = {x_.data()};
    void* outputs[] = {y.data()};
    alignas(64) std::byte workspace[4096];
    EXPECT_LE(code.workspace_bytes(), sizeof workspace);
    EXPECT_EQ(code.code().run(inputs, outputs, workspace, {}, {}).status.fault, ir::Fault::none);
    return y;
  }
  std::vector<double> x_ = std::vector<double>(100);
};

TEST_F(Code, OfTheSameGraphIsMadeOnce) {
  const std::size_t before = CompiledCode::compilations();
  const auto first = CompiledCode::find_or_compile(scaled_exp(2.5), {});
  const auto second = CompiledCode::find_or_compile(scaled_exp(2.5), {});
  EXPECT_EQ(first, second);
  EXPECT_EQ(CompiledCode::compilations(), before + 1);
  EXPECT_NE(CompiledCode::find_or_compile(scaled_exp(3.5), {}), first);
  EXPECT_EQ(CompiledCode::compilations(), before + 2);
}

TEST_F(Code, ThatRunsOftenIsReplacedAndKeepsItsBits) {
  const auto code = CompiledCode::find_or_compile(scaled_exp(1.25), {});
  const ir::Executable* const quick = &code->code();
  const std::vector<double> wanted = run(*code);
  for (int k = 0; k < 20; ++k) {
    EXPECT_EQ(run(*code), wanted);
  }
  wait_for_background();
  EXPECT_NE(&code->code(), quick);
  EXPECT_EQ(run(*code), wanted);
}

TEST_F(Code, OptimisedAtOnceIsNotReplaced) {
  const auto code =
      CompiledCode::find_or_compile(scaled_exp(1.5), {.cache_directory = {}, .first = FirstCode::optimised});
  const ir::Executable* const first = &code->code();
  for (int k = 0; k < 20; ++k) {
    run(*code);
  }
  wait_for_background();
  EXPECT_EQ(&code->code(), first);
}

TEST_F(Code, IsForgottenAfterAFewHundredOthersButLivesOnWhereItIsUsed) {
  const auto code = CompiledCode::find_or_compile(scaled_exp(0.75), {});
  const std::vector<double> wanted = run(*code);
  for (int k = 0; k < 260; ++k) {
    static_cast<void>(CompiledCode::find_or_compile(scaled_exp(10.0 + k), {}));
  }
  EXPECT_NE(CompiledCode::find_or_compile(scaled_exp(0.75), {}), code);
  EXPECT_EQ(run(*code), wanted);
}

}  // namespace
}  // namespace downhill::exec
