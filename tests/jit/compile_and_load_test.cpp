#include <gtest/gtest.h>

#include <downhill/error.hpp>
#include <thread>

#include "jit/compiler.hpp"
#include "jit/emitter.hpp"
#include "jit/session.hpp"

namespace downhill::jit {
namespace {

// double f(double x) { return x * factor + 1; }
Object compile_line(double factor, Effort effort = Effort::optimised, const Target& target = Target::host()) {
  Emitter emitter(target);
  llvm::Type* const number = emitter.ir.getDoubleTy();
  llvm::Function* const function = emitter.begin_function("f", number, {number}, Emitter::Visibility::exported);
  Value* const scaled = emitter.ir.CreateFMul(function->getArg(0), llvm::ConstantFP::get(number, factor));
  emitter.ir.CreateRet(emitter.ir.CreateFAdd(scaled, llvm::ConstantFP::get(number, 1.0)));
  return Compiler(target, effort).compile(emitter.module);
}

bool same_bytes(const Object& a, const Object& b) { return std::ranges::equal(a.bytes(), b.bytes()); }

TEST(CompileAndLoad, BothEffortsRun) {
  const Session session;
  for (const Effort effort : {Effort::quick, Effort::optimised}) {
    const Code code = session.load(compile_line(3.0, effort));
    EXPECT_EQ(code.get<double(double)>("f")(2.0), 7.0);
  }
}

TEST(CompileAndLoad, EqualModulesGiveEqualBytes) {
  EXPECT_TRUE(same_bytes(compile_line(3.0), compile_line(3.0)));
  EXPECT_FALSE(same_bytes(compile_line(3.0), compile_line(4.0)));
}

TEST(CompileAndLoad, ObjectsWithTheSameNamesLiveSideBySide) {
  const Session session;
  const Code three = session.load(compile_line(3.0));
  const Code four = session.load(compile_line(4.0));
  EXPECT_EQ(three.get<double(double)>("f")(1.0), 4.0);
  EXPECT_EQ(four.get<double(double)>("f")(1.0), 5.0);
}

TEST(CompileAndLoad, CodeOutlivesItsSession) {
  auto session = std::make_unique<Session>();
  Code code = session->load(compile_line(3.0));
  session.reset();
  Code moved = std::move(code);
  EXPECT_EQ(moved.get<double(double)>("f")(2.0), 7.0);
}

TEST(CompileAndLoad, AMissingFunctionIsNamed) {
  const Session session;
  const Code code = session.load(compile_line(3.0));
  try {
    static_cast<void>(code.get<double(double)>("g"));
    FAIL() << "found a function that is not there";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("cannot load 'g'"), std::string::npos) << error.what();
  }
}

TEST(CompileAndLoad, AMissingSymbolIsNamed) {
  const Target& target = Target::host();
  Emitter emitter(target);
  llvm::Type* const number = emitter.ir.getDoubleTy();
  auto* const type = llvm::FunctionType::get(number, {number}, false);
  llvm::Function* const function = emitter.begin_function("f", number, {number}, Emitter::Visibility::exported);
  emitter.ir.CreateRet(
      emitter.ir.CreateCall(emitter.module.getOrInsertFunction("not_to_be_found", type), {function->getArg(0)}));
  const Session session;
  const Code code = session.load(Compiler(target, Effort::quick).compile(emitter.module));
  try {
    static_cast<void>(code.get<double(double)>("f"));
    FAIL() << "linked against a function that is not there";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("not_to_be_found"), std::string::npos) << error.what();
  }
}

TEST(CompileAndLoad, BytesThatAreNoObjectAreRefused) {
  const Session session;
  EXPECT_THROW(static_cast<void>(session.load(Object({'n', 'o'})).get<double(double)>("f")), Error);
  const Object whole = compile_line(3.0);
  const std::vector<char> half(whole.bytes().begin(),
                               whole.bytes().begin() + static_cast<std::ptrdiff_t>(whole.bytes().size() / 2));
  EXPECT_THROW(static_cast<void>(session.load(Object(half)).get<double(double)>("f")), Error);
}

TEST(CompileAndLoad, AMalformedModuleIsRefused) {
  const Target& target = Target::host();
  Emitter emitter(target);
  emitter.begin_function("f", emitter.ir.getDoubleTy(), {}, Emitter::Visibility::exported);  // no return
  EXPECT_THROW(static_cast<void>(Compiler(target, Effort::quick).compile(emitter.module)), Error);
}

TEST(CompileAndLoad, AnUnknownProcessorIsNamed) {
  EXPECT_THROW(static_cast<void>(Target::named("abacus")), OptionError);
  EXPECT_THROW(static_cast<void>(Target::named("x86-64")), OptionError);  // no fused multiply-add
  EXPECT_EQ(Target::named("x86-64-v3").vector_bytes, 32U);
  EXPECT_EQ(Target::named("x86-64-v4").lanes(sizeof(float)), 16U);
}

TEST(CompileAndLoad, ManyThreadsShareOneSession) {
  const Session session;
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (int turn = 0; turn < 25; ++turn) {
        const double factor = thread * 100 + turn;
        const Code code = session.load(compile_line(factor, Effort::quick));
        if (code.get<double(double)>("f")(2.0) == 2 * factor + 1) ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 100);
}

}  // namespace
}  // namespace downhill::jit
