#include "learn/data/inflate.hpp"

#include <fmt/format.h>
#include <zlib.h>
#include <downhill/error.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>

#include "support/files.hpp"

namespace downhill::learn {
namespace {

constexpr int gzip_window = 15 + 16;  // zlib's way to ask for the gzip format
constexpr int bare_window = -15;      // and for no header at all
constexpr std::size_t chunk = std::size_t{1} << 20U;

class Inflater {
 public:
  Inflater(std::string_view bytes, Packing packing) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib does not write there
    stream_.avail_in = static_cast<uInt>(bytes.size());
    is_open_ = inflateInit2(&stream_, packing == Packing::gzip ? gzip_window : bare_window) == Z_OK;
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() {
    if (is_open_) inflateEnd(&stream_);
  }

  [[nodiscard]] bool is_open() const { return is_open_; }
  // Fills `to` and returns how much of it, with zlib's status.
  std::size_t read(char* to, std::size_t size, int& status) {
    stream_.next_out = reinterpret_cast<Bytef*>(to);
    stream_.avail_out = static_cast<uInt>(size);
    status = ::inflate(&stream_, Z_NO_FLUSH);
    return size - stream_.avail_out;
  }
  [[nodiscard]] const char* message() const { return stream_.msg != nullptr ? stream_.msg : "it ends too early"; }

 private:
  z_stream stream_{};
  bool is_open_ = false;
};

// The last four bytes of a gzip file: its size unpacked, modulo 2^32. A file may lie: no more than a hint, and nothing is reserved
// that it could not hold.
std::size_t announced_size(std::string_view bytes) {
  constexpr std::size_t most_packed = 1032;  // bytes that one packed byte can become
  std::uint32_t size = 0;
  if (bytes.size() < sizeof size) return 0;
  std::memcpy(&size, bytes.data() + bytes.size() - sizeof size, sizeof size);
  return std::min<std::size_t>(size, most_packed * bytes.size());
}

}  // namespace

bool is_gzip(std::string_view bytes) { return bytes.size() > 2 && bytes[0] == '\x1f' && bytes[1] == '\x8b'; }

std::string inflate(std::string_view bytes, Packing packing, const std::string& name, std::size_t most) {
  if (bytes.size() > std::numeric_limits<uInt>::max()) {
    throw InputError(fmt::format("data: '{}' is too large: {} bytes", name, bytes.size()));
  }
  Inflater inflater(bytes, packing);
  if (!inflater.is_open()) throw InputError(fmt::format("data: '{}' cannot be unpacked: no memory", name));
  std::string result;
  if (packing == Packing::gzip) result.reserve(std::min(announced_size(bytes), most) + chunk);
  for (int status = Z_OK; status != Z_STREAM_END;) {
    const std::size_t before = result.size();
    if (before > most) {
      throw InputError(fmt::format("data: '{}' is too large: it unpacks to more than {} bytes", name, most));
    }
    result.resize(before + std::max(chunk, before / 2));
    result.resize(before + inflater.read(result.data() + before, result.size() - before, status));
    if (status != Z_OK && status != Z_STREAM_END) {
      throw InputError(
          fmt::format("data: '{}' is damaged: {} after {} bytes", name, inflater.message(), result.size()));
    }
  }
  return result;
}

std::string read_unpacked(const std::string& path) {
  std::string bytes = read_file("data", path, most_data_bytes);
  return is_gzip(bytes) ? inflate(bytes, Packing::gzip, path, most_data_bytes) : bytes;
}

}  // namespace downhill::learn
