#pragma once
#include <downhill/derivatives.hpp>
#include <downhill/type.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

/// Compiled programs: a function of arrays, traced once for given types and then run on raw numbers.
namespace downhill {

/// What runs a program. Both give the same bits.
enum class Engine : std::uint8_t {
  native,       ///< machine code for this processor; falls back to the interpreter, with the reason, if there is none
  interpreter,  ///< the reference: one primitive after the other
};

/// What runs a native program's first calls. Later ones always run the best code; the bits never change.
enum class FirstCode {
  quick,      ///< made in a fraction of the time; programs that are called often are improved in the background
  optimised,  ///< the best code from the first call on
};

struct ProgramOptions {
  Engine engine = Engine::native;
  int threads = 0;  ///< for large arrays; 0: all processors. Never changes a bit.
  /// Where compiled objects are kept between processes; `default_cache_directory()` unless set, empty for nowhere.
  std::string cache_directory = "default";
  FirstCode first_code = FirstCode::quick;
  /// Outputs that would rather overwrite an input of the same type than take memory of their own; see Program::is_in_place.
  struct InPlace {
    std::size_t output = 0;
    std::size_t input = 0;
  };
  std::vector<InPlace> in_place = {};
};

/// Why a run ended early: a text like `cholesky: matrix is not positive definite: pivot 2 is -0.5`; empty if it did not.
class RunStatus {
 public:
  RunStatus() = default;
  explicit RunStatus(std::string failure) : failure_(std::make_shared<const std::string>(std::move(failure))) {}
  [[nodiscard]] bool is_ok() const { return failure_ == nullptr; }
  [[nodiscard]] std::string message() const { return failure_ ? *failure_ : std::string(); }

 private:
  std::shared_ptr<const std::string> failure_;
};

/// Immutable and cheap to copy. Runs may go on in several threads at once, each with a workspace of its own.
class Program {
 public:
  /// Traces `f` on arrays of these types and compiles it. Arrays that f captures become part of the program's data.
  /// Throws what f throws, and ExecutionError if the program would need more memory than there is.
  [[nodiscard]] static Program compile(const ArrayFunction& f, std::span<const Type> inputs,
                                       const ProgramOptions& options = {});

  [[nodiscard]] const std::vector<Type>& inputs() const;
  [[nodiscard]] const std::vector<Type>& outputs() const;
  /// Bytes of scratch that a run needs, aligned to 64.
  [[nodiscard]] std::size_t workspace_bytes() const;

  /// Memory that a later run will read, `bytes` from each address on.
  struct Upcoming {
    std::span<const void* const> slices = {};
    std::size_t bytes = 0;
  };
  /// Reads `inputs` and writes `outputs`, row-major, one pointer each. Allocates nothing when native. What is `upcoming` is fetched
  /// into the cache in passing.
  [[nodiscard]] RunStatus run(const void* const* inputs, void* const* outputs, void* workspace,
                              const Upcoming& upcoming) const;
  [[nodiscard]] RunStatus run(const void* const* inputs, void* const* outputs, void* workspace) const {
    return run(inputs, outputs, workspace, Upcoming());
  }

  /// Whether a run may be given the memory of the input that was asked for as that of this output: nothing reads an element of it
  /// after its new value is written.
  [[nodiscard]] bool is_in_place(std::size_t output) const;

  /// What runs it, and why not the one asked for (empty if it is).
  [[nodiscard]] Engine engine() const;
  [[nodiscard]] const std::string& fallback_reason() const;
  [[nodiscard]] double trace_seconds() const;
  [[nodiscard]] double compile_seconds() const;

  /// The program as text: one line a primitive.
  [[nodiscard]] std::string print() const;

  struct Exported {
    std::string object;  ///< bytes of a relocatable object file
    std::string header;  ///< text of the C header that declares its one function
  };
  /// Code for `name(inputs…, outputs…)` that needs no library. Throws ExecutionError if there is no native code for it.
  [[nodiscard]] Exported export_object(const std::string& name) const;

 private:
  struct Implementation;
  std::shared_ptr<const Implementation> implementation_;
};

/// $XDG_CACHE_HOME/downhill or ~/.cache/downhill; empty if neither variable is set.
[[nodiscard]] std::string default_cache_directory();

/// How many programs this process has compiled so far. One of the same graph and types as an earlier one counts no more:
/// the last few hundred are remembered.
[[nodiscard]] std::size_t compiled_programs();

}  // namespace downhill
