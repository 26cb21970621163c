#include "jit/compiler.hpp"

#include <downhill/error.hpp>
#include <utility>

#include "jit/llvm_start.hpp"
#include "llvm/Analysis/CGSCCPassManager.h"
#include "llvm/Analysis/LoopAnalysisManager.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/CodeGen/MachineModuleInfo.h"
#include "llvm/CodeGen/Passes.h"
#include "llvm/CodeGen/TargetPassConfig.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/MC/MCContext.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"

namespace downhill::jit {
namespace {

// Above this many instructions in one straight-line function, scheduling costs half of the compile time and gains nothing.
constexpr std::size_t scheduling_limit = 300;

bool has_loops(const llvm::Function& function) {
  // The emitter writes blocks in order, so that a loop shows as a branch to an earlier block.
  llvm::SmallPtrSet<const llvm::BasicBlock*, 32> seen;
  for (const llvm::BasicBlock& block : function) {
    seen.insert(&block);
    for (const llvm::BasicBlock* next : llvm::successors(&block)) {
      if (seen.contains(next)) return true;
    }
  }
  return false;
}

bool has_more_instructions(const llvm::Function& function, std::size_t limit) {
  std::size_t count = 0;
  for (const llvm::BasicBlock& block : function) {
    for (auto at = block.begin(); at != block.end(); ++at) {
      if (++count > limit) return true;
    }
  }
  return false;
}

struct Survey {
  bool loops = false;
  bool long_lines = false;  // a straight-line function above the scheduling limit
};

Survey survey(const llvm::Module& module) {
  Survey found;
  for (const llvm::Function& function : module) {
    if (function.isDeclaration()) continue;
    const bool loops = has_loops(function);
    found.loops = found.loops || loops;
    found.long_lines = found.long_lines || (!loops && has_more_instructions(function, scheduling_limit));
  }
  return found;
}

}  // namespace

struct Compiler::Implementation {
  Target target;
  Effort effort;
  std::unique_ptr<llvm::LLVMTargetMachine> machine;

  Implementation(const Target& for_target, Effort with_effort) : target(for_target), effort(with_effort) {
    start_llvm();
    std::string reason;
    const llvm::Target* found = llvm::TargetRegistry::lookupTarget(target.triple, reason);
    if (found == nullptr)
      throw OptionError("native code: no code generator for this machine: '" + target.triple + "' (" + reason + ")");
    llvm::TargetOptions options;
    options.AllowFPOpFusion = llvm::FPOpFusion::Strict;
    options.EnableFastISel = effort == Effort::quick;
    machine.reset(static_cast<llvm::LLVMTargetMachine*>(found->createTargetMachine(
        target.triple, target.cpu, target.features, options, llvm::Reloc::PIC_, llvm::CodeModel::Small)));
  }

  void prepare(llvm::Module& module) const {
    module.setTargetTriple(target.triple);
    module.setDataLayout(machine->createDataLayout());
    for (llvm::Function& function : module) {
      if (function.isDeclaration()) continue;
      function.addFnAttr("target-cpu", target.cpu);
      function.addFnAttr("target-features", target.features);
      function.addFnAttr("prefer-vector-width", std::to_string(target.vector_bytes * 8));
      function.addFnAttr("min-legal-vector-width", std::to_string(target.vector_bytes * 8));
      function.addFnAttr(llvm::Attribute::NoUnwind);
    }
    std::string complaint;
    llvm::raw_string_ostream stream(complaint);
    if (llvm::verifyModule(module, &stream)) throw Error("native code: malformed program: " + complaint);
  }

  void simplify(llvm::Module& module) const {
    llvm::LoopAnalysisManager loops;
    llvm::FunctionAnalysisManager functions;
    llvm::CGSCCAnalysisManager calls;
    llvm::ModuleAnalysisManager modules;
    llvm::PassBuilder builder(machine.get());
    builder.registerModuleAnalyses(modules);
    builder.registerCGSCCAnalyses(calls);
    builder.registerFunctionAnalyses(functions);
    builder.registerLoopAnalyses(loops);
    builder.crossRegisterProxies(loops, functions, calls, modules);
    llvm::ModulePassManager passes;
    // Vectors, unrolling and fusion are the emitter's work: what is left is hoisting out of loops and folding what became constant.
    if (llvm::Error error = builder.parsePassPipeline(
            passes, "function(early-cse,loop-simplify,lcssa,loop-mssa(licm),instsimplify,simplifycfg)")) {
      throw Error("native code: no such passes: " + llvm::toString(std::move(error)));
    }
    passes.run(module, modules);
  }

  // LLVMTargetMachine::addPassesToEmitFile with one difference: the scheduler can be left out without touching a process-wide option.
  void emit(llvm::Module& module, llvm::CodeGenFileType type, llvm::raw_pwrite_stream& stream) {
    const Survey found = survey(module);
    if (effort == Effort::optimised) {
      // On straight lines the full effort takes half as long again and gains nothing.
      machine->setOptLevel(found.loops ? llvm::CodeGenOptLevel::Default : llvm::CodeGenOptLevel::Less);
    } else {
      // On straight lines the full effort takes half as long again and gains nothing.
      machine->setOptLevel(found.loops ? llvm::CodeGenOptLevel::Less : llvm::CodeGenOptLevel::None);
    }
    llvm::legacy::PassManager passes;
    passes.add(new llvm::TargetLibraryInfoWrapperPass(machine->getTargetTriple()));
    auto* information = new llvm::MachineModuleInfoWrapperPass(machine.get());
    llvm::TargetPassConfig* config = machine->createPassConfig(passes);
    config->setDisableVerify(true);
    // The processors at hand reorder what is in flight themselves: a second schedule after register allocation gains nothing.
    config->disablePass(&llvm::PostRASchedulerID);
    if (found.long_lines && !found.loops) config->disablePass(&llvm::MachineSchedulerID);
    passes.add(config);
    passes.add(information);
    if (config->addISelPasses())
      throw Error("native code: this target has no instruction selection: '" + target.triple + "'");
    config->addMachinePasses();
    config->setInitialized();
    if (machine->addAsmPrinter(passes, stream, nullptr, type, information->getMMI().getContext())) {
      throw Error("native code: this target emits no objects: '" + target.triple + "'");
    }
    passes.add(llvm::createFreeMachineFunctionPass());
    passes.run(module);
  }

  void run(llvm::Module& module, llvm::CodeGenFileType type, llvm::raw_pwrite_stream& stream) {
    prepare(module);
    // Straight-line code comes folded from the emitter.
    if (effort == Effort::optimised && survey(module).loops) simplify(module);
    emit(module, type, stream);
  }
};

Compiler::Compiler(const Target& target, Effort effort)
    : implementation_(std::make_unique<Implementation>(target, effort)) {}
Compiler::Compiler(Compiler&&) noexcept = default;
Compiler& Compiler::operator=(Compiler&&) noexcept = default;
Compiler::~Compiler() = default;

Object Compiler::compile(llvm::Module& module) {
  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  implementation_->run(module, llvm::CodeGenFileType::ObjectFile, stream);
  return Object(std::vector<char>(bytes.begin(), bytes.end()));
}

std::string Compiler::assembly(llvm::Module& module) {
  llvm::SmallVector<char, 0> text;
  llvm::raw_svector_ostream stream(text);
  implementation_->run(module, llvm::CodeGenFileType::AssemblyFile, stream);
  return {text.begin(), text.end()};
}

}  // namespace downhill::jit
