#pragma once
#include <map>
#include <mutex>

#include "ir/backend.hpp"
#include "jit/object_cache.hpp"
#include "jit/session.hpp"

namespace downhill::jit {

/// The code generator behind the plugin's symbol. Thread-safe: every compilation has a compiler of its own, all share one linker.
class NativeBackend final : public ir::Backend {
 public:
  [[nodiscard]] std::unique_ptr<ir::Executable> compile(const ir::loops::LoopProgram& program,
                                                        const ir::CompileRequest& request, std::string& error) override;
  [[nodiscard]] bool export_object(const ir::loops::LoopProgram& program, const ir::ExportRequest& request,
                                   ir::Export& result, std::string& error) override;

 private:
  ObjectCache& cache_at(const std::string& directory);

  Session session_;
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<ObjectCache>> caches_;
};

}  // namespace downhill::jit
