#pragma once
#include <cstddef>
#include <string>

namespace downhill::jit {

/// A processor to emit code for, in LLVM's words.
struct Target {
  std::string triple;
  std::string cpu;
  std::string features;               ///< `+avx512f,-amx-tile,…`; empty: what the cpu implies
  std::size_t vector_bytes = 32;      ///< width of one vector register: 64, 32 or 16
  std::size_t vector_registers = 16;  ///< how many of them

  /// The machine this process runs on. Computed once.
  static const Target& host();

  /// A machine named as LLVM names it (`x86-64-v3`, `x86-64-v4`, `znver4`), with the host's triple. For exported code, and for tests of one program at several widths.
  /// Throws OptionError if the name is unknown or the cpu has no fused multiply-add.
  static Target named(const std::string& cpu);

  /// How many elements of `element_bytes` one vector holds.
  [[nodiscard]] std::size_t lanes(std::size_t element_bytes) const { return vector_bytes / element_bytes; }

  /// Everything that the emitted bytes depend on, the version of LLVM included: part of the key of cached objects.
  [[nodiscard]] std::string fingerprint() const;

  bool operator==(const Target&) const = default;
};

}  // namespace downhill::jit
