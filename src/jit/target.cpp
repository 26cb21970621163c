#include "jit/target.hpp"

#include <downhill/error.hpp>
#include <memory>
#include <set>

#include "jit/llvm_start.hpp"
#include "llvm/ADT/StringMap.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/TargetParser/Host.h"

namespace downhill::jit {
namespace {

bool has(const llvm::MCSubtargetInfo& subtarget, const char* feature) { return subtarget.checkFeatures(feature); }

Target describe(std::string triple, std::string cpu, std::string features) {
  start_llvm();
  std::string reason;
  const llvm::Target* target = llvm::TargetRegistry::lookupTarget(triple, reason);
  if (target == nullptr)
    throw OptionError("native code: no code generator for this machine: '" + triple + "' (" + reason + ")");
  const std::unique_ptr<llvm::MCSubtargetInfo> subtarget(target->createMCSubtargetInfo(triple, cpu, features));
  if (!subtarget || !subtarget->isCPUStringValid(cpu)) {
    throw OptionError("native code: unknown processor: '" + cpu + "' for '" + triple + "'");
  }
  Target described{std::move(triple), std::move(cpu), std::move(features)};
  if (described.triple.starts_with("x86_64")) {
    if (!has(*subtarget, "+fma") || !has(*subtarget, "+avx2")) {
      throw OptionError("native code: needs fused multiply-add and AVX2 (x86-64-v3 or later): '" + described.cpu + "'");
    }
    const bool wide = has(*subtarget, "+avx512f") && has(*subtarget, "+avx512dq") && has(*subtarget, "+avx512vl") &&
                      has(*subtarget, "+avx512bw");
    described.vector_bytes = wide ? 64 : 32;
    described.vector_registers = wide ? 32 : 16;
  } else {
    described.vector_bytes = 16;
    described.vector_registers = 32;
  }
  return described;
}

}  // namespace

const Target& Target::host() {
  static const Target host = [] {
    // Only where this machine differs from what its processor's name implies: LLVM reads the list anew for every compiler.
    start_llvm();
    const std::string triple = llvm::sys::getProcessTriple();
    const std::string cpu = llvm::sys::getHostCPUName().str();
    std::string reason;
    const llvm::Target* const target = llvm::TargetRegistry::lookupTarget(triple, reason);
    const std::unique_ptr<llvm::MCSubtargetInfo> implied(
        target == nullptr ? nullptr : target->createMCSubtargetInfo(triple, cpu, ""));
    std::set<std::string> sorted;
    for (const auto& feature : llvm::sys::getHostCPUFeatures()) {
      const std::string name = feature.first().str();
      if (!implied || implied->checkFeatures("+" + name) != feature.second)
        sorted.insert((feature.second ? "+" : "-") + name);
    }
    std::string features;
    for (const std::string& feature : sorted) features += (features.empty() ? "" : ",") + feature;
    return describe(triple, cpu, std::move(features));
  }();
  return host;
}

Target Target::named(const std::string& cpu) { return describe(llvm::sys::getProcessTriple(), cpu, ""); }

std::string Target::fingerprint() const {
  return triple + "\n" + cpu + "\n" + features + "\n" + std::to_string(vector_bytes) + "\nllvm " LLVM_VERSION_STRING;
}

}  // namespace downhill::jit
