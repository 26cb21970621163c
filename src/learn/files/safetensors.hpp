#pragma once
#include <downhill/learn/train.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

/// The safetensors format: named arrays with a table of contents in front (huggingface/safetensors, format 0.4).
namespace downhill::learn {

/// The entry of the metadata that holds the checksum; files of other programs have none.
inline constexpr const char* checksum_key = "downhill_checksum";

/// What a file holds. The arrays point into `bytes`, which copies share.
struct TensorFile {
  std::map<std::string, std::string> metadata;
  std::vector<NamedNumbers> tensors;
  std::shared_ptr<const std::string> bytes;

  /// Throws InputError if there is none.
  [[nodiscard]] const std::string& text(const std::string& key, const std::string& name) const;
  [[nodiscard]] const NamedNumbers* find(const std::string& tensor) const;
};

/// The bytes of a file. A checksum of all of it joins the metadata.
[[nodiscard]] std::string encode_safetensors(std::map<std::string, std::string> metadata,
                                             const std::vector<NamedNumbers>& tensors);
/// Throws InputError `train: '<name>' …` for what is no such file, is damaged, cut short or inconsistent. Arrays of types that downhill
/// does not have are refused.
[[nodiscard]] TensorFile decode_safetensors(std::string bytes, const std::string& name);

}  // namespace downhill::learn
