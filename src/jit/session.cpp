#include "jit/session.hpp"

#include <atomic>
#include <cstring>
#include <downhill/error.hpp>
#include <utility>

#include "jit/llvm_start.hpp"
#include "llvm/ExecutionEngine/JITLink/JITLinkMemoryManager.h"
#include "llvm/ExecutionEngine/Orc/Core.h"
#include "llvm/ExecutionEngine/Orc/ExecutorProcessControl.h"
#include "llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h"
#include "llvm/Support/MemoryBuffer.h"

namespace downhill::jit {
namespace orc = llvm::orc;
namespace {

// Why the last link of this thread failed. ORC links on the calling thread, and tells the reason to the session's reporter only.
thread_local std::string reason;

std::string take_reason(llvm::Error error) {
  std::string text = llvm::toString(std::move(error));
  if (!reason.empty()) text += " (" + std::exchange(reason, {}) + ")";
  return text;
}

}  // namespace

struct Session::Linker {
  std::unique_ptr<orc::ExecutionSession> session;
  std::unique_ptr<orc::ObjectLinkingLayer> layer;
  orc::JITDylib* library = nullptr;  // what emitted code may call: the C library's memory functions
  std::atomic<std::uint64_t> loaded = 0;

  Linker() {
    start_llvm();
    auto control = orc::SelfExecutorProcessControl::Create();
    if (!control) throw Error("native code: no linker: " + llvm::toString(control.takeError()));
    session = std::make_unique<orc::ExecutionSession>(std::move(*control));
    session->setErrorReporter([](llvm::Error error) {
      if (!reason.empty()) reason += "; ";
      reason += llvm::toString(std::move(error));
    });
    layer = std::make_unique<orc::ObjectLinkingLayer>(*session, session->getExecutorProcessControl().getMemMgr());
    library = &session->createBareJITDylib("memory");
    orc::SymbolMap symbols;
    const auto add = [&](const char* name, auto* function) {
      symbols[session->intern(name)] = {orc::ExecutorAddr::fromPtr(function),
                                        llvm::JITSymbolFlags::Exported | llvm::JITSymbolFlags::Callable};
    };
    add("memcpy", static_cast<void* (*)(void*, const void*, std::size_t)>(&std::memcpy));
    add("memmove", static_cast<void* (*)(void*, const void*, std::size_t)>(&std::memmove));
    add("memset", static_cast<void* (*)(void*, int, std::size_t)>(&std::memset));
    llvm::cantFail(library->define(orc::absoluteSymbols(std::move(symbols))));
  }
  ~Linker() { llvm::consumeError(session->endSession()); }
};

struct Code::Implementation {
  std::shared_ptr<Session::Linker> linker;
  orc::JITDylib* dylib;

  Implementation(std::shared_ptr<Session::Linker> with, orc::JITDylib* in) : linker(std::move(with)), dylib(in) {}
  ~Implementation() { llvm::consumeError(linker->session->removeJITDylib(*dylib)); }
};

Code::Code(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}
Code::Code(Code&&) noexcept = default;
Code& Code::operator=(Code&&) noexcept = default;
Code::~Code() = default;

void* Code::address(const std::string& name) const {
  auto& session = *implementation_->linker->session;
  auto symbol = session.lookup({implementation_->dylib}, name);
  if (!symbol) throw Error("native code: cannot load '" + name + "': " + take_reason(symbol.takeError()));
  return symbol->getAddress().toPtr<void*>();
}

Session::Session() : linker_(std::make_shared<Linker>()) {}

Code Session::load(const Object& object) const {
  const std::string name = "object" + std::to_string(linker_->loaded++);
  orc::JITDylib& dylib = linker_->session->createBareJITDylib(name);
  auto implementation = std::make_unique<Code::Implementation>(linker_, &dylib);
  dylib.addToLinkOrder(*linker_->library);
  const std::span<const char> bytes = object.bytes();
  auto buffer = llvm::MemoryBuffer::getMemBufferCopy(llvm::StringRef(bytes.data(), bytes.size()), name);
  if (llvm::Error error = linker_->layer->add(dylib, std::move(buffer))) {
    throw Error("native code: cannot load an object: " + take_reason(std::move(error)));
  }
  return Code(std::move(implementation));
}

}  // namespace downhill::jit
