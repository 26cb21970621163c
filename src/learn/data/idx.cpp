#include <fmt/format.h>
#include <fmt/ranges.h>
#include <zlib.h>
#include <downhill/error.hpp>
#include <downhill/learn/data.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <string_view>
#include <vector>

#include "learn/data/arrays.hpp"
#include "learn/data/inflate.hpp"

#include "support/large_pages.hpp"

namespace downhill::learn {
namespace {

/// An element type of the format: its code, its size and how a row of them is read.
struct ElementType {
  unsigned code;
  std::size_t bytes;
  std::vector<float> (*read)(std::string_view);
};

template <class T>
T big_endian(const char* bytes) {
  std::array<char, sizeof(T)> swapped{};
  std::reverse_copy(bytes, bytes + sizeof(T), swapped.begin());
  return std::bit_cast<T>(swapped);
}
template <class T>
constexpr ElementType element(unsigned code) {
  return {code, sizeof(T), [](std::string_view bytes) {
            std::vector<float> numbers;
            reserve_in_large_pages(numbers, bytes.size() / sizeof(T));
            numbers.resize(bytes.size() / sizeof(T));
            for (std::size_t k = 0; k < numbers.size(); ++k) {
              numbers[k] = static_cast<float>(big_endian<T>(bytes.data() + k * sizeof(T)));
            }
            return numbers;
          }};
}

constexpr unsigned byte_code = 0x08;
constexpr std::array element_types{
    element<std::uint8_t>(byte_code), element<std::int8_t>(0x09), element<std::int16_t>(0x0B),
    element<std::int32_t>(0x0C),      element<float>(0x0D),       element<double>(0x0E)};

[[noreturn]] void refuse(const std::string& path, const std::string& what) {
  throw InputError(fmt::format("data: '{}' {}", path, what));
}

}  // namespace

StoredArray read_idx(const std::string& path, Bytes kept) {
  const std::string bytes = read_unpacked(path);
  if (bytes.size() < 4 || bytes[0] != 0 || bytes[1] != 0)
    refuse(path, "is not an IDX file: it does not begin with two zero bytes");
  const auto code = static_cast<unsigned char>(bytes[2]);
  const auto* type = std::ranges::find(element_types, code, &ElementType::code);
  if (type == element_types.end()) {
    refuse(path,
           fmt::format("has an unknown type of numbers: 0x{:02x} where one of 08, 09, 0b, 0c, 0d, 0e is needed", code));
  }
  const auto rank = static_cast<std::size_t>(static_cast<unsigned char>(bytes[3]));
  const std::size_t head = 4 + 4 * rank;
  if (bytes.size() < head)
    refuse(path, fmt::format("is cut short: {} bytes where its head has {}", bytes.size(), head));
  StoredArray result;
  std::size_t count = 1;
  for (std::size_t k = 0; k < rank; ++k) {
    const auto length = big_endian<std::uint32_t>(bytes.data() + 4 + 4 * k);
    result.lengths.push_back(length);
    count = length != 0 && count > most_data_bytes / length ? most_data_bytes : count * length;
  }
  const std::size_t body = bytes.size() - head;
  if (body != count * type->bytes) {
    refuse(path, fmt::format("is {}: {} bytes of numbers where {} of {} bytes are announced",
                             body < count * type->bytes ? "cut short" : "too long", body,
                             fmt::join(result.lengths, " x "), type->bytes));
  }
  if (code == byte_code && kept == Bytes::kept) {
    reserve_in_large_pages(result.bytes, body);
    result.bytes.assign(bytes.begin() + static_cast<std::ptrdiff_t>(head), bytes.end());
  } else {
    result.numbers = type->read(std::string_view(bytes).substr(head));
  }
  return result;
}

namespace {

std::string find_file(const std::string& folder, const std::string& stem, const std::string& kind) {
  for (const std::string& name : {stem + "-" + kind, stem + "." + kind}) {
    for (const char* suffix : {"", ".gz"}) {
      const std::filesystem::path path = std::filesystem::path(folder) / (name + suffix);
      std::error_code error;
      if (std::filesystem::exists(path, error)) return path.string();
    }
  }
  throw InputError(fmt::format("data: '{}' has no file {}-{}, compressed or not", folder, stem, kind));
}

// The lengths in the head of a file of bytes, without reading on; none where it has no such head.
std::vector<std::int64_t> lengths_of(const std::string& path) {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), &gzclose);
  std::array<char, 4> kind{};
  const auto is_read = [&](auto& bytes) {
    return gzread(file.get(), bytes.data(), static_cast<unsigned>(bytes.size())) == static_cast<int>(bytes.size());
  };
  if (!file || !is_read(kind)) return {};
  std::vector<std::int64_t> lengths;
  for (int axis = 0; axis < kind[3]; ++axis) {
    std::array<char, 4> length{};
    if (!is_read(length)) return {};
    lengths.push_back(big_endian<std::uint32_t>(length.data()));
  }
  return lengths;
}

using OnLabels = std::function<void(const DataSet& bare)>;

// Where the files do not fit, what is wrong is said when both are read.
void tell_labels(const StoredArray& labels, const std::string& file, const std::vector<std::int64_t>& lengths,
                 const OnLabels& on_labels) {
  if (lengths.empty() || labels.lengths != std::vector{lengths.front()}) return;
  DataSet bare;
  bare.sample = Shape(std::vector<std::int64_t>(lengths.begin() + 1, lengths.end()));
  set_labels(bare, labels, file);
  on_labels(bare);
}

DataSet read_part(const std::string& folder, const std::string& part, const OnLabels& on_labels, Bytes bytes) {
  const std::string image_file = find_file(folder, part + "-images", "idx3-ubyte");
  const std::string label_file = find_file(folder, part + "-labels", "idx1-ubyte");
  const StoredArray labels = read_idx(label_file);
  if (on_labels) tell_labels(labels, label_file, lengths_of(image_file), on_labels);
  StoredArray images = read_idx(image_file, bytes);
  DataSet data = samples_of(std::move(images), image_file);
  add_labels(data, labels, label_file);
  return data;
}

}  // namespace

Split read_idx_folder(const std::string& folder, const std::function<void(const DataSet& bare)>& on_labels,
                      Bytes bytes) {
  std::future<DataSet> test =
      std::async(std::launch::async, read_part, folder, "t10k", OnLabels{}, bytes);  // beside the other
  Split split{read_part(folder, "train", on_labels, bytes), {}};
  split.test = test.get();
  require_agreement(split, folder);
  return split;
}

}  // namespace downhill::learn
