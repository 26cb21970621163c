#pragma once
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "jit/compile_program.hpp"
#include "support/checksum.hpp"

namespace downhill::jit {

/// Compiled objects on disk, shared by all processes of a user. A cache never fails: what cannot be read is not there, what cannot be written
/// is not kept. Files are written beside their place and renamed, so that a reader sees a whole file or none; a damaged, truncated or foreign
/// file is known by its header and checksum, counts as absent, and is replaced.
class ObjectCache {
 public:
  /// `directory` is made if it does not exist. It is left alone unless it belongs to this user and nobody else can write to it:
  /// what lies in it is executed. Above `most_bytes` the files that have not been used for longest are removed.
  explicit ObjectCache(std::string directory, std::uint64_t most_bytes = std::uint64_t{256} << 20);

  [[nodiscard]] std::optional<CompiledProgram> find(const Checksum& key) const noexcept;
  void store(const Checksum& key, const CompiledProgram& program) const noexcept;

  /// Where the object called `key` is or would be.
  [[nodiscard]] std::string path(const Checksum& key) const;

 private:
  std::string directory_;
  std::uint64_t most_bytes_;
  mutable std::atomic<std::uint64_t> written_ = 0;  // bytes since the last look at the directory

  [[nodiscard]] bool is_safe() const;
  void evict() const;
};

}  // namespace downhill::jit
