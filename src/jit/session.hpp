#pragma once
#include <memory>
#include <string>
#include <type_traits>

#include "jit/object.hpp"

namespace downhill::jit {

/// Loaded, executable code. Move-only; its pages are freed with it. Keeps the session's linker alive.
class Code {
 public:
  Code(Code&&) noexcept;
  Code& operator=(Code&&) noexcept;
  ~Code();

  /// The function `name`. `F` is a function type, e.g. `double(double)`. Throws Error if the object does not define it.
  template <class F>
  [[nodiscard]] F* get(const std::string& name) const {
    static_assert(std::is_function_v<F>);
    return reinterpret_cast<F*>(address(name));
  }

 private:
  friend class Session;
  struct Implementation;
  explicit Code(std::unique_ptr<Implementation> implementation);
  [[nodiscard]] void* address(const std::string& name) const;
  std::unique_ptr<Implementation> implementation_;
};

/// Loads objects into this process. Thread-safe; cheap to copy (copies share one linker).
class Session {
 public:
  Session();

  /// Links `object` against nothing but the C library's memory functions and maps it executable (never writable and executable at once).
  /// Throws Error, naming the reason, if the bytes are no object, a symbol is missing, or the system refuses executable memory.
  [[nodiscard]] Code load(const Object& object) const;

 private:
  struct Linker;
  std::shared_ptr<Linker> linker_;
  friend class Code;
};

}  // namespace downhill::jit
