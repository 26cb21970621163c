#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace downhill::jit {

/// Relocatable machine code (an ELF file in memory): an immutable value that is cached, loaded and exported alike. Copies share the bytes.
class Object {
 public:
  explicit Object(std::vector<char> bytes) : bytes_(std::make_shared<const std::vector<char>>(std::move(bytes))) {}
  [[nodiscard]] std::span<const char> bytes() const { return *bytes_; }

 private:
  std::shared_ptr<const std::vector<char>> bytes_;
};

}  // namespace downhill::jit
