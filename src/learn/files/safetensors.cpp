#include "learn/files/safetensors.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <nlohmann/json.hpp>

#include "support/checksum.hpp"

namespace downhill::learn {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t head_bytes = 8;  // the length of the table, little-endian
constexpr std::size_t alignment = 8;   // of the arrays, as the format recommends
constexpr const char* metadata_key = "__metadata__";

struct NamedType {
  DType dtype;
  const char* name;
};
constexpr std::array types{NamedType{DType::f64, "F64"}, NamedType{DType::f32, "F32"}, NamedType{DType::i32, "I32"},
                           NamedType{DType::boolean, "BOOL"}};

std::size_t bytes_of(const Type& type) { return static_cast<std::size_t>(type.shape.size()) * size_of(type.dtype); }

[[noreturn]] void refuse(const std::string& name, const std::string& what) {
  throw InputError(fmt::format("train: '{}' {}", name, what));
}

Type type_of(const Json& entry, const std::string& name, const std::string& tensor) {
  const auto text = entry.at("dtype").get<std::string>();
  const auto* known = std::ranges::find_if(types, [&](const NamedType& type) { return text == type.name; });
  if (known == types.end())
    refuse(name, fmt::format("holds numbers of type {} in {}: F64, F32, I32 or BOOL is needed", text, tensor));
  std::int64_t size = 1;
  const auto lengths = entry.at("shape").get<std::vector<std::int64_t>>();
  for (const std::int64_t length : lengths) {
    if (length < 0 || __builtin_mul_overflow(size, length, &size) || size > (std::int64_t{1} << 40)) {
      refuse(name, fmt::format("has an impossible shape for {}", tensor));
    }
  }
  return {known->dtype, Shape(lengths)};
}

NamedNumbers read_tensor(const std::string& tensor, const Json& entry, std::string_view data, const std::string& name) {
  const Type type = type_of(entry, name, tensor);
  const auto offsets = entry.at("data_offsets").get<std::vector<std::uint64_t>>();
  if (offsets.size() != 2 || offsets[0] > offsets[1] || offsets[1] > data.size()) {
    refuse(name, fmt::format("is cut short: {} ends behind the end of the file", tensor));
  }
  if (offsets[1] - offsets[0] != bytes_of(type)) {
    refuse(name, fmt::format("has {} bytes for {}: {} needs {}", offsets[1] - offsets[0], tensor, to_string(type),
                             bytes_of(type)));
  }
  if (offsets[0] % size_of(type.dtype) != 0) refuse(name, fmt::format("has {} at an odd place", tensor));
  return {tensor, type, data.data() + offsets[0]};
}

// Of everything that a file says: the metadata but the checksum itself, the table, the arrays.
std::string checksum_of(const std::map<std::string, std::string>& metadata, const Json& table, std::string_view data) {
  std::string all;
  for (const auto& [key, text] : metadata) {
    if (key != checksum_key) all += fmt::format("{}={}\n", key, text);
  }
  for (const auto& [key, entry] : table.items()) {
    if (key != metadata_key) all += key + entry.dump();
  }
  return checksum(all.append(data)).hex();
}

}  // namespace

const std::string& TensorFile::text(const std::string& key, const std::string& name) const {
  const auto found = metadata.find(key);
  if (found == metadata.end()) refuse(name, fmt::format("is no saved run of downhill: it lacks '{}'", key));
  return found->second;
}

const NamedNumbers* TensorFile::find(const std::string& tensor) const {
  const auto found = std::ranges::find(tensors, tensor, &NamedNumbers::name);
  return found == tensors.end() ? nullptr : &*found;
}

std::string encode_safetensors(std::map<std::string, std::string> metadata, const std::vector<NamedNumbers>& tensors) {
  std::string data;
  Json table = Json::object();
  table[metadata_key] = Json::object();
  for (const NamedNumbers& one : tensors) {
    data.resize((data.size() + alignment - 1) / alignment * alignment, '\0');
    const std::size_t begin = data.size();
    data.append(static_cast<const char*>(one.data), bytes_of(one.type));
    const auto* type = std::ranges::find(types, one.type.dtype, &NamedType::dtype);
    table[one.name] = {
        {"dtype", type->name}, {"shape", one.type.shape.lengths()}, {"data_offsets", {begin, data.size()}}};
  }
  metadata[checksum_key] = checksum_of(metadata, table, data);
  table[metadata_key] = metadata;
  std::string head = table.dump();
  head.resize((head.size() + alignment - 1) / alignment * alignment, ' ');
  std::string bytes;
  bytes.reserve(head_bytes + head.size() + data.size());
  for (std::size_t k = 0; k < head_bytes; ++k) bytes += static_cast<char>((head.size() >> (8 * k)) & 0xFFU);
  return bytes + head + data;
}

TensorFile decode_safetensors(std::string bytes, const std::string& name) {
  if (bytes.size() < head_bytes) refuse(name, fmt::format("is cut short: it has {} bytes", bytes.size()));
  std::uint64_t head = 0;
  for (std::size_t k = 0; k < head_bytes; ++k) {
    head |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[k])) << (8 * k);
  }
  if (head > bytes.size() - head_bytes) {
    refuse(name,
           fmt::format("is no safetensors file or cut short: its table has {} bytes, the file {}", head, bytes.size()));
  }
  TensorFile file;
  file.bytes = std::make_shared<const std::string>(std::move(bytes));
  const std::string_view all = *file.bytes;
  const std::string_view data = all.substr(head_bytes + head);
  try {
    const Json table = Json::parse(all.substr(head_bytes, head));
    for (const auto& [key, entry] : table.items()) {
      if (key == metadata_key) {
        file.metadata = entry.get<std::map<std::string, std::string>>();
      } else {
        file.tensors.push_back(read_tensor(key, entry, data, name));
      }
    }
    const auto sum = file.metadata.find(checksum_key);
    if (sum != file.metadata.end() && sum->second != checksum_of(file.metadata, table, data)) {
      refuse(name, "is damaged: it does not have the checksum that was written with it");
    }
  } catch (const nlohmann::json::parse_error& error) {  // whose text repeats all that was read
    refuse(name, fmt::format("has a damaged table: it is no JSON from byte {} on", error.byte + head_bytes));
  } catch (const nlohmann::json::exception& error) {
    refuse(name, fmt::format("has a damaged table: {}", error.what()));
  }
  return file;
}

}  // namespace downhill::learn
