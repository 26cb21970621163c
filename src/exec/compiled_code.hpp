#pragma once
#include "ir/backend.hpp"
#include "ir/graph.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

namespace downhill::exec {

/// How far code is to be brought before it is first run.
enum class FirstCode {
  quick,      ///< compiled in a fraction of the time, and better code later, in the background, if it runs often
  optimised,  ///< the best there is
};

/// A canonical graph and the machine code that runs it. Programs of the same graph share one.
class CompiledCode : public std::enable_shared_from_this<CompiledCode> {
 public:
  struct Request {
    std::string cache_directory;
    FirstCode first = FirstCode::quick;
    friend bool operator==(const Request&, const Request&) = default;
  };

  /// The code for a traced graph: that which is there already (the last few hundred graphs are remembered), or new.
  [[nodiscard]] static std::shared_ptr<CompiledCode> find_or_compile(const ir::Graph& traced, const Request& request);

  [[nodiscard]] const ir::Graph& graph() const { return graph_; }
  /// Why there is no code; empty if there is.
  [[nodiscard]] const std::string& failure() const { return failure_; }
  [[nodiscard]] bool has_code() const { return current_.load(std::memory_order_relaxed) != nullptr; }
  [[nodiscard]] std::size_t workspace_bytes() const { return workspace_bytes_; }
  /// Seconds of the compilation that came before the first run; 0 if the code was there.
  [[nodiscard]] double compile_seconds() const { return compile_seconds_; }

  /// The code to run now. Counts the call: code that runs often is improved.
  [[nodiscard]] const ir::Executable& code() {
    if (!is_settled_.load(std::memory_order_relaxed)) {
      note_call();
    }
    return *current_.load(std::memory_order_acquire);
  }

  /// How many graphs this process has compiled for running.
  [[nodiscard]] static std::size_t compilations();

 private:
  CompiledCode() = default;
  void compile(const Request& request);
  void note_call();
  void improve_in_background();
  void improve();

  ir::Graph graph_;
  std::string failure_;
  std::string cache_directory_;
  std::size_t workspace_bytes_ = 0;
  double compile_seconds_ = 0;
  std::unique_ptr<ir::Executable> first_;
  std::unique_ptr<ir::Executable> best_;  ///< written once, before current_ shows it
  std::atomic<const ir::Executable*> current_{nullptr};
  std::atomic<bool> is_settled_{false};  ///< no call needs to be counted any more
  std::atomic<unsigned> calls_{0};
};

}  // namespace downhill::exec
