#pragma once
#include "ir/loops.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace downhill::ir {

/// Runs body(data, begin, end) over disjoint ranges that cover [0, count), on any threads, and returns when all are done.
using ParallelFor = void (*)(void* pool, std::int64_t count, void* data,
                             void (*body)(void* data, std::int64_t begin, std::int64_t end));

struct Threads {
  ParallelFor parallel_for = nullptr;  ///< null: run on the caller's thread
  void* pool = nullptr;
  int count = 1;
};

/// Memory that a later call will read: code fetches it into the cache in passing. Never read, so that it may be anything.
struct Upcoming {
  const void* const* slices = nullptr;
  std::int64_t count = 0;
  std::int64_t bytes = 0;  ///< of each slice
};

/// Where a compiled program failed: which kernel call (in program order) and how.
struct ExecutionStatus {
  Status status;
  const Primitive* primitive = nullptr;
};

/// Compiled code: immutable, callable from several threads at once, each with a workspace of its own.
class Executable {
 public:
  virtual ~Executable() = default;
  /// Bytes a call needs (aligned to 64), planned when compiled.
  [[nodiscard]] virtual std::size_t workspace_bytes() const = 0;
  /// Runs on raw row-major storage. Allocates nothing, throws nothing; the caller's floating-point environment is set
  /// to the default for the call and restored.
  virtual ExecutionStatus run(const void* const* inputs, void* const* outputs, void* workspace, const Threads& threads,
                              const Upcoming& upcoming) const noexcept = 0;
};

enum class Effort { quick, optimised };

struct CompileRequest {
  Effort effort = Effort::optimised;
  std::string cache_directory;  ///< of compiled objects; empty: none
  std::uint64_t key = 0;        ///< hash of the canonical graph
  bool only_cached = false;     ///< null without an error if the cache does not have it
};

struct ExportRequest {
  std::string name;                         ///< of the C function
  std::vector<std::string_view> data = {};  ///< bytes of the program's last inputs, which become part of the object
  std::size_t inputs = 0;                   ///< before them; read only where there are data
};

/// An exported program: an object file with one C function, and its header.
struct Export {
  std::string object;
  std::string header;
};

/// A code generator. Implemented by the plugin; errors come back as text because no exception may cross its boundary.
class Backend {
 public:
  virtual ~Backend() = default;
  /// Null on failure, with the reason in `error`.
  [[nodiscard]] virtual std::unique_ptr<Executable> compile(const loops::LoopProgram& program,
                                                            const CompileRequest& request, std::string& error) = 0;
  /// Code for `name(inputs…, outputs…)` that needs no library. False on failure, with the reason in `error`.
  [[nodiscard]] virtual bool export_object(const loops::LoopProgram& program, const ExportRequest& request,
                                           Export& result, std::string& error) = 0;
};

/// The plugin's only exported symbol has this type and the name below; the backend lives until the process ends.
using BackendEntry = Backend* (*)();
inline constexpr const char* backend_symbol = "downhill_backend";

}  // namespace downhill::ir
