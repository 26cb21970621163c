#include "learn/data/npy.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <downhill/error.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <optional>

#include "learn/data/inflate.hpp"

#include "support/large_pages.hpp"

namespace downhill::learn {
namespace {

constexpr std::string_view magic = "\x93NUMPY";

[[noreturn]] void refuse(const std::string& name, const std::string& what) {
  throw InputError(fmt::format("data: '{}' {}", name, what));
}

// IEEE 754 binary16.
float half(std::uint16_t bits) {
  const int exponent = (bits >> 10U) & 0x1F;
  const int fraction = bits & 0x3FF;
  const double sign = (bits & 0x8000U) != 0 ? -1 : 1;
  if (exponent == 31) return static_cast<float>(fraction == 0 ? sign * HUGE_VAL : std::nan(""));
  return static_cast<float>(sign * std::ldexp(exponent == 0 ? fraction : fraction + 1024, std::max(exponent, 1) - 25));
}

/// A type of elements by its code, without the byte order, and how one is read from its bytes in this machine's order.
struct ElementType {
  std::string_view code;
  std::size_t bytes;
  float (*read)(const char*);
};
template <class T>
constexpr ElementType element(std::string_view code) {
  return {code, sizeof(T), [](const char* bytes) {
            T number{};
            std::memcpy(&number, bytes, sizeof(T));
            return static_cast<float>(number);
          }};
}
constexpr std::string_view byte_code = "u1";
constexpr std::array element_types{element<std::uint8_t>("b1"),
                                   element<std::uint8_t>(byte_code),
                                   element<std::int8_t>("i1"),
                                   element<std::uint16_t>("u2"),
                                   element<std::int16_t>("i2"),
                                   element<std::uint32_t>("u4"),
                                   element<std::int32_t>("i4"),
                                   element<std::uint64_t>("u8"),
                                   element<std::int64_t>("i8"),
                                   element<float>("f4"),
                                   element<double>("f8"),
                                   ElementType{"f2", 2, [](const char* bytes) {
                                                 std::uint16_t bits = 0;
                                                 std::memcpy(&bits, bytes, sizeof bits);
                                                 return half(bits);
                                               }}};

/// The header's dictionary: `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
class Header {
 public:
  Header(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  [[nodiscard]] std::string_view type() const {
    const std::string_view rest = value("descr");
    const std::size_t end = rest.find('\'', 1);
    if (rest.empty() || rest[0] != '\'' || end == rest.npos) {
      refuse(name_, fmt::format("has elements of several parts: {}: a plain type is needed", rest.substr(0, 40)));
    }
    return rest.substr(1, end - 1);
  }
  [[nodiscard]] bool is_fortran_order() const {
    const std::string_view rest = value("fortran_order");
    if (rest.starts_with("True")) return true;
    if (rest.starts_with("False")) return false;
    refuse(name_, fmt::format("has a damaged header: fortran_order is {}", rest.substr(0, 10)));
  }
  [[nodiscard]] std::vector<std::int64_t> shape() const {
    const std::string_view rest = value("shape");
    const std::size_t end = rest.find(')');
    std::vector<std::int64_t> lengths;
    if (rest.empty() || rest[0] != '(' || end == rest.npos)
      refuse(name_, "has a damaged header: its shape is no tuple");
    for (std::size_t at = 1; at < end;) {
      if (rest[at] == ' ' || rest[at] == ',') {
        ++at;
        continue;
      }
      std::int64_t length = -1;
      const auto read = std::from_chars(rest.data() + at, rest.data() + end, length);
      if (read.ec != std::errc() || length < 0) {
        refuse(name_, fmt::format("has a damaged header: its shape is {}", rest.substr(0, end + 1)));
      }
      lengths.push_back(length);
      at = static_cast<std::size_t>(read.ptr - rest.data());
    }
    return lengths;
  }

 private:
  [[nodiscard]] std::string_view value(std::string_view key) const {
    const std::string quoted = fmt::format("'{}':", key);
    const std::size_t at = text_.find(quoted);
    if (at == text_.npos) refuse(name_, fmt::format("has a damaged header: it lacks '{}'", key));
    const std::string_view rest = text_.substr(at + quoted.size());
    return rest.substr(std::min(rest.find_first_not_of(' '), rest.size()));
  }

  std::string_view text_;
  const std::string& name_;
};

std::size_t little_endian(std::string_view bytes) {
  std::size_t number = 0;
  for (std::size_t k = bytes.size(); k > 0; --k) number = (number << 8U) | static_cast<unsigned char>(bytes[k - 1]);
  return number;
}

// From the first index running fastest to the last.
std::vector<float> from_fortran_order(const std::vector<float>& numbers, const std::vector<std::int64_t>& lengths) {
  std::vector<float> result;
  result.reserve(numbers.size());
  std::vector<std::size_t> strides;
  std::size_t stride = 1;
  for (const std::int64_t length : lengths) {
    strides.push_back(stride);
    stride *= static_cast<std::size_t>(length);
  }
  std::vector<std::int64_t> index(lengths.size(), 0);
  std::size_t from = 0;
  while (result.size() < numbers.size()) {
    result.push_back(numbers[from]);
    for (std::size_t axis = lengths.size(); axis > 0; --axis) {
      from += strides[axis - 1];
      if (++index[axis - 1] < lengths[axis - 1]) break;
      from -= strides[axis - 1] * static_cast<std::size_t>(lengths[axis - 1]);
      index[axis - 1] = 0;
    }
  }
  return result;
}

}  // namespace

StoredArray parse_npy(std::string_view bytes, const std::string& name, Bytes kept) {
  constexpr std::size_t fixed = 8;  // magic and version
  if (!bytes.starts_with(magic)) refuse(name, "is not an NPY file: it does not begin with \\x93NUMPY");
  const int version = bytes.size() < fixed ? 0 : static_cast<unsigned char>(bytes[magic.size()]);
  const std::size_t length_bytes = version == 1 ? 2 : 4;
  if (version > 3) refuse(name, fmt::format("is of version {} of the format: 1, 2 or 3 is needed", version));
  if (version == 0 || bytes.size() < fixed + length_bytes)
    refuse(name, fmt::format("is cut short: {} bytes", bytes.size()));
  const std::size_t head = little_endian(bytes.substr(fixed, length_bytes));
  const std::size_t begin = fixed + length_bytes + head;
  if (begin > bytes.size()) {
    refuse(name, fmt::format("is cut short: {} bytes where its head has {}", bytes.size(), begin));
  }
  const Header header(bytes.substr(fixed + length_bytes, head), name);
  const std::string_view code = header.type();
  const bool has_order = !code.empty() && std::string_view("<>|=").find(code[0]) != std::string_view::npos;
  const auto* type = std::ranges::find(element_types, code.substr(has_order ? 1 : 0), &ElementType::code);
  if (type == element_types.end()) refuse(name, fmt::format("has elements of type '{}': numbers are needed", code));
  StoredArray result{.lengths = header.shape()};
  std::size_t count = 1;
  for (const std::int64_t length : result.lengths) {
    if (__builtin_mul_overflow(count, static_cast<std::size_t>(length), &count) || count > most_data_bytes) {
      refuse(name, fmt::format("is too large: {}", fmt::join(result.lengths, " x ")));
    }
  }
  const std::string_view body = bytes.substr(begin);
  if (body.size() != count * type->bytes) {
    refuse(name, fmt::format("is {}: {} bytes of numbers where {} of {} bytes are announced",
                             body.size() < count * type->bytes ? "cut short" : "too long", body.size(),
                             fmt::join(result.lengths, " x "), type->bytes));
  }
  if (kept == Bytes::kept && type->code == byte_code && !header.is_fortran_order()) {
    reserve_in_large_pages(result.bytes, count);
    result.bytes.assign(body.begin(), body.end());
    return result;
  }
  reserve_in_large_pages(result.numbers, count);
  result.numbers.resize(count);
  const bool is_swapped = code[0] == '>' && type->bytes > 1;
  std::array<char, 8> swapped{};
  for (std::size_t k = 0; k < count; ++k) {
    const char* from = body.data() + k * type->bytes;
    if (is_swapped) {
      std::reverse_copy(from, from + type->bytes, swapped.begin());
      from = swapped.data();
    }
    result.numbers[k] = type->read(from);
  }
  if (header.is_fortran_order() && result.lengths.size() > 1) {
    result.numbers = from_fortran_order(result.numbers, result.lengths);
  }
  return result;
}

}  // namespace downhill::learn
